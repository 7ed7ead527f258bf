"""Obligations to act: performed when a judge records it, and by nothing else."""

from datetime import timedelta

import pytest

from courtlist.registry.v1 import obligation_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from stack.papers import day
from tests.integration.registry.acts.courthouse import CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODY = "00000000-0000-7000-8000-000000000000"


def act_debt(house: CourtHouse) -> obligation_pb2.ObligationTerms:
    terms = house.papers().debt(1)
    terms.kind = obligation_pb2.OBLIGATION_KIND_ACT
    terms.ClearField("principal")
    terms.duty = "限期腾退房屋"
    return terms


async def to_act(house: CourtHouse) -> rpc.EnterListingResponse:
    request = house.entry()
    request.obligation_terms.CopyFrom(act_debt(house))
    reply: rpc.EnterListingResponse = await house.do(request)
    return reply


def act_done(obligation_id: str, house: CourtHouse) -> rpc.RecordActPerformedRequest:
    return rpc.RecordActPerformedRequest(
        request_id=request_id(),
        obligation_id=obligation_id,
        performed_on=day(house.today),
        evidence_reference="腾退笔录第 3 页",
    )


async def test_an_act_is_performed_when_a_judge_records_it(house: CourtHouse) -> None:
    entered = await to_act(house)
    done = await house.do(act_done(entered.listing.obligation_id, house))
    assert done.obligation.performed
    assert list(done.lifted_order_ids) == [entered.order.order_id]
    assert list(done.deleted_listing_ids) == [entered.listing.listing_id]


async def test_an_act_is_performed_once(house: CourtHouse) -> None:
    obligation_id = (await to_act(house)).listing.obligation_id
    await house.do(act_done(obligation_id, house))
    error = await house.refused(act_done(obligation_id, house))
    assert error.reason_name == "OBLIGATION_PERFORMED"


async def test_an_act_is_not_paid_and_money_is_not_performed_by_word(house: CourtHouse) -> None:
    to_do = (await to_act(house)).listing.obligation_id
    to_pay = (await house.enter()).listing.obligation_id
    for request in (house.payment(to_do, 1), house.statement(to_do), act_done(to_pay, house)):
        error = await house.refused(request)
        assert [(one.reason_name, one.field) for one in error.violations] == [
            ("FIELD_INVALID", "obligation_id")
        ]


async def test_an_act_is_not_recorded_before_it_is_performed(house: CourtHouse) -> None:
    request = act_done((await to_act(house)).listing.obligation_id, house)
    request.performed_on.CopyFrom(day(house.today + timedelta(days=1)))
    error = await house.refused(request)
    assert [one.field for one in error.violations] == ["performed_on"]


async def test_an_act_on_a_debt_that_is_not_recorded_is_refused(house: CourtHouse) -> None:
    error = await house.refused(act_done(NOBODY, house))
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "obligation")
