"""Whose cases an actor may act on: the scopes OWN_COURT and OWN_OR_BELOW of authority/table.py.

Every act that touches a record asks here, once it has read whose the record is.
"""

from uuid import UUID

from authority.caller import Actor
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as pb
from registry.desk import Desk
from registry.errors import court_refused
from registry.records import ObligationRecord


def require_own(actor: Actor, court_code: str, what: str) -> None:
    """Raise ServiceError COURT_REFUSED unless the record is of the actor's court."""
    if actor.court_code != court_code:
        raise court_refused(what)


def require_own_debt(actor: Actor, obligation: ObligationRecord) -> None:
    """Raise ServiceError COURT_REFUSED unless the actor's court runs a case on the debt."""
    if actor.court_code not in obligation.court_codes:
        raise court_refused("obligation's case")


async def require_case_on(desk: Desk, actor: Actor, subject_id: UUID) -> None:
    """Raise ServiceError COURT_REFUSED unless the actor's court runs a case against the subject."""
    if not await desk.court_has_case_on(subject_id, actor.court_code):
        raise court_refused("subject's case")


async def require_own_or_below(desk: Desk, actor: Actor, court_code: str, what: str) -> None:
    """Raise ServiceError COURT_REFUSED unless the record is of the actor's court, or for a reviewer of a
    court whose decisions hers reviews.

    LP Art 12: it is the next-higher court that reviews. What her own court has decided is reviewed
    above it, so a reviewer has no say in it.
    """
    if not is_review(actor):
        require_own(actor, court_code, what)
    elif await desk.higher_court_of(court_code) != actor.court_code:
        raise court_refused(what)


def is_review(actor: Actor) -> bool:
    """Whether the actor decides on what a court below has decided."""
    return actor.role == pb.ROLE_REVIEWER


def require_other_person(actor: Actor, earlier: str | None, what: str) -> None:
    """Raise ServiceError SAME_PERSON where the one who acts is the one who did the other part.

    A person is her id: a second role or a second key makes no second person.
    """
    if actor.person_id == earlier:
        raise ServiceError(
            reasons.ERROR_REASON_SAME_PERSON,
            f"this person has {what}; somebody else must do this",
        )
