"""Giving people roles at a court, and taking them away."""

from authority.caller import Actor
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry import rows
from registry.acts.staffing import (
    already_enrolled,
    hold_staff,
    require_may_add,
    require_president_left,
    require_staffs,
    without,
)
from registry.desk import Desk
from registry.errors import already_ended, not_found
from registry.plan import Plan, Touched
from registry.records import KeyRecord, StaffRecord


async def enrol_officer(
    desk: Desk, actor: Actor, request: rpc.EnrolOfficerRequest
) -> Plan[rpc.EnrolOfficerResponse]:
    """Give a person a role at a court; who has left may come back."""
    staff = await hold_staff(desk, request.court_code)
    require_staffs(actor, staff)
    if request.role in staff.roles_of(request.person_id):
        raise already_enrolled("officer")
    require_may_add(actor, staff)
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
        touched=Touched(people=True),
    )


async def retire_officer(
    desk: Desk, actor: Actor, request: rpc.RetireOfficerRequest
) -> Plan[rpc.RetireOfficerResponse]:
    """Take a role from a person, and with it the keys that nothing is left for."""
    staff = await hold_staff(desk, request.court_code)
    require_staffs(actor, staff)
    await _require_held(desk, staff, request)
    keys = _keys_to_end(staff, request)
    office = (request.person_id, request.role)
    require_president_left(actor, staff, without(staff, officers=[office], keys=keys))
    retired = pb.OfficerRetired(
        person_id=request.person_id, role=request.role, court_code=request.court_code
    )

    async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.RetireOfficerResponse:
        return rpc.RetireOfficerResponse(position=position)

    return Plan(
        effects=[
            pb.Effect(officer_retired=retired),
            *(pb.Effect(key_retired=pb.KeyRetired(key_id=key.key_id)) for key in keys),
        ],
        rows=[
            rows.RetiredOfficer(request.person_id, request.role, request.court_code),
            *(rows.RetiredKey(key.key_id) for key in keys),
        ],
        answer=answer,
        touched=Touched(people=True),
    )


async def _require_held(desk: Desk, staff: StaffRecord, request: rpc.RetireOfficerRequest) -> None:
    if request.role in staff.roles_of(request.person_id):
        return
    if await desk.officer_was_enrolled(request.person_id, request.role, request.court_code):
        raise already_ended("enrolment")
    raise not_found("officer", "person_id")


def _keys_to_end(staff: StaffRecord, request: rpc.RetireOfficerRequest) -> tuple[KeyRecord, ...]:
    """All keys of who leaves the court, and a president's own when she is president no more.

    A key that outlived its office would count again, unseen, when the person comes back.
    """
    person_id = request.person_id
    if staff.roles_of(person_id) == {request.role}:
        return staff.keys_of(person_id, pb.KEY_PURPOSE_ASSERT, pb.KEY_PURPOSE_SIGN)
    if request.role == pb.ROLE_PRESIDENT:
        return staff.keys_of(person_id, pb.KEY_PURPOSE_SIGN)
    return ()
