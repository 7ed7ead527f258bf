"""Which person acts over a court's connection: believed on her signature, or where nothing is encrypted
on her word; and only while she is enrolled.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol

from authority.assertion import AssertKey, Claims, check, read_key_id
from authority.caller import Actor
from authority.credentials import AUTHORIZATION_KEY, SCHEME
from authority.doorkeeper import People
from authority.errors import (
    actor_required,
    actor_unknown,
    assertion_invalid,
    assertion_replayed,
)
from authority.identities import PERSON_KEY, ROLE_KEY, is_name
from authority.peer import Peer
from chassis.clock import Clock
from chassis.tls.transport import Transport
from courtlist.ledger.v1 import change_pb2 as pb

# An operator has a certificate of her own: over a court's nobody is one.
_NOT_AT_A_COURT: Final = frozenset({pb.ROLE_UNSPECIFIED, pb.ROLE_OPERATOR})


class Enrolments(Protocol):
    """The record of who may act. Every method raises ServiceError STORE_UNAVAILABLE."""

    async def assert_key(self, key_id: str) -> AssertKey | None:
        """The key of that id, while it counts for saying who acts."""

    async def is_enrolled(self, actor: Actor) -> bool:
        """Whether the person holds the role at the court now."""

    async def claim(self, claims: Claims) -> bool:
        """Use an assertion up; False where it was used before."""


def people_of(
    transport: Transport, *, enrolments: Enrolments, audience: str, clock: Clock
) -> People:
    """What a server asks of people: `audience` is its name, for which they sign."""
    if transport.is_plaintext:
        return SpokenPeople(enrolments=enrolments)
    return SignedPeople(enrolments=enrolments, audience=audience, clock=clock)


class SignedPeople:
    """Believes assertions: signed by a key that counts, in office, in time, used for the first time."""

    def __init__(self, *, enrolments: Enrolments, audience: str, clock: Clock) -> None:
        self._enrolments = enrolments
        self._audience = audience
        self._clock = clock

    async def actor_of(self, context: Any, court: Peer) -> Actor:
        """See authority.doorkeeper.People."""
        token = _bearer(context.invocation_metadata())
        key = await self._enrolments.assert_key(read_key_id(token))
        if key is None:
            raise assertion_invalid("KEY_UNKNOWN")
        claims = check(
            token, key=key, audience=self._audience, now=self._clock.now(), court_code=court.name
        )
        await _require_enrolled(self._enrolments, claims.actor)
        # Last: a call that is refused for another reason uses nothing up.
        if not await self._enrolments.claim(claims):
            raise assertion_replayed()
        return claims.actor


class SpokenPeople:
    """Takes the caller's word for the person, and the record's for role and court.

    For plaintext alone, where there is no certificate that an assertion could come with.
    """

    def __init__(self, *, enrolments: Enrolments) -> None:
        self._enrolments = enrolments

    async def actor_of(self, context: Any, court: Peer) -> Actor:
        """See authority.doorkeeper.People."""
        metadata = context.invocation_metadata() or ()
        person_id = _one(metadata, PERSON_KEY)
        role_name = f"ROLE_{_one(metadata, ROLE_KEY).upper()}"
        role = pb.Role.DESCRIPTOR.values_by_name.get(role_name)
        if not is_name(person_id) or role is None or role.number in _NOT_AT_A_COURT:
            raise actor_required()
        actor = Actor(
            person_id=person_id,
            role=pb.Role.ValueType(role.number),
            court_code=court.name,
        )
        await _require_enrolled(self._enrolments, actor)
        return actor


async def _require_enrolled(enrolments: Enrolments, actor: Actor) -> None:
    if not await enrolments.is_enrolled(actor):
        raise actor_unknown()


def _bearer(metadata: Sequence[tuple[str, str | bytes]] | None) -> str:
    scheme, space, token = _one(metadata or (), AUTHORIZATION_KEY).partition(" ")
    # A scheme has no case (RFC 9110, 11.1).
    if scheme.lower() != SCHEME.lower() or not space:
        raise actor_required()
    return token


def _one(metadata: Iterable[tuple[str, str | bytes]], key: str) -> str:
    """The only value of a key; empty where there is none, or where several contradict each other."""
    values = [value for name, value in metadata if name == key]
    return values[0] if len(values) == 1 and isinstance(values[0], str) else ""
