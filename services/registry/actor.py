"""Who acts: read from a call, believed only when enrolled."""

import re
from collections.abc import Mapping
from typing import Any, Final, Protocol

import grpc

from chassis.clock import Clock
from chassis.errors import ServiceError
from chassis.postgres import Postgres
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2
from registry.queries import ActQueries
from registry.registrar import Actor

PERSON_KEY: Final = "courtlist-person"
ROLE_KEY: Final = "courtlist-role"
COURT_KEY: Final = "courtlist-court-bin"

# As AdminService enrols them: an opaque id, never a name; nothing that a log or a database chokes on.
_PERSON_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,63}")
_COURT_CODE: Final = re.compile(r"\w{1,20}")

# An enrolment that was seen counts this long without looking again; a missing one is looked up anew.
_BELIEVED_S: Final = 10.0
_BELIEVED_MAX: Final = 10_000


class ActorSource(Protocol):
    """Tells who is behind a call."""

    async def of(self, context: grpc.aio.ServicerContext[Any, Any]) -> Actor:
        """The person, role and court. Raises ServiceError ACTOR_REQUIRED or ACTOR_UNKNOWN."""
        ...


class MetadataActors:
    """Takes the caller's word for the person, and the record's for role and court."""

    def __init__(self, *, postgres: Postgres, queries: ActQueries, clock: Clock) -> None:
        self._postgres = postgres
        self._queries = queries
        self._clock = clock
        self._believed: dict[Actor, float] = {}

    async def of(self, context: grpc.aio.ServicerContext[Any, Any]) -> Actor:
        """Read the metadata and check the enrolment."""
        actor = _stated(dict(context.invocation_metadata() or ()))
        if actor.role == change_pb2.ROLE_OPERATOR:
            return actor
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


def _stated(metadata: Mapping[str, str | bytes]) -> Actor:
    person_id, role_name = metadata.get(PERSON_KEY, ""), metadata.get(ROLE_KEY, "")
    court = metadata.get(COURT_KEY, b"")
    role = change_pb2.Role.DESCRIPTOR.values_by_name.get(f"ROLE_{str(role_name).upper()}")
    if not _PERSON_ID.fullmatch(str(person_id)):
        raise _required()
    if role is None or role.number == change_pb2.ROLE_UNSPECIFIED:
        raise _required()
    try:
        court_code = court.decode() if isinstance(court, bytes) else court
    except UnicodeDecodeError:
        raise _required() from None
    is_operator = role.number == change_pb2.ROLE_OPERATOR
    if is_operator == bool(court_code) or (court_code and not _COURT_CODE.fullmatch(court_code)):
        raise _required()
    return Actor(
        person_id=str(person_id),
        role=change_pb2.Role.ValueType(role.number),
        court_code=court_code,
    )


def _required() -> ServiceError:
    return ServiceError(
        reasons.ERROR_REASON_ACTOR_REQUIRED,
        f"the call does not say who acts; send {PERSON_KEY}, {ROLE_KEY} (clerk, judge, president "
        f"or operator) and, except for an operator, {COURT_KEY}",
    )
