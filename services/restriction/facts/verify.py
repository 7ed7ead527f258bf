"""Does a replay from position 0 equal what the follower holds? (`python -m <field> verify`)"""

from collections.abc import Mapping
from typing import Final

from chassis.clock import Clock
from restriction.epochs import EpochLoading
from restriction.facts.store import Cursor, Follower, RebuildStore
from restriction.ledger import Ledger
from restriction.rewind import replay

# No rebuild ever counts down.
_SCRATCH: Final = -1
_ROUNDS_MAX: Final = 20


class BusyError(Exception):
    """The follower moved on, or was behind the ledger, in every round; verify again later."""


async def verify(
    *, ledger: Ledger, store: RebuildStore, loading: EpochLoading, clock: Clock
) -> Mapping[str, int]:
    """Rebuild into a scratch generation and compare; returns differing rows by kind.

    Empty when equal. The follower may go on meanwhile: the scratch is brought after it until both
    cursors of both stand at the same places before and after the comparison. A difference counts only
    once the follower stands at the ledger's head: the registry leaves out the digests of documents
    that were unbound since, and what follows is what tells the follower so.

    Raises:
        BusyError: that was not reached.
        LedgerError: the registry does not answer.
    """
    await _check_not_rewound(ledger, await store.read_follower())
    scratch = await store.start_generation(_SCRATCH)
    try:
        for _ in range(_ROUNDS_MAX):
            live = await store.read_follower()
            scratch = await _bring_after(ledger, store, loading, scratch, live, clock)
            differences = await store.count_differences(live.generation, _SCRATCH)
            settled = not differences or await _is_at_head(ledger, live)
            if settled and _places(await store.read_follower()) == _places(live):
                return differences
        raise BusyError("the follower moved on, or was behind, in every round; verify again later")
    finally:
        await store.drop_generation(_SCRATCH)


async def _check_not_rewound(ledger: Ledger, live: Follower) -> None:
    """Show the registry our furthest places before we read from 0 under the same name.

    After a restore the registry waits for this follower's report, and a read from 0, with which
    every ledger agrees, would end the wait.
    """
    for cursor, place in ((Cursor.ALL, live.all), (Cursor.ENDINGS, live.endings)):
        await ledger.read_changes(
            incarnation=live.incarnation, after=place, cursor=cursor, limit=1, wait_ms=0
        )


async def _bring_after(
    ledger: Ledger,
    store: RebuildStore,
    loading: EpochLoading,
    scratch: Follower,
    live: Follower,
    clock: Clock,
) -> Follower:
    await replay(ledger, store, loading, scratch, clock=clock, until=live.all)
    if live.endings.number > live.all.number:
        await replay(
            ledger, store, loading, scratch, clock=clock, until=live.endings, cursor=Cursor.ENDINGS
        )
    moved = await store.read_generation(_SCRATCH)
    assert moved is not None, "nobody else drops the scratch generation"
    return moved


async def _is_at_head(ledger: Ledger, live: Follower) -> bool:
    page = await ledger.read_changes(
        incarnation=live.incarnation, after=live.all, cursor=Cursor.ALL, limit=1, wait_ms=0
    )
    return page.head == live.position


def _places(follower: Follower) -> tuple[int, int, int]:
    """The endings place matters only where it is ahead."""
    number = follower.all.number
    return follower.generation, number, max(number, follower.endings.number)
