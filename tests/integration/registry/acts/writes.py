"""One lawful request of every kind of write."""

from datetime import timedelta
from typing import Any

from google.protobuf.message import Message

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2, obligation_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from stack.papers import day
from tests.integration.registry.acts.courthouse import CourtHouse, next_serial
from tests.integration.registry.acts.naming import owed_look


async def every_write(house: CourtHouse) -> list[Message]:
    """One lawful request of every kind of write, each on records of its own."""
    entered = [await house.enter() for _ in range(6)]
    alone = (await house.do(house.restriction())).order
    to_do = house.entry()
    to_do.obligation_terms.kind = obligation_pb2.OBLIGATION_KIND_ACT
    to_do.obligation_terms.ClearField("principal")
    act = await house.do(to_do)
    paid = await house.do(house.payment(entered[1].listing.obligation_id, 1))
    [document] = entered[2].listing.documents
    partner_ids = [await _enrolled(house) for _ in range(2)]
    free = journey_pass(house, entered[0].order.order_id)
    granted = await house.do(journey_pass(house, entered[0].order.order_id))
    return [
        house.court(),
        house.officer(),
        *await _changes_of_people(house),
        house.entry(),
        house.restriction(),
        await house.prepared(entered[0].listing.subject_id, house.person().passport),
        rpc.UnbindDocumentRequest(
            request_id=request_id(), document_id=document.document_id, reasons="证件系他人所有"
        ),
        house.statement(entered[0].listing.obligation_id),
        house.payment(entered[0].listing.obligation_id, 1),
        rpc.ReverseRepaymentRequest(
            request_id=request_id(),
            repayment_id=paid.repayment.repayment_id,
            reasons="银行退票，款项未到账",
        ),
        rpc.RecordActPerformedRequest(
            request_id=request_id(),
            obligation_id=act.listing.obligation_id,
            performed_on=day(house.today),
            evidence_reference="腾退笔录第 3 页",
        ),
        rpc.EndListingRequest(
            request_id=request_id(),
            listing_id=entered[3].listing.listing_id,
            cause=ledger.ENDING_CAUSE_NOT_ENFORCED,
            reasons="依据本院裁定书第 5 号",
        ),
        rpc.RevokeListingRequest(
            request_id=request_id(),
            listing_id=entered[4].listing.listing_id,
            cause=ledger.ENDING_CAUSE_WRONG_PERSON,
            reasons="经核实不应纳入名单",
        ),
        rpc.CorrectListingRequest(
            request_id=request_id(),
            listing_id=entered[5].listing.listing_id,
            etag=entered[5].listing.etag,
            conduct="更正后的行为情形",
            reasons="笔误更正裁定",
        ),
        rpc.LiftOrderRequest(
            request_id=request_id(),
            order_id=alone.order_id,
            cause=ledger.ENDING_CAUSE_REVIEW,
            reasons="依据本院裁定书第 6 号",
        ),
        rpc.CloseTaskRequest(
            request_id=request_id(),
            task_id=(await owed_look(house)).task_id,
            reasons="证件照片与本人一致，绑定无误",
        ),
        free,
        rpc.WithdrawPassRequest(
            request_id=request_id(),
            pass_id=getattr(granted, "pass").pass_id,
            reasons="考试取消，通行证收回",
        ),
        _partner(f"hotel-{next_serial()}"),
        admin_service_pb2.RecordRatingRequest(
            request_id=request_id(),
            partner_id=partner_ids[0],
            rating=admin_service_pb2.Rating(
                site_code="main", stars=4, first_day=day(house.today), last_day=day(house.today)
            ),
            evidence_reference="星级饭店公告 1",
        ),
        admin_service_pb2.RetirePartnerRequest(request_id=request_id(), partner_id=partner_ids[1]),
    ]


def journey_pass(house: CourtHouse, order_id: str, **changes: Any) -> rpc.GrantPassRequest:
    """A lawful pass for a fortnight from today, to sit an examination."""
    given: dict[str, Any] = {
        "request_id": request_id(),
        "order_id": order_id,
        "items": [ledger.ITEM_FAST_TRAINS],
        "first_day": day(house.today),
        "last_day": day(house.today + timedelta(days=14)),
        "cause": ledger.PASS_CAUSE_EXAM,
        "decision": house.papers().decision(f"（2025）京0199执{next_serial()}号通行证"),
    }
    return rpc.GrantPassRequest(**{**given, **changes})


async def _changes_of_people(house: CourtHouse) -> list[Message]:
    left, kept = house.officer(), house.officer()
    key = house.key(kept.person_id)
    gone = house.court()
    for request in (left, kept, key, gone):
        await house.do(request)
    return [
        house.key(kept.person_id),
        admin_service_pb2.RetireKeyRequest(request_id=request_id(), key_id=key.key_id),
        admin_service_pb2.RetireOfficerRequest(
            request_id=request_id(),
            person_id=left.person_id,
            role=left.role,
            court_code=left.court_code,
        ),
        admin_service_pb2.RetireCourtRequest(request_id=request_id(), court_code=gone.court_code),
    ]


async def _enrolled(house: CourtHouse) -> str:
    request = _partner(f"hotel-{next_serial()}")
    await house.do(request)
    return request.partner_id


def _partner(partner_id: str) -> admin_service_pb2.EnrolPartnerRequest:
    return admin_service_pb2.EnrolPartnerRequest(
        request_id=request_id(), partner_id=partner_id, name="示例酒店", fields=["hotel"]
    )
