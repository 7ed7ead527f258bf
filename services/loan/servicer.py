"""LoanService: reads an application from the wire, asks the gate, writes the advice."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from google.rpc import status_pb2

from chassis.errors import FieldViolation, invalid_request
from chassis.server import Registration
from courtlist.loan.v1 import loan_service_pb2 as loan_pb2
from courtlist.loan.v1 import loan_service_pb2_grpc
from loan.policy import Application
from restriction.gate import Check
from restriction.model import Decision
from restriction.serving.advice_message import advice_to
from restriction.serving.parts import Parts
from restriction.serving.purposes import purpose_violations, purposes_of
from restriction.serving.reading import check_of, document_violations

_PURPOSES: Final = purposes_of(loan_pb2.Purpose.DESCRIPTOR)


class LoanServicer(loan_service_pb2_grpc.LoanServiceServicer):
    """Thin: convert, ask, convert."""

    def __init__(self, parts: Parts[Application]) -> None:
        self._parts = parts

    async def AssessApplicant(
        self, request: loan_pb2.AssessApplicantRequest, context: Any
    ) -> loan_pb2.AssessApplicantResponse:
        """Answer one applicant."""
        del context
        decision = await self._parts.answering.answer(_check(request))
        return loan_pb2.AssessApplicantResponse(advice=advice_to(decision))

    async def AssessApplicants(
        self, request: loan_pb2.AssessApplicantsRequest, context: Any
    ) -> loan_pb2.AssessApplicantsResponse:
        """Answer several: each has its advice or its own status, in the order asked."""
        del context
        answers = await self._parts.answering.answer_all(request.items, _check)
        return loan_pb2.AssessApplicantsResponse(results=map(_result, answers))

    async def ReadRestrictions(
        self, request: loan_pb2.ReadRestrictionsRequest, context: Any
    ) -> loan_pb2.ReadRestrictionsResponse:
        """Answer a partner who pulls."""
        page = await self._parts.read_page(request.page)
        return loan_pb2.ReadRestrictionsResponse(page=page)


def register(parts: Parts[Application]) -> Registration:
    """The servicer, ready to be added to a server."""
    return Registration(
        loan_pb2.DESCRIPTOR.services_by_name["LoanService"].full_name,
        partial(loan_service_pb2_grpc.add_LoanServiceServicer_to_server, LoanServicer(parts)),
    )


def _check(request: loan_pb2.AssessApplicantRequest) -> Check[Application]:
    """The question in a request; raises ServiceError INVALID_REQUEST with every wrong field."""
    violations = list(_violations(request))
    if violations:
        raise invalid_request(violations)
    application = _application(request.application)
    return check_of(request, application, _PURPOSES[request.purpose])


def _violations(request: loan_pb2.AssessApplicantRequest) -> Iterator[FieldViolation]:
    yield from document_violations(request, "the document of the applicant")
    if request.application == loan_pb2.APPLICATION_UNSPECIFIED:
        yield FieldViolation("application", "FIELD_REQUIRED", "is absent; give what is applied for")
    yield from purpose_violations(request, _PURPOSES)


def _application(number: int) -> Application:
    """What is applied for; a value from a newer client is unspecified here, and so out of reach."""
    try:
        return Application(number)
    except ValueError:
        return Application.UNSPECIFIED


def _result(answer: Decision | status_pb2.Status) -> loan_pb2.ApplicantResult:
    if isinstance(answer, Decision):
        return loan_pb2.ApplicantResult(advice=advice_to(answer))
    return loan_pb2.ApplicantResult(status=answer)
