"""Endings are handed in newest first, page by page, until the ledger agrees with one."""

from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from restriction.facts.effects import NO_HASH
from restriction.facts.store import Cursor, EndingSeen, Follower, Place
from restriction.facts.witness import Witness
from restriction.ledger import EndingsUnprovenError, LedgerError, Page, Report
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
    """A store that has witnessed one ending at each of `count` positions, with a seal above `unsealed`."""

    def __init__(self, count: int, unsealed: int = 0) -> None:
        self._count = count
        self._unsealed = unsealed

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
                seal=b"seal" if position > self._unsealed else b"",
            )
            for position in range(top, max(top - limit, 0), -1)
        ]


class Restored:
    """A ledger that holds every ending up to `held`; `believes` without a seal."""

    def __init__(self, held: int, *, believes: bool = True, seals_count: bool = True) -> None:
        self._held = held
        self._believes = believes
        self._seals_count = seals_count
        self.pages: list[tuple[int, int, bool]] = []
        self.seen: set[Position] = set()

    async def report_endings(
        self, endings: Sequence[EndingSeen], *, seen: Position, last: bool
    ) -> Report:
        self.seen.add(seen)
        self.pages.append((endings[0].position if endings else 0, len(endings), last))
        is_proven = self._seals_count and all(one.seal for one in endings)
        if not (self._believes or is_proven):
            raise EndingsUnprovenError("PERMISSION_DENIED ENDING_UNPROVEN")
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


async def test_what_is_not_believed_without_a_seal_does_not_keep_back_the_rest() -> None:
    ledger = Restored(0, believes=False)
    with capture_logs() as lines:
        await Witness(ledger=ledger, store=Endings(7, unsealed=3)).report(FOLLOWER)
    assert ledger.pages == [(7, 7, True), (7, 4, True)]
    assert [one["endings"] for one in lines if one["event"] == "endings_not_believed"] == [3]


async def test_a_ledger_that_believes_no_seal_is_asked_again() -> None:
    ledger = Restored(0, believes=False, seals_count=False)
    with pytest.raises(EndingsUnprovenError):
        await Witness(ledger=ledger, store=Endings(2)).report(FOLLOWER)
