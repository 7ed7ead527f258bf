"""Passes: what a court leaves free of its order for some days, and takes back."""

from datetime import UTC, date, timedelta
from typing import Any

import grpc
import pytest

from chassis.wire.status import parse
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import order_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry.law.days import end_of_day, start_of_day
from stack.office import request_id
from stack.papers import day
from tests.eventually import eventually
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse
from tests.integration.registry.acts.writes import journey_pass

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODY = "00000000-0000-7000-8000-000000000000"


def withdrawal(pass_id: str) -> rpc.WithdrawPassRequest:
    return rpc.WithdrawPassRequest(
        request_id=request_id(), pass_id=pass_id, reasons="考试取消，通行证收回"
    )


def granted_by(reply: rpc.GrantPassResponse) -> order_pb2.Pass:
    granted: order_pb2.Pass = getattr(reply, "pass")  # a word of Python's own
    return granted


async def an_order(house: CourtHouse) -> order_pb2.Order:
    order: order_pb2.Order = (await house.do(house.restriction())).order
    return order


async def test_a_pass_is_shown_with_its_order_and_told_to_followers(house: CourtHouse) -> None:
    order = await an_order(house)
    request = journey_pass(house, order.order_id)
    reply = await house.do(request)
    granted = granted_by(reply)
    last = house.today + timedelta(days=14)
    assert granted == order_pb2.Pass(
        pass_id=granted.pass_id,
        order_id=order.order_id,
        items=[ledger.ITEM_FAST_TRAINS],
        first_day=day(house.today),
        last_day=day(last),
        cause=ledger.PASS_CAUSE_EXAM,
        decision_number=request.decision.number,
    )
    shown = await house.order(order.order_id)
    assert list(shown.passes) == [granted]
    assert shown.state == order.state, "the order stands"
    [effect] = await house.effects(reply.position.position)
    told = effect.pass_granted
    assert (told.pass_id, told.order_id, told.subject_id, told.cause) == (
        granted.pass_id,
        order.order_id,
        order.subject_id,
        ledger.PASS_CAUSE_EXAM,
    )
    assert list(told.items) == [ledger.ITEM_FAST_TRAINS]
    assert told.start_time.ToDatetime(UTC) == start_of_day(house.today)
    assert told.end_time.ToDatetime(UTC) == end_of_day(last)


async def test_a_cached_order_shows_a_pass_at_once_and_its_withdrawal_too(
    house: CourtHouse,
) -> None:
    order = await an_order(house)
    ask = rpc.GetOrderRequest(order_id=order.order_id)
    assert not (await house.do(ask)).order.passes
    granted = granted_by(await house.do(journey_pass(house, order.order_id)))
    assert list((await house.do(ask)).order.passes) == [granted]
    reply = await house.do(withdrawal(granted.pass_id))
    assert not (await house.do(ask)).order.passes
    [effect] = await house.effects(reply.position.position)
    assert effect.pass_withdrawn == ledger.PassWithdrawn(
        pass_id=granted.pass_id, order_id=order.order_id, subject_id=order.subject_id
    )


async def test_neither_travels_as_an_ending(house: CourtHouse) -> None:
    order = await an_order(house)
    reply = await house.do(journey_pass(house, order.order_id))
    gone = await house.do(withdrawal(granted_by(reply).pass_id))
    ends = await house.connection.fetch(
        "SELECT ends FROM change WHERE position = ANY ($1::bigint[])",
        [reply.position.position, gone.position.position],
    )
    assert [row["ends"] for row in ends] == [False, False]


async def test_an_order_holds_several_passes_and_shows_none_that_is_past(
    house: CourtHouse,
) -> None:
    order = await an_order(house)
    later = journey_pass(
        house,
        order.order_id,
        first_day=day(house.today + timedelta(days=30)),
        last_day=day(house.today + timedelta(days=40)),
    )
    second = granted_by(await house.do(later))
    first = granted_by(await house.do(journey_pass(house, order.order_id)))
    assert list((await house.order(order.order_id)).passes) == [first, second]
    await house.connection.execute(
        "UPDATE pass SET first_on = $2, last_on = $2 WHERE pass_id = $1::uuid",
        first.pass_id,
        house.today - timedelta(days=1),
    )
    assert list((await house.order(order.order_id)).passes) == [second]


