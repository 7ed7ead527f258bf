"""Asking every gate, and holding each answer against the oracle's."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from courtlist.hotel.v1 import hotel_service_pb2 as hotel
from courtlist.loan.v1 import loan_service_pb2 as loan
from courtlist.procurement.v1 import procurement_service_pb2 as procurement
from courtlist.restriction.v1 import advice_pb2, restriction_pb2
from courtlist.travel.v1 import travel_service_pb2 as travel
from tests.eventually import LIMIT_S
from tests.robustness.lives.difference import DifferenceError
from tests.robustness.lives.questions import Question
from tests.robustness.lives.town import Town
from tests.robustness.lives.verdicts import (
    CLEAR,
    RESTRICTED,
    UNDETERMINED,
    Expected,
    Knowing,
    allowed,
)

_CALLS: Final[Mapping[str, tuple[str, Any]]] = {
    "travel": ("CheckPassengers", travel.CheckPassengersRequest),
    "hotel": ("CheckGuests", hotel.CheckGuestsRequest),
    "loan": ("AssessApplicants", loan.AssessApplicantsRequest),
    "procurement": ("AssessTenderers", procurement.AssessTenderersRequest),
}
_ANSWERS: Final = {
    restriction_pb2.ANSWER_CLEAR: CLEAR,
    restriction_pb2.ANSWER_RESTRICTED: RESTRICTED,
    restriction_pb2.ANSWER_UNDETERMINED: UNDETERMINED,
}
_ADVICE: Final = {
    advice_pb2.ADVICE_ANSWER_NOT_LISTED: CLEAR,
    advice_pb2.ADVICE_ANSWER_LISTED: RESTRICTED,
    advice_pb2.ADVICE_ANSWER_UNDETERMINED: UNDETERMINED,
}


async def ask(town: Town, questions: Sequence[Question]) -> int:
    """Ask them all, as they stand now; returns how many. Raises DifferenceError."""
    knowing = Knowing(
        readings=town.readings,
        truth=town.book,
        gate_at=town.clocks.gates.now(),
        registry_at=town.clocks.now,
        confirms=town.line.confirms,
    )
    for field, (call, request) in _CALLS.items():
        asked = [one for one in questions if one.field == field]
        reply = await getattr(town.gates[field].stub, call)(
            request(items=[one.message for one in asked]), timeout=LIMIT_S
        )
        for question, result in zip(asked, reply.results, strict=True):
            _compare(question, result, knowing)
    return len(questions)


def _compare(question: Question, result: Any, knowing: Knowing) -> None:
    if result.WhichOneof("result") == "status":
        raise DifferenceError(f"{question} was answered by an error: {result.status}")
    misfit = question.misfit(knowing.truth)
    expected = allowed(question.asked, question.document, knowing, misfit=misfit)
    found, told = _found(question.field, result)
    if found not in expected:
        raise DifferenceError(
            f"{question.field}, {question.label}, by {question.document}, under"
            f" {question.message.name!r}, at {knowing.gate_at} (registry {knowing.registry_at}):\n"
            f"  the gate says {found}\n  the oracle  {expected}\n{told}"
        )


def _found(field: str, result: Any) -> tuple[Expected, Any]:
    """The answer as the oracle puts it, and in full."""
    if field in {"travel", "hotel"}:
        decision = result.decision if field == "travel" else result.answer.decision
        bases = frozenset(bar.restriction_id for bar in decision.bars)
        return Expected(_ANSWERS[decision.answer], bases), decision
    advice = result.advice
    standing = [one for one in advice.entries if not one.HasField("ended_on")]
    bases = frozenset(one.listing_id for one in standing)
    return Expected(_ADVICE[advice.answer], bases, frozenset(_ended(advice.entries))), advice


def _ended(entries: Iterable[advice_pb2.AdviceEntry]) -> Iterable[tuple[str, date, bool]]:
    for one in entries:
        if one.HasField("ended_on"):
            on = date(one.ended_on.year, one.ended_on.month, one.ended_on.day)
            yield one.listing_id, on, one.void_from_start
