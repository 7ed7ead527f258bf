"""The one rule that every field shares: passes first, and nobody refused on what is unsettled."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from document import Document
from restriction.model import (
    CLEAR,
    Answer,
    Bar,
    Basis,
    Item,
    Measure,
    Pass,
    Reason,
    Verdict,
    undetermined,
)
from restriction.policy import rule
from tests.fakes.restriction_doubles import order

# The legal days 2 and 3 June 2026 in Asia/Shanghai.
FIRST, LAST = date(2026, 6, 2), date(2026, 6, 3)
START = datetime(2026, 6, 1, 16, tzinfo=UTC)
END = datetime(2026, 6, 3, 16, tzinfo=UTC)
# Between the two days.
MIDDLE = datetime(2026, 6, 2, 16, tzinfo=UTC)
DAY = timedelta(days=1)
LODGING, TRANSPORT = frozenset({Item.LODGING}), frozenset({Item.TRANSPORT})


class ByItem:
    """The question is what it needs: the item, and the days it is about."""

    field = "test"
    measure = Measure.ORDER
    items = frozenset(Item)
    recalls_ended = False

    def __init__(self, days: tuple[date, date] | None = (FIRST, LAST)) -> None:
        self._days = days

    def before_lookup(self, question: Item, document: Document, today: date) -> None:
        del question, document, today

    def days(self, question: Item) -> tuple[date, date] | None:
        del question
        return self._days

    def decide(self, question: Item, bases: Sequence[Basis]) -> Verdict:
        bars = tuple(Bar(basis, "Art 0") for basis in bases if question in basis.items)
        if not bars:
            return CLEAR
        return Verdict(answer=Answer.RESTRICTED, reason=Reason.BARRED, bars=bars)

    def label(self, question: Item) -> str:
        return question.name


def _pass(
    *items: Item, start_at: datetime = START, end_at: datetime = END, pass_id: str = "p1"
) -> Pass:
    return Pass(pass_id=pass_id, items=frozenset(items), start_at=start_at, end_at=end_at)


def _ask(item: Item, *bases: Basis, days: tuple[date, date] | None = (FIRST, LAST)) -> Verdict:
    return rule(ByItem(days), item, bases)


def test_a_pass_leaves_its_items_free_on_the_days_it_covers() -> None:
    held = replace(order(), passes=(_pass(Item.LODGING),))
    assert _ask(Item.LODGING, held) == CLEAR
    assert _ask(Item.TRANSPORT, held).answer is Answer.RESTRICTED


@pytest.mark.parametrize(
    ("days", "free"),
    [
        ((FIRST, FIRST), True),
        ((LAST, LAST), True),
        ((FIRST, LAST), True),
        ((FIRST - DAY, LAST), False),
        ((FIRST, LAST + DAY), False),
        ((FIRST - DAY, FIRST - DAY), False),
        ((LAST + DAY, LAST + DAY), False),
        ((date.min, date.max), False),
        (None, False),
    ],
)
def test_a_pass_must_cover_every_day_of_the_question(
    days: tuple[date, date] | None,
    free: bool,  # noqa: FBT001
) -> None:
    held = replace(order(), passes=(_pass(*Item),))
    assert (_ask(Item.LODGING, held, days=days) == CLEAR) is free


@pytest.mark.parametrize(
    ("halves", "free"),
    [
        ((_pass(*Item, end_at=MIDDLE), _pass(*Item, start_at=MIDDLE, pass_id="p2")), True),
        # Whichever was granted first.
        ((_pass(*Item, start_at=MIDDLE), _pass(*Item, end_at=MIDDLE, pass_id="p2")), True),
        # Each of another item.
        (
            (
                _pass(Item.LODGING, end_at=MIDDLE),
                _pass(Item.TRANSPORT, start_at=MIDDLE, pass_id="p2"),
            ),
            False,
        ),
        # A day in between that neither covers.
        ((_pass(*Item, end_at=MIDDLE), _pass(*Item, start_at=END, pass_id="p2")), False),
    ],
)
def test_passes_that_cover_the_days_together_leave_them_free(
    halves: tuple[Pass, ...],
    free: bool,  # noqa: FBT001
) -> None:
    held = replace(order(), passes=halves)
    assert (_ask(Item.LODGING, held) == CLEAR) is free
    assert _ask(Item.LODGING, held, days=(FIRST - DAY, LAST)).answer is Answer.RESTRICTED


def test_a_pass_is_of_one_order_and_frees_from_no_other() -> None:
    free, other = replace(order("o1"), passes=(_pass(*Item),)), order("o2")
    verdict = _ask(Item.LODGING, free, other)
    assert [bar.basis.basis_id for bar in verdict.bars] == ["o2"]


def test_passes_on_several_items_add_up() -> None:
    held = replace(
        order(),
        items=LODGING | TRANSPORT,
        passes=(_pass(Item.LODGING), _pass(Item.TRANSPORT, pass_id="p2")),
    )
    assert _ask(Item.LODGING, held) == CLEAR
    assert _ask(Item.TRANSPORT, held) == CLEAR


def test_a_bar_is_told_without_the_items_that_a_pass_leaves_free() -> None:
    held = replace(order(), passes=(_pass(Item.LODGING),))
    (bar,) = _ask(Item.TRANSPORT, held).bars
    assert bar.basis.items == frozenset(Item) - LODGING


def test_a_pass_on_an_unsettled_order_leaves_it_unsettled_for_the_rest() -> None:
    held = replace(order(unsettled=True), passes=(_pass(Item.LODGING),))
    assert _ask(Item.LODGING, held) == CLEAR
    assert _ask(Item.TRANSPORT, held) == undetermined(Reason.UNSETTLED)
