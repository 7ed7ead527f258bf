"""Enrolling courts and officers: by acts in the ledger, like everything else that counts."""

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry import rows
from registry.desk import Desk
from registry.errors import not_found
from registry.plan import Plan


async def enrol_court(desk: Desk, request: rpc.EnrolCourtRequest) -> Plan[rpc.EnrolCourtResponse]:
    """Make a court known, with the contact that is printed with every refusal."""
    if await desk.court_is_enrolled(request.court_code):
        raise _already("court")
    effect = pb.Effect(
        court_enrolled=pb.CourtEnrolled(
            court_code=request.court_code, name=request.name, contact=request.contact
        )
    )

    async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.EnrolCourtResponse:
        return rpc.EnrolCourtResponse(position=position)

    return Plan(
        effects=[effect],
        rows=[rows.NewCourt(request.court_code, request.name, request.contact)],
        answer=answer,
    )


async def enrol_officer(
    desk: Desk, request: rpc.EnrolOfficerRequest
) -> Plan[rpc.EnrolOfficerResponse]:
    """Give a person a role at a court."""
    if not await desk.court_is_enrolled(request.court_code):
        raise not_found("court", "court_code")
    if await desk.officer_is_enrolled(request.person_id, request.role, request.court_code):
        raise _already("officer")
    effect = pb.Effect(
        officer_enrolled=pb.OfficerEnrolled(
            person_id=request.person_id, role=request.role, court_code=request.court_code
        )
    )

    async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.EnrolOfficerResponse:
        return rpc.EnrolOfficerResponse(position=position)

    return Plan(
        effects=[effect],
        rows=[rows.NewOfficer(request.person_id, request.role, request.court_code, request.name)],
        answer=answer,
    )


def _already(what: str) -> ServiceError:
    return ServiceError(
        reasons.ERROR_REASON_ALREADY_ENROLLED,
        f"the {what} is enrolled already; nothing was changed",
    )
