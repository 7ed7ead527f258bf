"""The travel policy on bases in force."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from document import Document, DocumentKind
from restriction.model import CLEAR, Answer, Basis, Item, Measure, Reason, undetermined
from restriction.policy import rule
from travel.policy import ALLOWED, Ticket, TravelPolicy
from travel.table import AIR, Coverage, SeatClass, ShipClass, TrainCategory, rail, ship

POLICY = TravelPolicy()
TODAY = date(2026, 6, 1)
EVERY_PRODUCT = [
    AIR,
    *(rail(category, seat) for category in TrainCategory for seat in SeatClass),
    *(ship(one) for one in ShipClass),
]


def _order(basis_id: str, *items: Item, unsettled: bool = False) -> Basis:
    return Basis(
        basis_id=basis_id,
        measure=Measure.ORDER,
        subject_id="s1",
        start_at=datetime(2026, 1, 1, tzinfo=UTC),
        items=frozenset(items),
        unsettled=unsettled,
    )


def _ticket(coverage: Coverage, *, child: bool = False) -> Ticket:
    return Ticket(coverage=coverage, product="X", travel_date=TODAY, child=child)


def _document(birth_date: date | None) -> Document:
    return Document(DocumentKind.RESIDENT_ID, "CHN", "0" * 18, birth_date)


G_TRAIN = rail(TrainCategory.G, SeatClass.SECOND)
SLEEPER = rail(TrainCategory.D, SeatClass.EMU_SLEEPER)


@pytest.mark.parametrize("coverage", EVERY_PRODUCT)
def test_nothing_is_barred_for_somebody_on_whom_nothing_rests(coverage: Coverage) -> None:
    assert POLICY.decide(_ticket(coverage), []) == CLEAR


@pytest.mark.parametrize("coverage", EVERY_PRODUCT)
def test_an_order_without_items_1_and_9_bars_no_travel(coverage: Coverage) -> None:
    others = frozenset(Item) - {Item.TRANSPORT, Item.FAST_TRAINS}
    assert POLICY.decide(_ticket(coverage), [_order("o1", *others)]) == CLEAR


def test_an_order_of_item_9_alone_leaves_flights_free() -> None:
    order = _order("o1", Item.FAST_TRAINS)
    assert POLICY.decide(_ticket(AIR), [order]) == CLEAR
    assert POLICY.decide(_ticket(G_TRAIN), [order]).answer is Answer.RESTRICTED


def test_every_order_that_bars_is_named_with_every_item_that_fits() -> None:
    verdict = POLICY.decide(
        _ticket(SLEEPER),
        [
            _order("o1", *Item),
            _order("o2", Item.TRANSPORT),
            _order("o3", Item.LODGING),
            _order("o4", Item.FAST_TRAINS),
        ],
    )
    assert verdict.answer is Answer.RESTRICTED
    assert verdict.reason is Reason.BARRED
    assert [(bar.basis.basis_id, bar.article) for bar in verdict.bars] == [
        ("o1", "CP Art 3(1) item 1, item 9"),
        ("o2", "CP Art 3(1) item 1"),
        ("o4", "CP Art 3(1) item 9"),
    ]
    assert verdict.allowed == ALLOWED


@pytest.mark.parametrize(
    "coverage",
    [
        rail(TrainCategory.UNSPECIFIED, SeatClass.HARD_SEAT),
        rail(TrainCategory.K, SeatClass.UNSPECIFIED),
        rail(TrainCategory.D, SeatClass.UNSPECIFIED),
        ship(ShipClass.UNSPECIFIED),
    ],
)
def test_an_unknown_product_is_undetermined_and_never_refused(coverage: Coverage) -> None:
    verdict = POLICY.decide(_ticket(coverage), [_order("o1", *Item)])
    assert verdict == undetermined(Reason.PRODUCT_UNKNOWN)


def test_an_unknown_class_is_clear_when_no_order_could_bar_it() -> None:
    coverage = rail(TrainCategory.K, SeatClass.UNSPECIFIED)
    assert POLICY.decide(_ticket(coverage), [_order("o1", Item.FAST_TRAINS)]) == CLEAR


def test_a_refusal_that_needs_an_unsettled_basis_is_none() -> None:
    unsettled = _order("o1", *Item, unsettled=True)
    assert rule(POLICY, _ticket(G_TRAIN), [unsettled]) == undetermined(Reason.UNSETTLED)


def test_a_settled_basis_beside_an_unsettled_one_bars_alone() -> None:
    bases = [_order("o1", *Item, unsettled=True), _order("o2", *Item)]
    verdict = rule(POLICY, _ticket(G_TRAIN), bases)
    assert [bar.basis.basis_id for bar in verdict.bars] == ["o2"]


def test_an_unsettled_basis_that_would_not_bar_leaves_the_product_free() -> None:
    free = rail(TrainCategory.D, SeatClass.SECOND)
    assert rule(POLICY, _ticket(free), [_order("o1", *Item, unsettled=True)]) == CLEAR


def test_an_adults_ticket_is_looked_up() -> None:
    assert POLICY.before_lookup(_ticket(AIR), _document(date(2020, 1, 1)), TODAY) is None


@pytest.mark.parametrize(
    ("birth_date", "expected"),
    [
        (date(2015, 5, 5), CLEAR),
        # A year of age is reached on the day after the birthday.
        (date(2008, 6, 1), CLEAR),
        (date(2008, 5, 31), undetermined(Reason.CHILD_TICKET)),
        (date(1980, 1, 1), undetermined(Reason.CHILD_TICKET)),
        (None, undetermined(Reason.CHILD_TICKET)),
    ],
)
def test_a_childs_ticket_is_decided_by_rule(birth_date: date | None, expected: object) -> None:
    ticket = _ticket(AIR, child=True)
    assert POLICY.before_lookup(ticket, _document(birth_date), TODAY) == expected


@pytest.mark.parametrize("day", [date.min, TODAY])
def test_a_day_of_travel_that_is_past_makes_nobody_a_child(day: date) -> None:
    ticket = replace(_ticket(AIR, child=True), travel_date=day)
    adult, minor = _document(date(2008, 5, 31)), _document(date(2008, 6, 1))
    assert POLICY.before_lookup(ticket, adult, TODAY) == undetermined(Reason.CHILD_TICKET)
    assert POLICY.before_lookup(ticket, minor, TODAY) == CLEAR


def test_whoever_is_of_age_on_the_day_of_travel_is_not_cleared_as_a_child() -> None:
    ticket = replace(_ticket(AIR, child=True), travel_date=date(2026, 6, 2))
    verdict = POLICY.before_lookup(ticket, _document(date(2008, 6, 1)), TODAY)
    assert verdict == undetermined(Reason.CHILD_TICKET)


def test_a_child_born_on_29_february_is_protected_through_1_march() -> None:
    ticket = Ticket(coverage=AIR, product="AIR", travel_date=date(2026, 3, 1), child=True)
    document = _document(date(2008, 2, 29))
    assert POLICY.before_lookup(ticket, document, date(2026, 3, 1)) == CLEAR
