"""After a restore of the ledger: report, rebuild beside the old facts, switch, tidy up.

The same makes facts whole that a release before read without all that this one needs. While this goes on every hit is UNDETERMINED and a miss is answered from the old index, as stale as
it is. Nobody is refused on the old facts nor on half of the new ones (design §3.2).
"""

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from restriction.epochs import EpochLoading
from restriction.facts.effects import verify_chain
from restriction.facts.store import Batch, Cursor, Follower, Place, RebuildStore
from restriction.facts.witness import Witness
from restriction.feed import PAGE_MAX, up_to_a_switch
from restriction.ledger import Ledger, LedgerError, LedgerRewoundError
from restriction.model import Position


class Rewinder:
    """Every step may be repeated: a crash in between finds `rebuilding` and begins again."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        store: RebuildStore,
        loading: EpochLoading,
        witness: Witness,
        clock: Clock,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._loading = loading
        self._witness = witness
        self._clock = clock
        self._log: FilteringBoundLogger = log or structlog.get_logger()

    async def rebuild(self) -> None:
        """Replace the current generation by one read from position 0 of the ledger as it is now.

        Raises:
            LedgerError: the registry does not answer; begin again.
            ServiceError: the store does not.
        """
        await self._store.mark_rebuilding()
        old = await self._store.read_follower()
        why = "facts_outdated" if old.outdated else "ledger_rewound"
        self._log.warning(why, generation=old.generation, position=old.all.number)
        await self._witness.report(old)
        generation = old.generation + 1
        follower = await self._store.read_generation(generation)
        if follower is None or follower.outdated:
            follower = await self._store.start_generation(generation)
        try:
            await replay(self._ledger, self._store, self._loading, follower, clock=self._clock)
        except LedgerRewoundError:
            # Restored once more while we read: what was read so far is of no ledger any more.
            await self._store.start_generation(generation)
            raise
        await self._store.switch_to(generation)
        self._log.warning("ledger_rebuilt", generation=generation)

    async def tidy(self, follower: Follower) -> None:
        """What follows a switch: deliveries, the list for the judge, the old facts.

        Cut off anywhere it begins again: it is noted as done only at the very end. The list may then
        be told twice, but never not at all.
        """
        if follower.reconciled:
            return
        await self._store.reconcile(self._clock.now())
        for lost in await self._store.read_lost_endings():
            self._log.warning(
                "ending_lost_by_restore",
                basis_id=lost.basis_id,
                court_code=lost.court_code,
                incarnation=lost.incarnation,
                position=lost.position,
            )
        await self._store.drop_others()
        await self._store.mark_reconciled(follower.generation)


async def replay(
    ledger: Ledger,
    store: RebuildStore,
    loading: EpochLoading,
    follower: Follower,
    *,
    clock: Clock,
    until: Place | None = None,
    cursor: Cursor = Cursor.ALL,
) -> None:
    """Apply changes to a generation from where it stands, up to the head, or to `until`.

    Raises:
        ChainBrokenError: the feed does not continue the chain.
        LedgerError: the registry does not answer, or was rewound.
    """
    place = follower.all if cursor is Cursor.ALL else follower.endings
    incarnation = follower.incarnation
    while until is None or place.number < until.number:
        limit = PAGE_MAX if until is None else min(PAGE_MAX, until.number - place.number)
        page = await ledger.read_changes(
            incarnation=incarnation, after=place, cursor=cursor, limit=limit, wait_ms=0
        )
        changes = [
            one
            for one in up_to_a_switch(page).changes
            if until is None or one.position.number <= until.number
        ]
        if cursor is Cursor.ALL:
            verify_chain(changes, after=place.number, last_hash=place.hash)
        if not changes:
            if until is not None and cursor is Cursor.ALL:
                raise LedgerError(f"the feed ends at {place.number}, before {until.number}")
            return
        reached = Place(changes[-1].position.number, changes[-1].hash)
        incarnation = page.head.incarnation
        at_head = Position(incarnation, reached.number) == page.head
        epoch = changes[0].switches_to
        if epoch is not None and not await loading.prepare(follower.generation, epoch):
            epoch = None
        await store.apply(
            Batch(
                generation=follower.generation,
                cursor=cursor,
                after=place,
                changes=changes,
                place=reached,
                incarnation=incarnation,
                as_of_at=page.as_of_at if at_head else None,
                now=clock.now(),
                switches_to=epoch,
            )
        )
        place = reached
