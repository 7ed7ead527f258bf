"""The state of a basis at an instant."""

from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2 as pb
from courtlist.registry.v1 import order_pb2, registry_service_pb2
from registry.reading.states import (
    clear_states,
    decided_state,
    instant,
    stamp,
    stamp_standing,
    state_at,
)

START = datetime(2030, 5, 1, 16, 0, tzinfo=UTC)
END = datetime(2032, 5, 1, 16, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
OPEN = pb.BASIS_STATE_UNSPECIFIED


def timestamp(at: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(at)
    return made


def at(
    now: datetime, *, decided: pb.BasisState.ValueType = OPEN, end: datetime | None = END
) -> int:
    return state_at(now, decided=decided, start_at=START, end_at=end)


def test_a_basis_is_pending_up_to_the_last_microsecond_before_its_start() -> None:
    assert at(START - MICROSECOND) == pb.BASIS_STATE_PENDING
    assert at(START) == pb.BASIS_STATE_IN_FORCE


def test_a_basis_has_expired_from_the_very_instant_of_its_end() -> None:
    assert at(END - MICROSECOND) == pb.BASIS_STATE_IN_FORCE
    assert at(END) == pb.BASIS_STATE_EXPIRED


def test_a_pass_is_shown_through_its_last_day_in_shanghai_and_no_longer() -> None:
    order = order_pb2.Order(start_time=timestamp(START))
    order.passes.add(pass_id="gone", last_day={"year": 2030, "month": 5, "day": 1})
    order.passes.add(pass_id="last", last_day={"year": 2030, "month": 5, "day": 2})
    order.passes.add(pass_id="open", last_day={"year": 2030, "month": 5, "day": 3})
    # START is the first instant of 2 May in Shanghai.
    stamp(order, START)
    assert [one.pass_id for one in order.passes] == ["last", "open"]
    stamp(order, START + timedelta(days=1) - MICROSECOND)
    assert [one.pass_id for one in order.passes] == ["last", "open"]
    stamp(order, START + timedelta(days=1))
    assert [one.pass_id for one in order.passes] == ["open"]


def test_a_basis_without_end_never_expires() -> None:
    assert at(END + timedelta(days=36_500), end=None) == pb.BASIS_STATE_IN_FORCE


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ledger.ENDING_KIND_DELETED, pb.BASIS_STATE_DELETED),
        (ledger.ENDING_KIND_REVOKED, pb.BASIS_STATE_REVOKED),
        (ledger.ENDING_KIND_LIFTED, pb.BASIS_STATE_LIFTED),
    ],
)
def test_an_ending_stands_at_every_instant_whatever_else_is_so(
    kind: int, state: pb.BasisState.ValueType
) -> None:
    assert decided_state(ended_kind=kind, unsettled=True) == state
    for now in (START - MICROSECOND, START, END):
        assert at(now, decided=state) == state


def test_an_ending_that_a_restore_lost_stands_at_every_instant_until_settled() -> None:
    unsettled = decided_state(ended_kind=None, unsettled=True)
    assert unsettled == pb.BASIS_STATE_UNSETTLED
    for now in (START - MICROSECOND, START, END):
        assert at(now, decided=unsettled) == pb.BASIS_STATE_UNSETTLED
    assert decided_state(ended_kind=None, unsettled=False) == OPEN


def test_every_kind_of_ending_has_its_state() -> None:
    for kind in ledger.EndingKind.values():
        if kind != ledger.ENDING_KIND_UNSPECIFIED:
            decided_state(ended_kind=kind, unsettled=False)


def test_a_listing_ends_with_its_term_and_says_for_when_it_was_asked() -> None:
    listing = pb.Listing(start_time=timestamp(START), term_end_time=timestamp(END))
    stamp(listing, END - MICROSECOND)
    assert listing.state == pb.BASIS_STATE_IN_FORCE
    assert instant(listing.as_of_time) == END - MICROSECOND


def test_a_state_that_followed_from_instants_is_computed_anew_each_time() -> None:
    listing = pb.Listing(start_time=timestamp(START), term_end_time=timestamp(END))
    for now, state in (
        (START - MICROSECOND, pb.BASIS_STATE_PENDING),
        (START, pb.BASIS_STATE_IN_FORCE),
        (END, pb.BASIS_STATE_EXPIRED),
        (START, pb.BASIS_STATE_IN_FORCE),
    ):
        stamp(listing, now)
        assert listing.state == state


def test_an_order_ends_with_its_period_and_not_with_its_review() -> None:
    order = order_pb2.Order(start_time=timestamp(START), review_time=timestamp(END))
    stamp(order, END)
    assert order.state == pb.BASIS_STATE_IN_FORCE
    order.period_end_time.FromDatetime(END)
    stamp(order, END)
    assert order.state == pb.BASIS_STATE_EXPIRED


def standing() -> registry_service_pb2.GetStandingResponse:
    message = registry_service_pb2.GetStandingResponse()
    for identity, end, state in (
        ("termed", END, OPEN),
        ("open", None, OPEN),
        ("unsettled", END, pb.BASIS_STATE_UNSETTLED),
    ):
        start, stop = timestamp(START), end and timestamp(end)
        message.listings.add(listing_id=identity, start_time=start, term_end_time=stop, state=state)
        message.orders.add(order_id=identity, start_time=start, end_time=stop, state=state)
    return message


def shown(message: registry_service_pb2.GetStandingResponse) -> list[tuple[str, int]]:
    listings: list[tuple[str, int]] = [(one.listing_id, one.state) for one in message.listings]
    assert listings == [(one.order_id, one.state) for one in message.orders]
    return listings


def test_what_is_in_grace_stands_for_the_court_to_see() -> None:
    message = standing()
    stamp_standing(message, START - MICROSECOND)
    assert shown(message) == [
        ("termed", pb.BASIS_STATE_PENDING),
        ("open", pb.BASIS_STATE_PENDING),
        ("unsettled", pb.BASIS_STATE_UNSETTLED),
    ]
    assert instant(message.as_of_time) == START - MICROSECOND


def test_what_has_expired_stands_no_more() -> None:
    message = standing()
    stamp_standing(message, END - MICROSECOND)
    assert [identity for identity, _ in shown(message)] == ["termed", "open", "unsettled"]
    stamp_standing(message, END)
    assert shown(message) == [
        ("open", pb.BASIS_STATE_IN_FORCE),
        ("unsettled", pb.BASIS_STATE_UNSETTLED),
    ]


def test_a_copy_to_be_kept_holds_what_was_decided_and_no_verdict() -> None:
    listing = pb.Listing(start_time=timestamp(START))
    stamp(listing, START)
    clear_states(listing)
    assert listing.state == OPEN
    listing.state = pb.BASIS_STATE_DELETED
    clear_states(listing)
    assert listing.state == pb.BASIS_STATE_DELETED
    message = standing()
    stamp_standing(message, START)
    clear_states(message)
    assert shown(message) == [
        ("termed", OPEN),
        ("open", OPEN),
        ("unsettled", pb.BASIS_STATE_UNSETTLED),
    ]
