"""The wire and the model agree, and what a newer peer sends is passed over."""

import enum
from datetime import UTC, datetime
from typing import Any

import pytest

from courtlist.ledger.v1 import change_pb2, ledger_service_pb2
from courtlist.restriction.v1 import restriction_pb2
from restriction import convert
from restriction.facts.changes import change_from
from restriction.facts.effects import NO_HASH, hash_of
from restriction.facts.store import Delivery, DeliveryEvent
from restriction.model import (
    Answer,
    Bar,
    DecidedBy,
    Decision,
    Item,
    Measure,
    Pass,
    Position,
    Reason,
    Verdict,
    undetermined,
)
from tests.fakes.ledger import FakeLedger
from tests.fakes.restriction_doubles import NOW, order

START = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ours", "theirs", "prefix"),
    [
        (Answer, restriction_pb2.Answer, "ANSWER_"),
        (Reason, restriction_pb2.Reason, "REASON_"),
        (DecidedBy, restriction_pb2.DecidedBy, "DECIDED_BY_"),
        (DeliveryEvent, restriction_pb2.RestrictionEvent, "RESTRICTION_EVENT_"),
        (Item, change_pb2.Item, "ITEM_"),
        (Measure, change_pb2.Measure, "MEASURE_"),
    ],
)
def test_every_value_has_the_name_and_number_of_the_wire(
    ours: type[enum.IntEnum], theirs: Any, prefix: str
) -> None:
    wire = {name.removeprefix(prefix): number for name, number in theirs.items() if number}
    assert {one.name: one.value for one in ours if one.value} == wire


def _change(*effects: change_pb2.Effect) -> ledger_service_pb2.Change:
    body = change_pb2.ChangeBody(incarnation="life-1", position=7, effects=effects)
    raw = body.SerializeToString()
    return ledger_service_pb2.Change(body=raw, previous_hash=NO_HASH, hash=hash_of(NO_HASH, raw))


def test_an_effect_of_a_newer_ledger_is_passed_over() -> None:
    # Field 99, length-delimited, empty: a kind that this release has never heard of.
    unknown = change_pb2.Effect.FromString(bytes([0x9A, 0x06, 0x00]))
    lifted = change_pb2.Effect(order_lifted=change_pb2.OrderLifted(order_id="o1", subject_id="s1"))
    change = change_from(_change(unknown, lifted))
    assert [one.basis_id for one in change.endings] == ["o1"]
    assert change.position == Position("life-1", 7)


def test_an_item_of_a_newer_law_bars_nothing_that_this_release_knows() -> None:
    issued = change_pb2.OrderIssued(order_id="o1", subject_id="s1")
    issued.items.extend([change_pb2.Item.ValueType(42), change_pb2.ITEM_TRANSPORT])
    (start,) = change_from(_change(change_pb2.Effect(order_issued=issued))).starts
    assert start.items == {Item.TRANSPORT}


def test_an_open_end_is_no_end_and_instants_keep_their_microseconds() -> None:
    ledger = FakeLedger()
    ledger.issue("o1", "s1", start_at=START)
    ledger.issue("o2", "s1", start_at=START, end_at=NOW)
    starts = [change_from(one.change).starts[0] for one in ledger.changes]
    assert [(one.start_at, one.end_at) for one in starts] == [(START, None), (START, NOW)]


def test_a_settled_ending_ends_only_when_it_is_upheld() -> None:
    ledger = FakeLedger()
    ledger.settle("o1", "s1", upheld=True)
    ledger.settle("o2", "s1", upheld=False)
    upheld, set_aside = (change_from(one.change) for one in ledger.changes)
    assert [one.basis_id for one in upheld.endings] == ["o1"]
    assert not set_aside.endings
    assert [one.unsettled for one in set_aside.unsettled] == [False]


def test_a_refusal_carries_everything_that_explains_it() -> None:
    verdict = Verdict(
        answer=Answer.RESTRICTED,
        reason=Reason.BARRED,
        bars=(Bar(order("o1"), "Art 0"),),
        allowed=("walking",),
    )
    message = convert.decision_to(
        Decision(
            verdict=verdict,
            decided_by=DecidedBy.REGISTRY,
            as_of=Position("life-1", 7),
            as_of_at=NOW,
            decision_id="d1",
        )
    )
    assert message.answer == restriction_pb2.ANSWER_RESTRICTED
    assert message.bars[0].restriction_id == "o1"
    assert message.bars[0].article == "Art 0"
    assert list(message.allowed) == ["walking"]
    assert (message.as_of.incarnation, message.as_of.position) == ("life-1", 7)
    assert convert.instant_from(message.as_of_time) == NOW
    assert message.decision_id == "d1"


