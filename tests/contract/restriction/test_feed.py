"""The feed on a real store: what it does when an outcome is unknown or the bytes are wrong."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from chassis.clock import SystemClock
from chassis.stores.faults import outcome_unknown
from restriction.epochs import EpochLoading, Epochs, ReadyEpochs
from restriction.facts.changes import change_from
from restriction.facts.effects import NO_HASH, PartnerEnrolled, PartnerRetired, RatingRecorded
from restriction.facts.postgres_epoch_store import PostgresEpochStore
from restriction.facts.statements import load_statements
from restriction.facts.store import Batch, Cursor, EndingSeen, Follower, IndexChange, Place
from restriction.facts.witness import Witness
from restriction.feed import Feed, ReloadError
from restriction.index import CountedIndex
from restriction.keyring import CurrentGateKeys
from restriction.ledger import DigestPage, LedgerRewoundError, Page, Report
from restriction.lookup import Lookup
from restriction.model import Position
from restriction.partners import Partners
from restriction.progress import Progress
from restriction.ratings import Ratings
from tests.builders import gate_keys, resident_id
from tests.contract.restriction.conftest import Bench
from tests.eventually import LIMIT_S, eventually
from tests.fakes.field import digest_of
from tests.fakes.ledger import START, FakeLedger


class DirectLedger:
    """The fake ledger without a socket.

    `altered` spoils each page's last change; `shown` hides the changes after that position.
    """

    def __init__(self, ledger: FakeLedger) -> None:
        self.ledger = ledger
        self.altered = False
        self.shown: int | None = None
        self.reads = 0

    async def read_changes(
        self, *, incarnation: str, after: Place, cursor: Cursor, limit: int, wait_ms: int
    ) -> Page:
        del incarnation, wait_ms
        self.reads += 1
        held = self.ledger.changes[: self.shown]
        stored = [one for one in held[after.number :] if cursor is Cursor.ALL or one.ends][:limit]
        changes = [change_from(self.ledger.sent(one)) for one in stored]
        if changes and self.altered:
            changes[-1] = replace(changes[-1], body=changes[-1].body + b"\x00")
        if not changes:
            await asyncio.sleep(0.01)
        return Page(
            changes=changes,
            head=Position(self.ledger.incarnation, len(held)),
            head_hash=held[-1].change.hash if held else NO_HASH,
            as_of_at=self.ledger.now(),
        )

    async def read_digests(self, epoch: int, *, after: str, limit: int) -> DigestPage:
        raise AssertionError(f"no epoch was opened: {epoch} {after} {limit}")

    async def report_endings(
        self, endings: Sequence[EndingSeen], *, seen: Position, last: bool
    ) -> Report:
        raise AssertionError(f"nothing was restored: {len(endings)} {seen} {last}")


class LosingStore:
    """A store whose next commit goes through but is never heard of."""

    def __init__(self, bench: Bench) -> None:
        self._store = bench.facts
        self.lose_next = False
        self.applied_all = 0

    async def read_follower(self) -> Follower:
        return await self._store.read_follower()

    async def read_ratings(self) -> Sequence[RatingRecorded]:
        return await self._store.read_ratings()

    async def read_partners(self) -> Sequence[PartnerEnrolled | PartnerRetired]:
        return await self._store.read_partners()

    async def apply(self, batch: Batch) -> IndexChange:
        self.applied_all += batch.cursor is Cursor.ALL
        change = await self._store.apply(batch)
        if self.lose_next and batch.cursor is Cursor.ALL:
            self.lose_next = False
            raise outcome_unknown()
        return change

    async def note_heartbeat(self, generation: int, number: int, as_of_at: datetime) -> None:
        await self._store.note_heartbeat(generation, number, as_of_at)

    async def deliver_pending(self, now: datetime, limit: int) -> int:
        return await self._store.deliver_pending(now, limit)


@dataclass
class Rig:
    feed: Feed
    ledger: DirectLedger
    store: LosingStore
    index: CountedIndex
    progress: Progress
    ratings: Ratings
    partners: Partners


@pytest.fixture
def rig(bench: Bench) -> Rig:
    ledger, store = DirectLedger(bench.ledger), LosingStore(bench)
    index, progress = CountedIndex(), Progress(max_staleness_s=5, stale_limit_s=60)
    ratings, partners = Ratings(), Partners(progress=progress)
    keys = CurrentGateKeys(gate_keys())
    epochs = PostgresEpochStore(
        postgres=bench.postgres, statements=load_statements(), projection=bench.facts
    )
    feed = Feed(
        ledger=ledger,
        store=store,
        facts=bench.facts,
        lookup=Lookup(index=index, keys=keys),
        epochs=Epochs(
            loading=EpochLoading(ledger=ledger, store=epochs, clock=SystemClock()),
            store=epochs,
            keys=keys,
            ready=ReadyEpochs(),
            clock=SystemClock(),
        ),
        progress=progress,
        ratings=ratings,
        partners=partners,
        witness=Witness(ledger=ledger, store=bench.rebuild),
        clock=SystemClock(),
    )
    return Rig(feed, ledger, store, index, progress, ratings, partners)


@asynccontextmanager
async def _following(rig: Rig) -> AsyncIterator[asyncio.Task[None]]:
    await rig.feed.load()
    task = asyncio.create_task(rig.feed.follow())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def test_a_commit_of_unknown_outcome_is_found_again_in_the_store(
    bench: Bench, rig: Rig
) -> None:
    digest = digest_of(resident_id(serial=1))
    bench.ledger.bind("s1", "d1", digest)
    bench.ledger.issue("o1", "s1")
    rig.store.lose_next = True
    async with _following(rig) as task:
        await asyncio.wait((task,), timeout=LIMIT_S)
        assert isinstance(task.exception(), ReloadError)
    # Nothing more was tried on what may be held in memory wrongly.
    assert rig.store.applied_all == 1
    assert not rig.index.contains(digest)
    await rig.feed.load()
    assert rig.index.contains(digest)
    assert rig.progress.position.number == 2


async def test_a_commit_given_up_that_came_through_late_is_not_vouched_for(
    bench: Bench, rig: Rig
) -> None:
    rig.ledger.shown = 0
    async with _following(rig) as task:
        await eventually(lambda: rig.progress.started)
        bench.ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
        # Somebody else's transaction, or our own given up one, moves the cursor under the feed.
        await bench.take()
        await asyncio.wait((task,), timeout=LIMIT_S)
        assert isinstance(task.exception(), ReloadError)


async def test_altered_bytes_are_never_applied(bench: Bench, rig: Rig) -> None:
    bench.ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
    rig.ledger.altered = True
    async with _following(rig):
        await eventually(lambda: rig.ledger.reads > 4)
        assert (await bench.facts.read_follower()).all.number == 0
        rig.ledger.altered = False
        await eventually(lambda: rig.progress.position.number == 1)


async def test_a_head_behind_what_was_applied_is_a_rewound_ledger(bench: Bench, rig: Rig) -> None:
    """Whatever the registry thinks of it."""
    bench.ledger.enrol_court()
    bench.ledger.enrol_court("京0001")
    async with _following(rig) as task:
        await eventually(lambda: rig.progress.position.number == 2)
        rig.ledger.shown = 1
        await asyncio.wait((task,), timeout=LIMIT_S)
        assert isinstance(task.exception(), LedgerRewoundError)


async def test_another_change_at_the_head_is_a_rewound_ledger(bench: Bench, rig: Rig) -> None:
    bench.ledger.enrol_court()
    bench.ledger.enrol_court("京0001")
    async with _following(rig) as task:
        await eventually(lambda: rig.progress.position.number == 2)
        bench.ledger.changes[1] = bench.ledger.changes[0]
        await asyncio.wait((task,), timeout=LIMIT_S)
        assert isinstance(task.exception(), LedgerRewoundError)


async def test_the_index_moves_with_each_commit(bench: Bench, rig: Rig) -> None:
    digest = digest_of(resident_id(serial=1))
    async with _following(rig):
        bench.ledger.bind("s1", "d1", digest)
        bench.ledger.issue("o1", "s1")
        await eventually(lambda: rig.index.contains(digest))
        bench.ledger.lift("o1", "s1")
        await eventually(lambda: not rig.index.contains(digest))
        assert len(rig.index) == 0


async def test_partners_are_loaded_and_follow_each_commit(bench: Bench, rig: Rig) -> None:
    bench.ledger.enrol_partner("rail", fields=["travel"])
    await bench.take()
    async with _following(rig):
        assert rig.partners.fields_of("rail") == frozenset({"travel"})
        bench.ledger.enrol_partner("air", fields=["travel"])
        await eventually(lambda: rig.partners.fields_of("air") == frozenset({"travel"}))
        bench.ledger.retire_partner("rail")
        await eventually(lambda: rig.partners.fields_of("rail") is None)


async def test_ratings_are_loaded_and_follow_each_commit(bench: Bench, rig: Rig) -> None:
    day = START.date() + timedelta(days=1)
    bench.ledger.rate("inn", 3, site_code="A")
    await bench.take()
    async with _following(rig):
        assert rig.ratings.of("inn", "A").stars(day, day) == 3
        bench.ledger.rate("inn", 0, site_code="B")
        await eventually(lambda: rig.ratings.of("inn", "B").stars(day, day) == 0)
        bench.ledger.rate("inn", 4, site_code="A")
        await eventually(lambda: rig.ratings.of("inn", "A").stars(day, day) == 4)