async def test_a_pass_outlasts_its_order_when_a_listing_takes_its_place(house: CourtHouse) -> None:
    """Who was let go to an examination next week is let go, whatever the court enters today."""
    person, case = house.person(), house.case()
    restriction = house.restriction(subject=person.subject, case_number=case)
    alone = (await house.do(restriction)).order
    taken_back = granted_by(await house.do(journey_pass(house, alone.order_id)))
    await house.do(withdrawal(taken_back.pass_id))
    granted = granted_by(await house.do(journey_pass(house, alone.order_id)))
    entered = await house.enter(
        subject=person.subject, case_number=case, obligation_id=alone.obligation_id
    )
    [kept] = entered.order.passes
    assert kept.pass_id != granted.pass_id
    granted.pass_id, granted.order_id = kept.pass_id, entered.order.order_id
    assert kept == granted
    told = [
        effect.pass_granted
        for effect in await house.effects(entered.position.position)
        if effect.HasField("pass_granted")
    ]
    assert [(one.pass_id, one.order_id) for one in told] == [(kept.pass_id, kept.order_id)]
    await house.do(withdrawal(kept.pass_id))
    assert not (await house.order(kept.order_id)).passes


async def test_a_need_may_free_lodging_for_a_year(house: CourtHouse) -> None:
    restriction = house.restriction()
    restriction.order.items[:] = [ledger.ITEM_LODGING, ledger.ITEM_TRANSPORT]
    order = (await house.do(restriction)).order
    request = journey_pass(
        house,
        order.order_id,
        items=[ledger.ITEM_LODGING],
        last_day=day(house.today + timedelta(days=360)),
        cause=ledger.PASS_CAUSE_NEED,
    )
    assert granted_by(await house.do(request)).cause == ledger.PASS_CAUSE_NEED


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"cause": 0}, ["cause"]),
        ({"items": []}, ["items"]),
        ({"items": [ledger.ITEM_SCHOOLS], "cause": ledger.PASS_CAUSE_NEED}, ["items"]),
        ({"items": [ledger.ITEM_LODGING]}, ["items"]),
        ({"last": -1, "first": 1}, ["last_day"]),
        ({"first": -5, "last": -1}, ["last_day"]),
        ({"last": 32}, ["last_day"]),
        ({"first_day": day(date(9999, 12, 1)), "last_day": day(date.max)}, ["first_day"]),
        ({"last": 367, "cause": ledger.PASS_CAUSE_PRIVATE_MEANS}, ["last_day"]),
        ({"reasons": ""}, ["decision.reasons"]),
    ],
    ids=repr,
)
async def test_an_unlawful_pass_is_refused_at_its_field(
    house: CourtHouse, changes: dict[str, Any], fields: list[str]
) -> None:
    restriction = house.restriction()
    restriction.order.items[:] = [
        ledger.ITEM_FAST_TRAINS,
        ledger.ITEM_TRANSPORT,
        ledger.ITEM_LODGING,
    ]
    order = (await house.do(restriction)).order
    for name, field in (("first", "first_day"), ("last", "last_day")):
        if name in changes:
            changes = {**changes, field: day(house.today + timedelta(days=changes[name]))}
            changes.pop(name)
    decision = house.papers().decision("（2025）京0199执1号通行证")
    if "reasons" in changes:
        decision.reasons = changes["reasons"]
        changes = {name: value for name, value in changes.items() if name != "reasons"}
    error = await house.refused(journey_pass(house, order.order_id, decision=decision, **changes))
    assert error.reason_name == "PASS_REFUSED"
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("PASS_REFUSED", field) for field in fields
    ]


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"order_id": ""}, "FIELD_REQUIRED", "order_id"),
        ({"order_id": "x"}, "FIELD_INVALID", "order_id"),
        ({"items": [99]}, "ENUM_UNKNOWN", "items[0]"),
        ({"items": [ledger.ITEM_TRANSPORT, 0]}, "FIELD_REQUIRED", "items[1]"),
        ({"items": [ledger.ITEM_TRANSPORT] * 10}, "FIELD_TOO_LONG", "items"),
        ({"cause": 99}, "ENUM_UNKNOWN", "cause"),
        ({"first_day": None}, "FIELD_REQUIRED", "first_day"),
        ({"last_day": None}, "FIELD_REQUIRED", "last_day"),
        ({"last_day": {"year": 2026, "month": 13}}, "FIELD_INVALID", "last_day"),
        ({"decision": None}, "FIELD_REQUIRED", "decision"),
        ({"decision": {}}, "FIELD_REQUIRED", "decision.decided_on"),
    ],
    ids=repr,
)
async def test_a_pass_that_cannot_be_read_is_told_at_its_field(
    house: CourtHouse, changes: dict[str, Any], reason: str, field: str
) -> None:
    error = await house.refused(journey_pass(house, **{"order_id": NOBODY, **changes}))
    assert error.reason_name == "INVALID_REQUEST"
    assert [(one.reason_name, one.field) for one in error.violations] == [(reason, field)]


async def test_a_withdrawal_names_its_pass_and_its_reasons(house: CourtHouse) -> None:
    error = await house.refused(rpc.WithdrawPassRequest(request_id=request_id(), pass_id="x"))
    assert {(one.reason_name, one.field) for one in error.violations} == {
        ("FIELD_INVALID", "pass_id"),
        ("FIELD_REQUIRED", "reasons"),
    }


