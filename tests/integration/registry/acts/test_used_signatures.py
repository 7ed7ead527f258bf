"""A signature is one act's, and somebody else sends what a president signed."""

import hashlib
from typing import Any

import pytest

from authority.signature import digest
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from tests.integration.registry.acts.courthouse import CourtHouse
from tests.integration.registry.acts.endings import remedy
from tests.integration.registry.acts.signatures import signed, unsigned_for
from tests.integration.registry.acts.writes import journey_pass

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_signature_is_used_up_though_the_record_has_forgotten_whom_it_named(
    house: CourtHouse,
) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    case = house.case()
    request = signed(house.entry(case_number=case, obligation_id=obligation_id))
    entered = await house.do(request)
    await remedy(house, entered)
    again = rpc.EnterListingRequest()
    again.CopyFrom(request)
    again.request_id = request_id()
    error = await house.refused(again)
    assert f"position {entered.position.position} was done on this signature" in unsigned_for(error)
    assert error.metadata["position"] == str(entered.position.position)
    assert await house.do(request) == entered


async def test_an_orders_signature_is_used_up_by_the_order(house: CourtHouse) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    person = house.person()
    request = signed(house.restriction(subject=person.subject, obligation_id=obligation_id))
    issued = await house.do(request)
    lifting = rpc.LiftOrderRequest(
        request_id=request_id(),
        order_id=issued.order.order_id,
        cause=ledger.ENDING_CAUSE_REVIEW,
        reasons="复议决定",
    )
    await house.do(lifting)
    document_id = await house.connection.fetchval(
        "SELECT document_id::text FROM document WHERE subject_id = $1::uuid",
        issued.order.subject_id,
    )
    unbinding = rpc.UnbindDocumentRequest(
        request_id=request_id(), document_id=document_id, reasons="录入错误"
    )
    await house.do(unbinding)
    again = rpc.IssueOrderRequest()
    again.CopyFrom(request)
    again.request_id = request_id()
    error = await house.refused(again)
    assert "was done on this signature" in unsigned_for(error)


async def test_a_try_uses_no_signature_up(house: CourtHouse) -> None:
    request = signed(house.entry())
    request.validate_only = True
    await house.do(request)
    request.validate_only = False
    assert (await house.do(request)).position.position


async def test_a_used_signature_is_kept_as_nothing_that_can_be_tried_out(house: CourtHouse) -> None:
    request = signed(house.entry())
    await house.do(request)
    stored = await house.connection.fetchval(
        "SELECT content_digest FROM used_signature ORDER BY position DESC LIMIT 1"
    )
    name, content = request.DESCRIPTOR.full_name.encode(), request.signature.content
    guesses = (content, name + content, name + b"\0" + content)
    assert stored not in {hashlib.sha256(one).digest() for one in guesses}
    assert stored != digest(name.decode(), content)


@pytest.mark.parametrize("make", ["entry", "restriction", "pass"])
async def test_a_president_does_not_send_what_she_signed_herself(
    house: CourtHouse, make: str
) -> None:
    if make == "pass":
        order_id = (await house.enter()).order.order_id
        request: Any = journey_pass(house, order_id)
    else:
        request = getattr(house, make)()
    error = await house.refused(request, role="president")
    assert error.reason_name == "SAME_PERSON"
    assert [one.field for one in error.violations] == ["signature"]
    assert (await house.do(request)).position.position
