"""One lawful request of every kind of write."""

from google.protobuf.message import Message

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2, obligation_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from stack.papers import day
from tests.integration.registry.acts.courthouse import FIRST, CourtHouse, next_serial


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
    return [
        admin_service_pb2.EnrolCourtRequest(
            request_id=request_id(),
            court_code=f"新{next_serial():04d}",
            name="示例市第三人民法院",
            contact="0991-0000 0003",
        ),
        admin_service_pb2.EnrolOfficerRequest(
            request_id=request_id(),
            person_id=f"clerk-{request_id()}",
            name="测试人员",
            role=ledger.ROLE_CLERK,
            court_code=FIRST.code,
        ),
        house.entry(),
        house.restriction(),
        rpc.BindDocumentRequest(
            request_id=request_id(),
            subject_id=entered[0].listing.subject_id,
            document=house.person().passport,
            evidence_reference="出入境管理局复函 1",
        ),
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
    ]