@pytest.mark.parametrize("signed_by", [FIRST.judge, SECOND.president, ""])
async def test_a_pass_that_no_president_of_the_court_signs_is_refused(
    house: CourtHouse, signed_by: str
) -> None:
    order = await an_order(house)
    request = journey_pass(house, order.order_id)
    request.decision.signed_by = signed_by
    error = await house.refused(request, role="president")
    assert {(one.reason_name, one.field) for one in error.violations} == {
        ("PASS_REFUSED", "decision.signed_by"),
        ("NOT_SIGNED", "signature"),
    }


async def test_everything_unlawful_is_told_at_once(house: CourtHouse) -> None:
    order = await an_order(house)
    request = journey_pass(
        house,
        order.order_id,
        items=[ledger.ITEM_VEHICLES],
        last_day=day(house.today + timedelta(days=400)),
    )
    request.decision.signed_by = FIRST.clerk
    error = await house.refused(request)
    assert error.reason_name == "UNLAWFUL"
    assert {one.field for one in error.violations} == {
        "items",
        "last_day",
        "decision.signed_by",
        "signature",
    }


async def test_an_order_that_has_ended_gets_no_pass(house: CourtHouse) -> None:
    order = await an_order(house)
    lift = rpc.LiftOrderRequest(
        request_id=request_id(),
        order_id=order.order_id,
        cause=ledger.ENDING_CAUSE_REVIEW,
        reasons="依据本院裁定书第 6 号",
    )
    granted = granted_by(await house.do(journey_pass(house, order.order_id)))
    await house.do(lift)
    error = await house.refused(journey_pass(house, order.order_id))
    assert error.reason_name == "ALREADY_ENDED"
    # It means nothing any more, and may be taken back all the same.
    await house.do(withdrawal(granted.pass_id))


async def test_an_order_whose_period_is_past_gets_no_pass(house: CourtHouse) -> None:
    order = await an_order(house)
    await house.connection.execute(
        "UPDATE consumption_order SET period_end_at = now() WHERE order_id = $1::uuid",
        order.order_id,
    )
    assert (await house.refused(journey_pass(house, order.order_id))).reason_name == "ALREADY_ENDED"


async def test_only_the_ordering_court_decides_on_a_pass(house: CourtHouse) -> None:
    order = await an_order(house)
    error = await house.refused(journey_pass(house, order.order_id), court=SECOND)
    assert error.reason_name == "COURT_REFUSED"
    granted = granted_by(await house.do(journey_pass(house, order.order_id)))
    error = await house.refused(withdrawal(granted.pass_id), court=SECOND)
    assert error.reason_name == "COURT_REFUSED"


async def test_a_pass_is_withdrawn_once(house: CourtHouse) -> None:
    order = await an_order(house)
    granted = granted_by(await house.do(journey_pass(house, order.order_id)))
    await house.do(withdrawal(granted.pass_id))
    assert (await house.refused(withdrawal(granted.pass_id))).reason_name == "ALREADY_ENDED"


async def test_one_decision_grants_a_pass_once(house: CourtHouse) -> None:
    """One signature is one pass, whether it was taken back or not."""
    order = await an_order(house)
    request = journey_pass(house, order.order_id)
    granted = granted_by(await house.do(request))
    again = rpc.GrantPassRequest()
    again.CopyFrom(request)
    again.request_id = request_id()
    spent = [("PASS_REFUSED", "decision.number")]
    error = await house.refused(again)
    assert [(one.reason_name, one.field) for one in error.violations] == spent
    await house.do(withdrawal(granted.pass_id))
    error = await house.refused(again)
    assert [(one.reason_name, one.field) for one in error.violations] == spent
    again.decision.number = "另一决定"
    assert granted_by(await house.do(again)).pass_id != granted.pass_id


async def test_what_is_not_there_is_not_found(house: CourtHouse) -> None:
    error = await house.refused(journey_pass(house, NOBODY))
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "order")
    error = await house.refused(withdrawal(NOBODY))
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "pass")


async def test_a_pass_waits_for_a_payment_that_lifts_its_order(house: CourtHouse) -> None:
    order = await an_order(house)
    async with house.held("obligation", order.obligation_id) as hold:
        granting = hold.start(house.do(journey_pass(house, order.order_id)))
        await eventually(hold.is_awaited)
        await house.connection.execute(
            "UPDATE consumption_order SET ended_at = now(), ended_kind = 3, ended_cause = 1"
            " WHERE order_id = $1::uuid",
            order.order_id,
        )
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await granting
    assert parse(caught.value).reason_name == "ALREADY_ENDED"
