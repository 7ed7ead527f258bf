"""Decisions as restriction/v1 Advice, for every field that advises on the List."""

from datetime import date
from typing import Final

from google.type import date_pb2

from courtlist.ledger.v1 import change_pb2
from courtlist.restriction.v1 import advice_pb2
from restriction.convert import decision_to
from restriction.days import last_day_before, legal_day
from restriction.model import Answer, Basis, Decision
from restriction.serving.advice import hint, legal_basis
from restriction.serving.recall import ended_on

_ANSWERS: Final = {
    Answer.CLEAR: advice_pb2.ADVICE_ANSWER_NOT_LISTED,
    Answer.RESTRICTED: advice_pb2.ADVICE_ANSWER_LISTED,
    Answer.UNDETERMINED: advice_pb2.ADVICE_ANSWER_UNDETERMINED,
}


def advice_to(decision: Decision) -> advice_pb2.Advice:
    """The answer to one assessment: what stands, then what has ended."""
    verdict, common = decision.verdict, decision_to(decision)
    return advice_pb2.Advice(
        answer=_ANSWERS[verdict.answer],
        reason=common.reason,
        decided_by=common.decided_by,
        entries=[
            *(_standing(bar.basis) for bar in verdict.bars),
            *(_ended(basis) for basis in verdict.recalled),
        ],
        as_of=common.as_of,
        as_of_time=common.as_of_time if common.HasField("as_of_time") else None,
        stale=common.stale,
        decision_id=common.decision_id,
        hint=hint(verdict),
    )


def _ended(basis: Basis) -> advice_pb2.AdviceEntry:
    entry = _standing(basis)
    entry.ended_on.CopyFrom(_day(ended_on(basis)))
    entry.void_from_start = basis.void_from_start
    return entry


def _standing(basis: Basis) -> advice_pb2.AdviceEntry:
    entry = advice_pb2.AdviceEntry(
        listing_id=basis.basis_id,
        court_name=basis.court_name,
        court_contact=basis.court_contact,
        case_number=basis.case_number,
        decision_number=basis.reference,
        ground=change_pb2.Ground.ValueType(basis.ground or 0),
        legal_basis=legal_basis(basis),
        listed_since=_day(legal_day(basis.start_at)),
    )
    if basis.end_at is not None:
        entry.term_end.CopyFrom(_day(last_day_before(basis.end_at)))
    if basis.performed_at is not None:
        entry.performed_in_full_on.CopyFrom(_day(legal_day(basis.performed_at)))
    return entry


def _day(day: date) -> date_pb2.Date:
    return date_pb2.Date(year=day.year, month=day.month, day=day.day)
