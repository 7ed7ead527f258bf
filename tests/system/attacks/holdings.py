"""What court A holds, and requests by which another court would touch it, each lawful but for whose it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from google.protobuf.message import Message

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import import_service_pb2 as imports
from courtlist.registry.v1 import order_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.keys import assert_key, assert_key_id
from stack.office import binding, request_id
from stack.papers import Papers, Person, day, yuan
from stack.signing import signature
from tests.system.attacks.cast import COURT_A, COURT_B
from tests.system.courthouse import Courthouse

Unsettle: TypeAlias = Callable[[order_pb2.Order], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """Ids of records of court A."""

    listing: rpc.EnterListingResponse
    document_id: str
    repayment_id: str
    pass_id: str
    etag: str
    task_id: str
    unsettled_id: str


async def holdings_of(court: Courthouse, debtor: Person, unsettle: Unsettle) -> Holdings:
    """A debtor with all that can hang on her; `unsettle` has an ending of a basis reported as lost."""
    entered = await court.enter(debtor.subject)
    await court.state(entered.listing.obligation_id)
    paid = await court.repay(entered.listing.obligation_id, paid_yuan=1)
    granted = await court.registry.courts.GrantPass(
        _pass(court, entered.order.order_id), metadata=court.judge
    )
    termed = await court.enter(debtor.subject, ground=ledger.GROUND_BREAKS_REPORTING_DUTY)
    settled = await court.pay_off(termed.listing.obligation_id)
    lost = await court.issue(debtor.subject)
    await unsettle(lost.order)
    read = await court.registry.courts.GetListing(
        rpc.GetListingRequest(listing_id=entered.listing.listing_id), metadata=court.judge
    )
    return Holdings(
        listing=entered,
        document_id=entered.listing.documents[0].document_id,
        repayment_id=paid.repayment.repayment_id,
        pass_id=getattr(granted, "pass").pass_id,
        etag=read.listing.etag,
        task_id=settled.opened_tasks[0].task_id,
        unsettled_id=lost.order.order_id,
    )


def reaching(court: Courthouse, held: Holdings, debtor: Person) -> dict[str, Message]:
    """Requests for what is held, by the name of the RPC."""
    return {
        **_of_debtors(court, held, debtor),
        **_of_debts(court, held),
        **_of_tasks(held),
        **_of_staff(),
    }


def _of_debtors(court: Courthouse, held: Holdings, debtor: Person) -> dict[str, Message]:
    listing_id, order_id = held.listing.listing.listing_id, held.listing.order.order_id
    prepared = binding(held.listing.listing.subject_id, debtor.passport)
    return {
        "PrepareBinding": prepared,
        "UnbindDocument": rpc.UnbindDocumentRequest(
            request_id=request_id(), document_id=held.document_id, reasons="证件号码录入有误"
        ),
        "EndListing": rpc.EndListingRequest(
            request_id=request_id(),
            listing_id=listing_id,
            cause=ledger.ENDING_CAUSE_NOT_ENFORCED,
            reasons="依据本院裁定书第 5 号",
        ),
        "RevokeListing": rpc.RevokeListingRequest(
            request_id=request_id(),
            listing_id=listing_id,
            cause=ledger.ENDING_CAUSE_WRONG_PERSON,
            reasons="经核实不应纳入名单",
        ),
        "CorrectListing": rpc.CorrectListingRequest(
            request_id=request_id(),
            listing_id=listing_id,
            etag=held.etag,
            conduct="更正后的行为情形",
            reasons="笔误更正裁定",
        ),
        "LiftOrder": rpc.LiftOrderRequest(
            request_id=request_id(),
            order_id=order_id,
            cause=ledger.ENDING_CAUSE_SECURITY_GIVEN,
            reasons="被执行人提供了充分有效的担保",
        ),
        "GrantPass": _pass(court, order_id),
        "WithdrawPass": rpc.WithdrawPassRequest(
            request_id=request_id(), pass_id=held.pass_id, reasons="考试取消，通行证收回"
        ),
    }


def _of_debts(court: Courthouse, held: Holdings) -> dict[str, Message]:
    obligation_id, today = held.listing.listing.obligation_id, day(court.today)
    return {
        "IssuePayoffStatement": rpc.IssuePayoffStatementRequest(
            request_id=request_id(),
            obligation_id=obligation_id,
            sum=yuan(10_000),
            good_until=day(court.today + timedelta(days=14)),
            payee="法院案款专户",
        ),
        "RecordRepayment": rpc.RecordRepaymentRequest(
            request_id=request_id(),
            obligation_id=obligation_id,
            amount=yuan(10_000),
            paid_on=today,
            receipt_number="R-2",
        ),
        "ReverseRepayment": rpc.ReverseRepaymentRequest(
            request_id=request_id(), repayment_id=held.repayment_id, reasons="银行退票"
        ),
        "RecordActPerformed": rpc.RecordActPerformedRequest(
            request_id=request_id(),
            obligation_id=obligation_id,
            performed_on=today,
            evidence_reference="腾退笔录第 3 页",
        ),
    }


def _of_tasks(held: Holdings) -> dict[str, Message]:
    return {
        "CloseTask": rpc.CloseTaskRequest(
            request_id=request_id(), task_id=held.task_id, reasons="证件照片与本人一致，绑定无误"
        ),
        "SettleEnding": admin.SettleEndingRequest(
            request_id=request_id(),
            basis_id=held.unsettled_id,
            uphold=True,
            reasons="核对案款到账记录",
        ),
    }


def _of_staff() -> dict[str, Message]:
    code, stranger = COURT_A.code, f"attack-{request_id()}"
    return {
        "EnrolOfficer": admin.EnrolOfficerRequest(
            request_id=request_id(),
            person_id=stranger,
            name="测试人员",
            role=ledger.ROLE_JUDGE,
            court_code=code,
        ),
        "RetireOfficer": admin.RetireOfficerRequest(
            request_id=request_id(),
            person_id=COURT_A.judge,
            role=ledger.ROLE_JUDGE,
            court_code=code,
        ),
        "EnrolKey": admin.EnrolKeyRequest(
            request_id=request_id(),
            person_id=COURT_A.judge,
            court_code=code,
            key_id=stranger,
            purpose=ledger.KEY_PURPOSE_ASSERT,
            algorithm="ed25519",
            public_key=assert_key(stranger).public_key().public_bytes_raw(),
        ),
        "RetireKey": admin.RetireKeyRequest(
            request_id=request_id(), key_id=assert_key_id(COURT_A.judge)
        ),
        "ListOfficers": admin.ListOfficersRequest(court_code=code),
    }


def _pass(court: Courthouse, order_id: str) -> rpc.GrantPassRequest:
    papers = Papers.of(court.court, today=court.today)
    return papers.journey_pass(
        request_id=request_id(),
        order_id=order_id,
        first_day=court.today,
        last_day=court.today + timedelta(days=3),
    )


def _signed(request: imports.SignImportRequest) -> imports.SignImportRequest:
    """By the president of the court that attacks, with her own key."""
    request.signature.CopyFrom(signature(request, COURT_B.president))
    return request


def of_import(import_id: str) -> dict[str, Message]:
    """The same for an import."""
    return {
        "StageRecords": imports.StageRecordsRequest(
            import_id=import_id, first_record=1, records=[imports.Record(raw=b"{}", line=1)]
        ),
        "PrepareImport": imports.PrepareImportRequest(
            import_id=import_id, records_sha256=bytes(32)
        ),
        "GetImport": imports.GetImportRequest(import_id=import_id),
        "ReadRows": imports.ReadRowsRequest(import_id=import_id),
        "ReadSample": imports.ReadSampleRequest(import_id=import_id),
        "ApproveImport": imports.ApproveImportRequest(
            import_id=import_id, manifest_hash=bytes(32), agreeing_rows=[1]
        ),
        "SignImport": _signed(
            imports.SignImportRequest(
                request_id=request_id(), import_id=import_id, manifest_hash=bytes(32)
            )
        ),
        "AbandonImport": imports.AbandonImportRequest(import_id=import_id),
        "UndoImport": imports.UndoImportRequest(
            request_id=request_id(), import_id=import_id, reasons="数据有误"
        ),
        "CompleteRow": imports.CompleteRowRequest(
            import_id=import_id, row_number=1, fields={"iname": "x"}
        ),
        "ReadCompletion": imports.ReadCompletionRequest(import_id=import_id, row_number=1),
        "ApproveRow": imports.ApproveRowRequest(
            import_id=import_id, row_number=1, completion_hash=bytes(32)
        ),
    }
