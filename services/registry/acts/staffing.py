"""Who may change who acts at a court (ADR 0022).

An operator staffs a court until it has a president who can say who she is; from then on the president
does, and an operator only takes away.
"""

from collections.abc import Iterable

from authority.caller import Actor
from authority.errors import role_refused
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as pb
from registry.acts.scope import require_own
from registry.desk import Desk
from registry.errors import not_found
from registry.records import KeyRecord, StaffRecord


async def hold_staff(desk: Desk, court_code: str) -> StaffRecord:
    """The people of a court in office, held. Raises ServiceError NOT_FOUND."""
    staff = await desk.hold_staff(court_code)
    if staff is None or staff.is_retired:
        raise not_found("court", "court_code")
    return staff


def require_staffs(actor: Actor, staff: StaffRecord) -> None:
    """Raise ServiceError unless the actor has any say in who acts at this court.

    ROLE_REFUSED for who is neither a president nor an operator, COURT_REFUSED for another court's president.
    """
    if actor.role == pb.ROLE_OPERATOR:
        return
    if actor.role != pb.ROLE_PRESIDENT:
        raise role_refused([pb.ROLE_PRESIDENT])
    require_own(actor, staff.court_code, "court")


def require_may_add(actor: Actor, staff: StaffRecord) -> None:
    """Raise ServiceError ROLE_REFUSED for an operator where a president with a key acts.

    Who runs the machines must not make herself a judge.
    """
    if actor.role == pb.ROLE_OPERATOR and presidents_with_key(staff):
        raise role_refused([pb.ROLE_PRESIDENT])


def require_president_left(actor: Actor, staff: StaffRecord, left: StaffRecord) -> None:
    """Raise ServiceError ROLE_REFUSED where the court would have no president with a key any more.

    A court's last president with a key hands over before she goes: without her the court would fall
    back to the operators by its own slip. An operator may take even her away, because a key that was
    stolen or an office that is vacant cannot wait for the one who is gone; the ledger shows it.
    """
    if actor.role == pb.ROLE_OPERATOR:
        return
    if presidents_with_key(staff) and not presidents_with_key(left):
        raise _last_president()


def is_self(actor: Actor, staff: StaffRecord, person_id: str) -> bool:
    """Whether the actor is this person at this court. At another court the id is somebody else's."""
    return (actor.person_id, actor.court_code) == (person_id, staff.court_code)


def presidents_with_key(staff: StaffRecord) -> frozenset[str]:
    """The presidents who can say who they are."""
    return frozenset(
        person_id
        for person_id, role in staff.officers
        if role == pb.ROLE_PRESIDENT and staff.keys_of(person_id, pb.KEY_PURPOSE_ASSERT)
    )


def without(
    staff: StaffRecord,
    *,
    officers: Iterable[tuple[str, int]] = (),
    keys: Iterable[KeyRecord] = (),
) -> StaffRecord:
    """Who is left when these are gone."""
    gone = {key.key_id for key in keys}
    return StaffRecord(
        court_code=staff.court_code,
        is_retired=staff.is_retired,
        officers=staff.officers - frozenset(officers),
        keys=tuple(key for key in staff.keys if key.key_id not in gone),
    )


def already_enrolled(what: str) -> ServiceError:
    """It is there before."""
    return ServiceError(
        reasons.ERROR_REASON_ALREADY_ENROLLED,
        f"the {what} is enrolled already; nothing was changed",
    )


def _last_president() -> ServiceError:
    return ServiceError(
        reasons.ERROR_REASON_ROLE_REFUSED,
        "she is the court's last president with a key; enrol her successor and the successor's key first, "
        "or have an operator take the office away",
        metadata={"roles": "OPERATOR"},
    )
