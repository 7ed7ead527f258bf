"""Every refusal of the doorkeeper, each with its next step."""

from collections.abc import Iterable

from authority.peer import PeerKind
from authority.table import Role
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as pb


def peer_unknown() -> ServiceError:
    """The certificate names nobody here, may sign others, or has run out since."""
    return ServiceError(
        reasons.ERROR_REASON_PEER_UNKNOWN,
        "the certificate names no court, partner, service or operator of this trust domain, or has run "
        "out; connect with one that does",
    )


def peer_unsaid() -> ServiceError:
    """In plaintext, where callers are taken at their word, the call says nothing."""
    return ServiceError(
        reasons.ERROR_REASON_PEER_UNKNOWN,
        "the call does not say who calls; in plaintext send courtlist-partner, courtlist-service, or "
        "courtlist-person and courtlist-role with, except for an operator, courtlist-court-bin",
    )


def peer_refused(kinds: Iterable[PeerKind], *, field: str = "") -> ServiceError:
    """This kind of peer may not call this, or not in another's name."""
    why = (
        f"{field} is not the caller's own name" if field else "this is not for the peer that calls"
    )
    return ServiceError(
        reasons.ERROR_REASON_PEER_REFUSED,
        f"{why}; services/authority/table.py lists who may",
        metadata={"peers": ",".join(kinds)},
    )


def role_refused(roles: Iterable[Role]) -> ServiceError:
    """The person's role may not do this."""
    names = ",".join(sorted(pb.Role.Name(one).removeprefix("ROLE_") for one in roles))
    return ServiceError(
        reasons.ERROR_REASON_ROLE_REFUSED,
        f"this role may not do this; have it done by one of: {names}",
        metadata={"roles": names},
    )


def partner_unknown() -> ServiceError:
    """No such partner is enrolled."""
    return ServiceError(
        reasons.ERROR_REASON_PARTNER_UNKNOWN,
        "the partner is not enrolled; this is no answer about anybody: sell or admit, and have an "
        "operator enrol the partner",
    )


def field_refused() -> ServiceError:
    """The partner asks in another field than its own."""
    return ServiceError(
        reasons.ERROR_REASON_FIELD_REFUSED,
        "the partner is not enrolled for this field; this is no answer about anybody: sell or admit, "
        "and ask in the partner's own field",
    )


def actor_required() -> ServiceError:
    """The call does not say who acts."""
    return ServiceError(
        reasons.ERROR_REASON_ACTOR_REQUIRED,
        "the call does not say who acts; send `authorization: Bearer` with a signed assertion of the person",
    )


def actor_unknown() -> ServiceError:
    """Nobody of this id has the role at the court, or no longer."""
    return ServiceError(
        reasons.ERROR_REASON_ACTOR_UNKNOWN,
        "the person is not enrolled in this role at this court, or no longer; have the court's president "
        "enrol them, or correct role and court",
    )


def assertion_invalid(why: str) -> ServiceError:
    """The assertion cannot be believed; `why` is one of those of the reason's comment."""
    return ServiceError(
        reasons.ERROR_REASON_ASSERTION_INVALID,
        f"the assertion of who acts cannot be believed ({why}); make a fresh one with the person's own "
        "key, and check the machine's clock",
        metadata={"why": why},
    )


def assertion_replayed() -> ServiceError:
    """It was used before."""
    return ServiceError(
        reasons.ERROR_REASON_ASSERTION_REPLAYED,
        "the assertion was used before; make a fresh one for every attempt of every call",
    )


def assertion_borrowed() -> ServiceError:
    """It is good at another court than the one whose certificate it came over."""
    return ServiceError(
        reasons.ERROR_REASON_ASSERTION_BORROWED,
        "the assertion is for another court than the certificate's; call over that court's own",
    )
