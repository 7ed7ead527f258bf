"""Who acts over a court's connection: as the call says, believed only when enrolled."""

from typing import Any, Final

from authority.caller import Actor
from authority.identities import PERSON_KEY, ROLE_KEY, is_name
from authority.peer import Peer
from chassis.clock import Clock
from chassis.errors import ServiceError
from chassis.postgres import Postgres
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2
from registry.queries import ActQueries

# An enrolment that was seen counts this long without looking again; a missing one is looked up anew.
_BELIEVED_S: Final = 10.0
_BELIEVED_MAX: Final = 10_000


class EnrolledPeople:
    """Takes the caller's word for the person, the connection's for the court, and the record's for both."""

    def __init__(self, *, postgres: Postgres, queries: ActQueries, clock: Clock) -> None:
        self._postgres = postgres
        self._queries = queries
        self._clock = clock
        self._believed: dict[Actor, float] = {}

    async def actor_of(self, context: Any, court: Peer) -> Actor:
        """The person. Raises ServiceError ACTOR_REQUIRED, ACTOR_UNKNOWN or STORE_UNAVAILABLE."""
        actor = _stated(context, court)
        now = self._clock.monotonic()
        if self._believed.get(actor, float("-inf")) < now - _BELIEVED_S:
            async with self._postgres.connection() as connection:
                enrolled = await connection.fetchval(
                    self._queries.find_officer, actor.person_id, actor.role, actor.court_code
                )
            if not enrolled:
                raise ServiceError(
                    reasons.ERROR_REASON_ACTOR_UNKNOWN,
                    "the person is not enrolled in this role at this court; "
                    "have an operator enrol them, or correct role and court",
                )
            if len(self._believed) >= _BELIEVED_MAX:
                self._believed.clear()
            self._believed[actor] = now
        return actor


def _stated(context: Any, court: Peer) -> Actor:
    metadata = dict(context.invocation_metadata() or ())
    person_id, role_name = str(metadata.get(PERSON_KEY, "")), str(metadata.get(ROLE_KEY, ""))
    role = change_pb2.Role.DESCRIPTOR.values_by_name.get(f"ROLE_{role_name.upper()}")
    if not is_name(person_id) or role is None:
        raise _required()
    # An operator has a certificate of her own: over a court's nobody is one.
    if role.number in {change_pb2.ROLE_UNSPECIFIED, change_pb2.ROLE_OPERATOR}:
        raise _required()
    return Actor(
        person_id=person_id,
        role=change_pb2.Role.ValueType(role.number),
        court_code=court.name,
    )


def _required() -> ServiceError:
    return ServiceError(
        reasons.ERROR_REASON_ACTOR_REQUIRED,
        f"the call does not say who acts; send {PERSON_KEY} and {ROLE_KEY} (clerk, judge, president, "
        "reviewer or auditor)",
    )