def test_an_answer_that_rests_on_no_instant_names_none() -> None:
    decision = Decision(verdict=undetermined(Reason.STARTING), decided_by=DecidedBy.INDEX)
    assert not convert.decision_to(decision).HasField("as_of_time")


def test_a_lift_is_sent_bare() -> None:
    delivery = Delivery(
        number=3,
        restriction_id="o1",
        event=DeliveryEvent.LIFTED,
        digests=[bytes(16)],
        items=frozenset(Item),
        start_at=NOW,
        end_at=None,
        case_number="x",
        order_number="x",
        court_name="x",
        court_contact="x",
        position=9,
    )
    entry = convert.entry_to(delivery, lambda digest: digest)
    assert entry == restriction_pb2.RestrictionEntry(
        number=3,
        restriction_id="o1",
        event=restriction_pb2.RESTRICTION_EVENT_LIFTED,
        position=9,
    )


def test_an_ending_says_whether_it_was_void_from_the_start() -> None:
    ledger = FakeLedger()
    for kind in (change_pb2.ENDING_KIND_REVOKED, change_pb2.ENDING_KIND_DELETED):
        ledger.end_listing("l1", "s1", kind=kind)
    endings = [change_from(one.change).endings[0] for one in ledger.changes]
    assert [one.void_from_start for one in endings] == [True, False]


def test_a_performance_is_dated_by_the_registrys_clock_in_its_act() -> None:
    ledger = FakeLedger(now=lambda: START)
    ledger.perform("b1")
    ledger.reopen("b1")
    moves = [change_from(one.change).obligations[0] for one in ledger.changes]
    assert [(one.obligation_id, one.performed_at) for one in moves] == [("b1", START), ("b1", None)]


def test_the_registrys_answer_is_read_whole() -> None:
    basis = ledger_service_pb2.Basis(
        basis_id="o1",
        measure=change_pb2.MEASURE_ORDER,
        ended_kind=change_pb2.ENDING_KIND_REVOKED,
        passes=[ledger_service_pb2.Pass(pass_id="p1", items=[change_pb2.ITEM_LODGING])],
    )
    for instant in (basis.performed_time, basis.ended_time, basis.passes[0].start_time):
        instant.FromDatetime(START)
    basis.passes[0].end_time.FromDatetime(NOW)
    standing = ledger_service_pb2.Standing(
        bases=[basis, ledger_service_pb2.Basis(basis_id="o2", measure=change_pb2.MEASURE_ORDER)]
    )
    reply = ledger_service_pb2.ConfirmStandingResponse(standings=[standing])
    ended, standing_one = convert.confirmation_from(reply).standings[0].bases
    assert (ended.ended, ended.ended_at, ended.performed_at) == (True, START, START)
    assert ended.void_from_start
    assert ended.passes == (
        Pass(pass_id="p1", items=frozenset({Item.LODGING}), start_at=START, end_at=NOW),
    )
    assert (standing_one.ended, standing_one.ended_at, standing_one.performed_at) == (
        False,
        None,
        None,
    )
    assert (standing_one.void_from_start, standing_one.passes) == (False, ())


def _step(event: DeliveryEvent) -> Delivery:
    return Delivery(
        number=3,
        restriction_id="l1",
        event=event,
        digests=[bytes(16)],
        items=frozenset(),
        start_at=START,
        end_at=None,
        case_number="x",
        order_number="x",
        court_name="x",
        court_contact="x",
        position=9,
        ground=3,
        performed_at=START,
        ended_at=NOW,
        void_from_start=True,
    )


def test_a_listing_is_sent_with_ground_and_performance() -> None:
    entry = convert.entry_to(_step(DeliveryEvent.SET), lambda digest: digest)
    assert entry.ground == change_pb2.GROUND_EVADES
    assert convert.instant_from(entry.performed_time) == START
    assert not entry.HasField("ended_time")
    assert not entry.void_from_start


def test_a_listing_is_lifted_with_what_erasing_takes() -> None:
    entry = convert.entry_to(_step(DeliveryEvent.LIFTED), lambda digest: digest)
    assert entry == restriction_pb2.RestrictionEntry(
        number=3,
        restriction_id="l1",
        event=restriction_pb2.RESTRICTION_EVENT_LIFTED,
        position=9,
        ended_time=entry.ended_time,
        void_from_start=True,
    )
    assert convert.instant_from(entry.ended_time) == NOW
