"""Endings are handed in newest first, page by page, until the ledger agrees with one."""

from collections.abc import Sequence

from restriction.facts.effects import NO_HASH
from restriction.facts.store import Cursor, EndingSeen, Follower, Place
from restriction.facts.witness import Witness
from restriction.ledger import LedgerError, Page, Report
from restriction.model import Measure, Position

FOLLOWER = Follower(
    generation=1,
    incarnation="life-1",
    all=Place(1200, NO_HASH),
    endings=Place(1201, NO_HASH),
    as_of_at=None,
    rebuilding=True,
    reconciled=True,
)


class Endings:
    """A store that has witnessed one ending at each of `count` positions."""

    def __init__(self, count: int) -> None:
        self._count = count

    async def read_seen_endings(
        self, before: EndingSeen | None, limit: int
    ) -> Sequence[EndingSeen]:
        top = self._count if before is None else before.position - 1
        return [
            EndingSeen(
                generation=1,
                position=position,
                basis_id=f"o{position}",
                hash=NO_HASH,
                measure=Measure.ORDER,
                subject_id="s1",
                incarnation="life-1",
            )
            for position in range(top, max(top - limit, 0), -1)
        ]


class Restored:
    """A ledger that holds every ending up to `held`."""

    def __init__(self, held: int) -> None:
        self._held = held
        self.pages: list[tuple[int, int, bool]] = []
        self.seen: set[Position] = set()

    async def report_endings(
        self, endings: Sequence[EndingSeen], *, seen: Position, last: bool
    ) -> Report:
        self.seen.add(seen)
        self.pages.append((endings[0].position if endings else 0, len(endings), last))
        lost = sum(one.position > self._held for one in endings)
        return Report(agreed=lost < len(endings), kept_count=lost)

    async def read_changes(
        self, *, incarnation: str, after: Place, cursor: Cursor, limit: int, wait_ms: int
    ) -> Page:
        raise LedgerError(f"no feed: {incarnation} {after} {cursor} {limit} {wait_ms}")


async def _report(seen: int, held: int) -> Restored:
    ledger = Restored(held)
    await Witness(ledger=ledger, store=Endings(seen)).report(FOLLOWER)
    return ledger


async def test_a_report_ends_with_the_first_page_that_the_ledger_agrees_with() -> None:
    ledger = await _report(seen=1200, held=650)
    assert ledger.pages == [(1200, 500, False), (700, 500, False)]


async def test_a_ledger_that_lost_everything_is_told_everything() -> None:
    ledger = await _report(seen=1200, held=0)
    assert ledger.pages == [(1200, 500, False), (700, 500, False), (200, 200, True)]


async def test_a_follower_that_saw_no_ending_says_so() -> None:
    assert (await _report(seen=0, held=0)).pages == [(0, 0, True)]


async def test_the_further_of_the_two_cursors_is_what_was_seen() -> None:
    assert (await _report(seen=1, held=0)).seen == {Position("life-1", 1201)}
