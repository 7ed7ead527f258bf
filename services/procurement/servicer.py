"""ProcurementService: reads a tender from the wire, asks the gate, writes the advice."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from google.rpc import status_pb2

from chassis.errors import FieldViolation, invalid_request
from chassis.server import Registration
from courtlist.procurement.v1 import procurement_service_pb2 as procurement_pb2
from courtlist.procurement.v1 import procurement_service_pb2_grpc
from procurement.policy import Stage
from restriction.gate import Check
from restriction.model import Decision
from restriction.serving.advice_message import advice_to
from restriction.serving.parts import Parts
from restriction.serving.purposes import purpose_violations, purposes_of
from restriction.serving.reading import check_of, document_violations

_PURPOSES: Final = purposes_of(procurement_pb2.Purpose.DESCRIPTOR)


class ProcurementServicer(procurement_service_pb2_grpc.ProcurementServiceServicer):
    """Thin: convert, ask, convert."""

    def __init__(self, parts: Parts[Stage]) -> None:
        self._parts = parts

    async def AssessTenderer(
        self, request: procurement_pb2.AssessTendererRequest, context: Any
    ) -> procurement_pb2.AssessTendererResponse:
        """Answer one tenderer."""
        del context
        decision = await self._parts.answering.answer(_check(request))
        return procurement_pb2.AssessTendererResponse(advice=advice_to(decision))

    async def AssessTenderers(
        self, request: procurement_pb2.AssessTenderersRequest, context: Any
    ) -> procurement_pb2.AssessTenderersResponse:
        """Answer several: each has its advice or its own status, in the order asked."""
        del context
        answers = await self._parts.answering.answer_all(request.items, _check)
        return procurement_pb2.AssessTenderersResponse(results=map(_result, answers))

    async def ReadRestrictions(
        self, request: procurement_pb2.ReadRestrictionsRequest, context: Any
    ) -> procurement_pb2.ReadRestrictionsResponse:
        """Answer a partner who pulls."""
        page = await self._parts.read_page(request.page)
        return procurement_pb2.ReadRestrictionsResponse(page=page)


def register(parts: Parts[Stage]) -> Registration:
    """The servicer, ready to be added to a server."""
    return Registration(
        procurement_pb2.DESCRIPTOR.services_by_name["ProcurementService"].full_name,
        partial(
            procurement_service_pb2_grpc.add_ProcurementServiceServicer_to_server,
            ProcurementServicer(parts),
        ),
    )


def _check(request: procurement_pb2.AssessTendererRequest) -> Check[Stage]:
    """The question in a request; raises ServiceError INVALID_REQUEST with every wrong field."""
    violations = list(_violations(request))
    if violations:
        raise invalid_request(violations)
    return check_of(request, _stage(request.stage), _PURPOSES[request.purpose])


def _violations(request: procurement_pb2.AssessTendererRequest) -> Iterator[FieldViolation]:
    yield from document_violations(request, "the document of the tenderer")
    if request.stage == procurement_pb2.STAGE_UNSPECIFIED:
        yield FieldViolation(
            "stage", "FIELD_REQUIRED", "is absent; give where the procurement stands"
        )
    yield from purpose_violations(request, _PURPOSES)


def _stage(number: int) -> Stage:
    """Where it stands; a value from a newer client is unspecified here, and so out of reach."""
    try:
        return Stage(number)
    except ValueError:
        return Stage.UNSPECIFIED


def _result(answer: Decision | status_pb2.Status) -> procurement_pb2.TendererResult:
    if isinstance(answer, Decision):
        return procurement_pb2.TendererResult(advice=advice_to(answer))
    return procurement_pb2.TendererResult(status=answer)
