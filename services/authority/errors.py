"""Every refusal of the doorkeeper, each with its next step."""

from collections.abc import Iterable

from authority.peer import PeerKind
from authority.table import Role
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as pb


def peer_unknown() -> ServiceError:
    """The certificate names nobody here, or has run out since."""
    return ServiceError(
        reasons.ERROR_REASON_PEER_UNKNOWN,
        "the certificate names no court, partner, service or operator of this trust domain, or has run "
        "out; connect with one that does",
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
