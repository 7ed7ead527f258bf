"""The other writes, read into commands. Each raises ServiceError INVALID_REQUEST with every problem."""

from datetime import date
from typing import Final
from uuid import UUID

from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry.commands import Binding, Correction, Ending, Repayment, Statement
from registry.convert.fields import Fields
from registry.law.endings import EndingCause
from registry.law.numbers import plain_number

_REASONS_MAX: Final = 2000
_ETAG_MAX: Final = 20


def read_preparation(request: rpc.PrepareBindingRequest, today: date) -> Binding:
    """What the first person has looked at."""
    fields = Fields(today)
    return _binding(request, fields, None)


def read_binding(request: rpc.BindDocumentRequest, today: date) -> Binding:
    """The same, as the second person has looked at it."""
    fields = Fields(today)
    return _binding(request, fields, fields.id(request.preparation_id, "preparation_id"))


def _binding(
    request: rpc.PrepareBindingRequest | rpc.BindDocumentRequest,
    fields: Fields,
    preparation_id: UUID | None,
) -> Binding:
    """Evidence is required: binding a document makes its holder answerable."""
    fields.request_id(request.request_id)
    subject_id = fields.id(request.subject_id, "subject_id")
    fields.message("document", given=request.HasField("document"), what="the document")
    document = fields.document(request.document, "document")
    evidence = fields.text(request.evidence_reference, "evidence_reference", 500, required=True)
    fields.finish()
    assert subject_id is not None, "refused above"
    assert document is not None, "refused above"
    return Binding(
        subject_id=subject_id,
        document=document,
        evidence=evidence,
        preparation_id=preparation_id,
    )


def read_unbinding(request: rpc.UnbindDocumentRequest, today: date) -> UUID:
    """The binding's id."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    document_id = fields.id(request.document_id, "document_id")
    fields.text(request.reasons, "reasons", _REASONS_MAX, required=True)
    fields.finish()
    assert document_id is not None, "refused above"
    return document_id


def read_closing(request: rpc.CloseTaskRequest, today: date) -> UUID:
    """The task's id. Reasons are required: they say what was looked at."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    task_id = fields.id(request.task_id, "task_id")
    fields.text(request.reasons, "reasons", _REASONS_MAX, required=True)
    fields.finish()
    assert task_id is not None, "refused above"
    return task_id


def read_statement(request: rpc.IssuePayoffStatementRequest, today: date) -> Statement:
    """The sum, the last day and the payee."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    obligation_id = fields.id(request.obligation_id, "obligation_id")
    sum_fen = fields.money(request.sum, "sum", given=request.HasField("sum"))
    good_until = fields.required_day(
        request.good_until, "good_until", given=request.HasField("good_until")
    )
    payee = fields.text(request.payee, "payee", 500, required=True)
    fields.finish()
    assert obligation_id is not None, "refused above"
    assert sum_fen is not None, "refused above"
    assert good_until is not None, "refused above"
    return Statement(
        obligation_id=obligation_id, sum_fen=sum_fen, good_until=good_until, payee=payee
    )


def read_repayment(request: rpc.RecordRepaymentRequest, today: date) -> Repayment:
    """The sum, the day and the receipt."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    obligation_id = fields.id(request.obligation_id, "obligation_id")
    amount_fen = fields.money(request.amount, "amount", given=request.HasField("amount"))
    paid_on = fields.required_day(request.paid_on, "paid_on", given=request.HasField("paid_on"))
    receipt_number = fields.text(request.receipt_number, "receipt_number", 100, required=True)
    fields.nobodys(receipt_number, "receipt_number")
    statement_id = fields.id(request.statement_id, "statement_id", required=False)
    fields.finish()
    assert obligation_id is not None, "refused above"
    assert amount_fen is not None, "refused above"
    assert paid_on is not None, "refused above"
    return Repayment(
        obligation_id=obligation_id,
        amount_fen=amount_fen,
        paid_on=paid_on,
        receipt_number=plain_number(receipt_number),
        statement_id=statement_id,
    )


def read_reversal(request: rpc.ReverseRepaymentRequest, today: date) -> UUID:
    """The repayment's id."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    repayment_id = fields.id(request.repayment_id, "repayment_id")
    fields.text(request.reasons, "reasons", _REASONS_MAX, required=True)
    fields.finish()
    assert repayment_id is not None, "refused above"
    return repayment_id


def read_act_performed(request: rpc.RecordActPerformedRequest, today: date) -> UUID:
    """The obligation's id; the day of performance is among the act's facts."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    obligation_id = fields.id(request.obligation_id, "obligation_id")
    performed_on = fields.required_day(
        request.performed_on, "performed_on", given=request.HasField("performed_on")
    )
    if performed_on is not None and performed_on > today:
        fields.note(
            "performed_on",
            reasons.ERROR_REASON_FIELD_INVALID,
            "lies in the future; record the act when it has been performed",
        )
    fields.text(request.evidence_reference, "evidence_reference", 500, required=True)
    fields.finish()
    assert obligation_id is not None, "refused above"
    return obligation_id


def read_ending(
    request: rpc.EndListingRequest | rpc.RevokeListingRequest | rpc.LiftOrderRequest, today: date
) -> Ending:
    """The basis, the cause and what it rests on."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    basis_id = (
        fields.id(request.order_id, "order_id")
        if isinstance(request, rpc.LiftOrderRequest)
        else fields.id(request.listing_id, "listing_id")
    )
    cause = fields.choice(
        EndingCause,
        change_pb2.EndingCause.DESCRIPTOR,
        "ENDING_CAUSE_",
        request.cause,
        "cause",
    )
    stated = fields.text(request.reasons, "reasons", _REASONS_MAX)
    etag = fields.text(request.etag, "etag", _ETAG_MAX)
    creditor_request_reference = ""
    if isinstance(request, rpc.EndListingRequest):
        creditor_request_reference = fields.text(
            request.creditor_request_reference, "creditor_request_reference", 200
        )
    fields.finish()
    assert basis_id is not None, "refused above"
    if not isinstance(request, rpc.EndListingRequest):
        return Ending(basis_id=basis_id, cause=cause, etag=etag, reasons=stated)
    return Ending(
        basis_id=basis_id,
        cause=cause,
        etag=etag,
        reasons=stated,
        empty_queries=request.empty_queries,
        useful_lead_received=request.useful_lead_received,
        creditor_request_reference=creditor_request_reference,
    )


def read_correction(request: rpc.CorrectListingRequest, today: date) -> Correction:
    """The new texts, on what was read."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    listing_id = fields.id(request.listing_id, "listing_id")
    etag = fields.text(request.etag, "etag", _ETAG_MAX, required=True)
    fields.text(request.reasons, "reasons", _REASONS_MAX, required=True)
    given = [
        field
        for field in ("decision_number", "conduct", "performed_part", "subject")
        if request.HasField(field)
    ]
    if not given:
        fields.message("conduct", given=False, what="at least one text to correct")
    if request.HasField("decision_number"):
        fields.text(request.decision_number, "decision_number", 100, required=True)
        fields.nobodys(request.decision_number, "decision_number")
    if request.HasField("conduct"):
        fields.text(request.conduct, "conduct", 4000, required=True)
    fields.text(request.performed_part, "performed_part", 1000)
    fields.finish()
    assert listing_id is not None, "refused above"
    return Correction(
        listing_id=listing_id,
        etag=etag,
        decision_number=request.decision_number if "decision_number" in given else None,
        conduct=request.conduct if "conduct" in given else None,
        performed_part=request.performed_part if "performed_part" in given else None,
        fields=tuple(given),
    )
