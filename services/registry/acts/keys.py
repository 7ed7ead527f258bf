"""Enrolling and retiring the public keys with which people say who they are, and sign."""

from authority.caller import Actor
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry import rows
from registry.acts.staffing import (
    already_enrolled,
    hold_staff,
    is_self,
    require_may_add,
    require_president_left,
    require_staffs,
    without,
)
from registry.desk import Desk
from registry.errors import already_ended, not_found
from registry.plan import Plan, Touched


async def enrol_key(
    desk: Desk, actor: Actor, request: rpc.EnrolKeyRequest
) -> Plan[rpc.EnrolKeyResponse]:
    """Make a public key count as an officer's, for one purpose."""
    staff = await hold_staff(desk, request.court_code)
    is_own = is_self(actor, staff, request.person_id)
    if not is_own:
        require_staffs(actor, staff)
    roles = staff.roles_of(request.person_id)
    if not roles:
        raise not_found("officer", "person_id")
    if request.purpose == pb.KEY_PURPOSE_SIGN and pb.ROLE_PRESIDENT not in roles:
        raise not_found("president", "person_id")
    # Nor may one key be two persons', or an assertion pass for a signature.
    if await desk.key_is_known(request.key_id, request.public_key):
        raise already_enrolled("key")
    # For a further key of her own she has shown, by her call, that she holds one.
    if not is_own:
        require_may_add(actor, staff)
    enrolled = pb.KeyEnrolled(
        key_id=request.key_id,
        person_id=request.person_id,
        court_code=request.court_code,
        purpose=request.purpose,
        algorithm=request.algorithm,
        public_key=request.public_key,
    )
    row = rows.NewKey(
        key_id=request.key_id,
        person_id=request.person_id,
        court_code=request.court_code,
        purpose=request.purpose,
        algorithm=request.algorithm,
        public_key=request.public_key,
    )

    async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.EnrolKeyResponse:
        return rpc.EnrolKeyResponse(position=position)

    return Plan(
        effects=[pb.Effect(key_enrolled=enrolled)],
        rows=[row],
        answer=answer,
        touched=Touched(people=True),
    )


async def retire_key(
    desk: Desk, actor: Actor, request: rpc.RetireKeyRequest
) -> Plan[rpc.RetireKeyResponse]:
    """What the key signs from now on does not count."""
    found = await desk.key_owner(request.key_id)
    if found is None:
        raise not_found("key", "key_id")
    person_id, court_code = found
    staff = await desk.hold_staff(court_code)
    assert staff is not None, "a key belongs to a court"
    if not is_self(actor, staff, person_id):
        require_staffs(actor, staff)
    key = next((one for one in staff.keys if one.key_id == request.key_id), None)
    if key is None:
        raise already_ended("key")
    require_president_left(actor, staff, without(staff, keys=[key]))

    async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.RetireKeyResponse:
        return rpc.RetireKeyResponse(position=position)

    return Plan(
        effects=[pb.Effect(key_retired=pb.KeyRetired(key_id=request.key_id))],
        rows=[rows.RetiredKey(request.key_id)],
        answer=answer,
        touched=Touched(people=True),
    )
