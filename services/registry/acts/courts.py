"""Enrolling and retiring courts: by acts in the ledger, like everything else that counts."""

from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry import rows
from registry.acts.staffing import already_enrolled
from registry.desk import Desk
from registry.errors import already_ended, not_found
from registry.plan import Plan, Touched


async def enrol_court(desk: Desk, request: rpc.EnrolCourtRequest) -> Plan[rpc.EnrolCourtResponse]:
    """Make a court known, with the contact that is printed with every refusal.

    One that was retired is back, without its people: who acts there is enrolled anew. One that is there is
    only given a court that reviews its decisions, where none that is in office does, and only by its own name
    and contact: a slip in a code changes nothing of another court, and who runs the machines puts no court of
    her own making above one that is reviewed.
    """
    known = await desk.hold_staff(request.court_code)
    court = rows.NewCourt(
        request.court_code, request.name, request.contact, request.higher_court_code
    )
    row: rows.Row = court
    if known is not None and known.is_retired:
        row = rows.ReturnedCourt(court)
    elif known is not None:
        there = await desk.court_as_enrolled(request.court_code)
        is_other = request.higher_court_code not in ("", there[2])
        is_reviewed = await desk.higher_court_of(request.court_code) is not None
        if not is_other or is_reviewed or there[:2] != (request.name, request.contact):
            raise already_enrolled("court")
        row = rows.HigherCourt(request.court_code, request.higher_court_code)
    if request.higher_court_code:
        higher = await desk.hold_staff(request.higher_court_code)
        # A code that nobody has yet would give the reviews to whoever is enrolled under it later.
        if higher is None or higher.is_retired:
            raise not_found("court", "higher_court_code")
    effect = pb.Effect(
        court_enrolled=pb.CourtEnrolled(
            court_code=request.court_code,
            name=request.name,
            contact=request.contact,
            higher_court_code=request.higher_court_code,
        )
    )

    async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.EnrolCourtResponse:
        return rpc.EnrolCourtResponse(position=position)

    return Plan(
        effects=[effect],
        rows=[row],
        answer=answer,
        touched=Touched(people=True),
    )


async def retire_court(
    desk: Desk, request: rpc.RetireCourtRequest
) -> Plan[rpc.RetireCourtResponse]:
    """Take a court away, with its people, their keys and what waits for a second of them. Its bases stay.

    A court that is back has other people: half of a binding or of an import by those who are gone would
    make one person of its own two.
    """
    staff = await desk.hold_staff(request.court_code)
    if staff is None:
        raise not_found("court", "court_code")
    if staff.is_retired:
        raise already_ended("court")
    await desk.drop_waiting(request.court_code)
    effect = pb.Effect(court_retired=pb.CourtRetired(court_code=request.court_code))

    async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.RetireCourtResponse:
        return rpc.RetireCourtResponse(position=position)

    return Plan(
        effects=[effect],
        rows=[rows.RetiredCourt(request.court_code)],
        answer=answer,
        touched=Touched(people=True),
    )
