"""Following the ledger: two cursors, one store, and the memory brought along after each commit."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from chassis.errors import ServiceError
from chassis.work.companions import until_first_ends
from chassis.work.pace import Pace
from courtlist.error.v1 import error_reason_pb2 as reasons
from restriction.epochs import Epochs
from restriction.facts.effects import ChainBrokenError, Change, verify_chain, verify_hash
from restriction.facts.store import (
    Batch,
    Cursor,
    FactStore,
    Follower,
    IndexChange,
    MovedError,
    Place,
    ProjectionStore,
    Step,
)
from restriction.facts.witness import Witness
from restriction.ledger import Ledger, LedgerError, LedgerRewoundError, Page
from restriction.lookup import Lookup
from restriction.metrics import LiftTimes
from restriction.model import Position
from restriction.partners import Partners
from restriction.progress import Progress
from restriction.ratings import Ratings

PAGE_MAX: Final = 500
_PAGE_MIN: Final = 10
# An ending waits for the page of entries that is being applied, on two cursors of one store; beside an
# import it must not wait long.
_PAGE_AIM_S: Final = 0.03
WAIT_MS: Final = 1000
"""A waiting read ends after this: its empty reply is the heartbeat (design §3.4)."""
_RETRY_MIN_S: Final = 0.1
_RETRY_MAX_S: Final = 1.0
_PENDING_LOOK_S: Final = 1.0
_PENDING_MAX: Final = 500
_EPOCHS_LOOK_S: Final = 0.5


class ReloadError(Exception):
    """What is held in memory may no longer be what the store holds: load it again."""


class Feed:
    """Keeps the current generation, the index and the progress up to the ledger.

    `load` first, then `follow`, which ends only by raising: ReloadError to begin again with `load`,
    LedgerRewoundError when the ledger was restored from an older copy. `on_step` is told of every
    station that a batch passes.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        store: ProjectionStore,
        facts: FactStore,
        lookup: Lookup,
        epochs: Epochs,
        progress: Progress,
        ratings: Ratings,
        partners: Partners,
        witness: Witness,
        clock: Clock,
        lift_times: LiftTimes | None = None,
        on_step: Callable[[Step], None] = lambda _: None,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._facts = facts
        self._lookup = lookup
        self._epochs = epochs
        self._progress = progress
        self._ratings = ratings
        self._partners = partners
        self._witness = witness
        self._clock = clock
        self._lift_times = lift_times or LiftTimes(clock=clock)
        self._on_step = on_step
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._follower: Follower | None = None
        self._incarnation = ""
        self._places: dict[Cursor, Place] = {}
        self._paces = {
            Cursor.ALL: Pace(least=_PAGE_MIN, most=PAGE_MAX, aim_s=_PAGE_AIM_S),
            Cursor.ENDINGS: Pace(least=PAGE_MAX, most=PAGE_MAX, aim_s=_PAGE_AIM_S),
        }
        # A commit and the index change that follows it are one step for the other cursor: an
        # ending must not leave the index before its entry has come in.
        self._applying = asyncio.Lock()

    async def load(self) -> Follower:
        """Bring memory to what the store holds; returns where that is."""
        follower = await self._store.read_follower()
        # Read after the follower: an index that is ahead of its position errs to the slow path.
        digests = await self._facts.read_live_digests(follower.epoch)
        await self._lookup.load(digests, follower.epoch)
        self._ratings.replace(await self._store.read_ratings())
        self._partners.replace(await self._store.read_partners())
        self._follower = follower
        self._incarnation = follower.incarnation
        self._places = {Cursor.ALL: follower.all, Cursor.ENDINGS: follower.endings}
        self._progress.load(follower.position, follower.as_of_at)
        self._log.info(
            "feed_loaded",
            generation=follower.generation,
            position=follower.all.number,
            live_documents=len(self._lookup),
        )
        return follower

    async def follow(self) -> None:
        """Run both cursors and the alarm of grace periods until one of them raises."""
        tasks = [
            asyncio.create_task(self._follow(cursor), name=f"feed {cursor.value.lower()}")
            for cursor in Cursor
        ]
        tasks.append(asyncio.create_task(self._watch_grace(), name="grace alarm"))
        tasks.append(asyncio.create_task(self._watch_epochs(), name="digest epochs"))
        await until_first_ends(tasks)

    async def _follow(self, cursor: Cursor) -> None:
        retry = _Retry(self._log, what=f"feed_{cursor.value.lower()}_interrupted")
        while True:
            try:
                place = self._places[cursor]
                page = await self._ledger.read_changes(
                    incarnation=self._incarnation,
                    after=place,
                    cursor=cursor,
                    limit=self._paces[cursor].size,
                    wait_ms=WAIT_MS,
                )
                self._progress.hear(page.head.number, page.as_of_at)
                self._verify(cursor, page, place)
                await self._note_incarnation(page)
                await self._take(cursor, up_to_a_switch(page), place)
                retry.succeed()
            except LedgerRewoundError:
                raise
            except MovedError as error:
                raise ReloadError from error
            except ServiceError as error:
                if error.reason == reasons.ERROR_REASON_OUTCOME_UNKNOWN:
                    raise ReloadError from error
                await retry.wait(error)
            except (LedgerError, ChainBrokenError) as error:
                await retry.wait(error)

    def _verify(self, cursor: Cursor, page: Page, place: Place) -> None:
        if page.head.number < place.number or (
            page.head.number == place.number and place.number > 0 and page.head_hash != place.hash
        ):
            raise LedgerRewoundError("the ledger's head lies behind what was applied")
        if cursor is Cursor.ALL:
            verify_chain(page.changes, after=place.number, last_hash=place.hash)
        else:
            # Changes in between are not seen; the cursor ALL verifies the same bytes later.
            for change in page.changes:
                verify_hash(change)

    async def _note_incarnation(self, page: Page) -> None:
        """Tell a restored ledger which endings were seen, even where it holds all of ours."""
        if page.head.incarnation == self._incarnation:
            return
        if self._incarnation:
            self._log.warning("ledger_restored", incarnation=page.head.incarnation)
            await self._witness.report(await self._store.read_follower())
        self._incarnation = page.head.incarnation

    async def _take(self, cursor: Cursor, page: Page, place: Place) -> None:
        """Commit a page, then move the index and the progress."""
        assert self._follower is not None, "load() comes first"
        reached = _place_after(cursor, page, place)
        at_head = cursor is Cursor.ALL and reached.number == page.head.number
        # Not under the lock: reading what lacks takes its time, and endings go on.
        switches_to = await self._switch_in(page)
        async with self._applying:
            if not page.changes and reached == place:
                if at_head:
                    await self._beat(page, place)
                return
            batch = Batch(
                generation=self._follower.generation,
                cursor=cursor,
                after=place,
                changes=page.changes,
                place=reached,
                incarnation=page.head.incarnation,
                as_of_at=page.as_of_at if at_head else None,
                now=self._clock.now(),
                switches_to=switches_to,
            )
            self._on_step(Step.READ)
            begun_s = self._clock.monotonic()
            change = await self._store.apply(batch)
            self._paces[cursor].note(self._clock.monotonic() - begun_s)
            self._on_step(Step.COMMITTED)
            await self._bring_lookup_along(batch, change)
            self._bring_memory_along(page.changes)
            self._places[cursor] = reached
            self._on_step(Step.INDEXED)
            self._lift_times.note(page.changes)
            if cursor is Cursor.ALL:
                position = Position(page.head.incarnation, reached.number)
                self._progress.reach(position, batch.as_of_at)
            else:
                self._progress.wake()

    async def _beat(self, page: Page, place: Place) -> None:
        """The head is where we stand: our answers are as of the registry's clock now."""
        assert self._follower is not None, "load() comes first"
        await self._store.note_heartbeat(self._follower.generation, place.number, page.as_of_at)
        self._progress.reach(page.head, page.as_of_at)

    async def _switch_in(self, page: Page) -> int | None:
        """The digest epoch that a page puts in force; it is ready then, or NotReadyError is raised."""
        assert self._follower is not None, "load() comes first"
        epoch = page.changes[0].switches_to if page.changes else None
        if epoch is None:
            return None
        return await self._epochs.prepare(self._follower.generation, epoch)

    async def _bring_lookup_along(self, batch: Batch, change: IndexChange) -> None:
        if batch.switches_to is None:
            self._lookup.move(change)
            return
        # Until all are read the former pair answers, as of before the switch.
        try:
            digests = await self._facts.read_live_digests(batch.switches_to)
        except ServiceError as error:
            raise ReloadError from error
        await self._lookup.load(digests, batch.switches_to)
        self._log.info("epoch_in_force", epoch=batch.switches_to, live_documents=len(self._lookup))

    async def _watch_epochs(self) -> None:
        """Load the digests of epochs that are opened, and tidy up after those that were switched."""
        retry = _Retry(self._log, what="epochs_interrupted")
        try:
            while True:
                try:
                    while await self._epochs.look(await self._store.read_follower()):
                        self._progress.wake()
                    retry.succeed()
                except (ServiceError, LedgerError) as error:
                    await retry.wait(error)
                await asyncio.sleep(_EPOCHS_LOOK_S)
        finally:
            self._epochs.rest()

    def _bring_memory_along(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._ratings.add(change.ratings)
            self._partners.add(change.enrolled)
            self._partners.add(change.retired)

    async def _watch_grace(self) -> None:
        """Send restrictions to partners when their grace has ended, and not before."""
        retry = _Retry(self._log, what="grace_alarm_interrupted")
        while True:
            try:
                while await self._store.deliver_pending(self._clock.now(), _PENDING_MAX):
                    self._progress.wake()
                retry.succeed()
            except ServiceError as error:
                await retry.wait(error)
            await asyncio.sleep(_PENDING_LOOK_S)


class _Retry:
    """Pauses between attempts, and says once that something is interrupted and once that it is over."""

    def __init__(self, log: FilteringBoundLogger, *, what: str) -> None:
        self._log = log
        self._what = what
        self._pause_s = 0.0

    async def wait(self, error: Exception) -> None:
        if not self._pause_s:
            self._log.warning(self._what, error_type=type(error).__name__, why=str(error))
        self._pause_s = min(max(self._pause_s * 2, _RETRY_MIN_S), _RETRY_MAX_S)
        await asyncio.sleep(self._pause_s)

    def succeed(self) -> None:
        if self._pause_s:
            self._log.info(f"{self._what}_over")
        self._pause_s = 0.0


def up_to_a_switch(page: Page) -> Page:
    """The page's changes before one that switches digest epochs, or that one alone: what is ready for it
    is asked when all before it is applied. What is cut off is read again.
    """
    switches = (at for at, change in enumerate(page.changes) if change.switches_to is not None)
    first = next(switches, None)
    if first is None:
        return page
    return replace(page, changes=page.changes[: max(first, 1)])


def _place_after(cursor: Cursor, page: Page, place: Place) -> Place:
    """Where the cursor stands once the page is applied.

    An empty page of ENDINGS says that nothing ends up to the head: the next read starts there.
    """
    if page.changes:
        last = page.changes[-1]
        return Place(last.position.number, last.hash)
    if cursor is Cursor.ENDINGS and page.head.number > place.number:
        return Place(page.head.number, page.head_hash)
    return place
