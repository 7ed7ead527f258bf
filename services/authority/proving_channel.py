"""A channel that proves what a call says of its maker.

A call says in its metadata who makes it: `courtlist-person`, `courtlist-role` and `courtlist-court-bin`,
or `courtlist-partner`, or `courtlist-service`. In plaintext, where callers are taken at their word, that
is all. Under TLS the words choose the certificate of the connection, and for a person at a court the key
of her assertion, which are what is believed; the words themselves are not sent, for nobody may come to
rely on what anybody can say. So stubs are made once, whoever acts over them.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self, TypeAlias

import grpc
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authority.caller import Actor
from authority.credentials import AssertionCredentials
from authority.peer import Peer, PeerKind
from chassis.client import ChannelSettings, open_channel
from chassis.clock import Clock, SystemClock
from chassis.tls.transport import Transport
from courtlist.ledger.v1 import change_pb2

Words: TypeAlias = tuple[tuple[str, str | bytes], ...]

_PERSON: Final = "courtlist-person"
_ROLE: Final = "courtlist-role"
_COURT: Final = "courtlist-court-bin"
_PARTNER: Final = "courtlist-partner"
_SERVICE: Final = "courtlist-service"
_WORDS: Final = frozenset({_PERSON, _ROLE, _COURT, _PARTNER, _SERVICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonKey:
    """The key with which a person signs her assertions, and the id under which it is enrolled."""

    key_id: str
    private_key: Ed25519PrivateKey


class Proofs(Protocol):
    """What a client holds to prove who it is; raises what its user understands where it lacks it."""

    def transport_of(self, peer: Peer) -> Transport:
        """The transport with the peer's certificate."""
        ...

    def key_of(self, person: Actor) -> PersonKey:
        """The key of a person at a court."""
        ...


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes a call: a peer, and the person who acts over it where it is a court's."""

    peer: Peer
    person: Actor | None = None


class ProvingChannel(grpc.aio.Channel):
    """One server, over as many connections as there are peers among the calls' makers.

    Args:
        target: `host:port` of the server.
        settings: of every connection.
        server: whose certificate it must have.
        proofs: what is shown.
        own: who makes a call that says nothing; None: it must say.
        clock: dates the assertions.
    """

    def __init__(
        self,
        target: str,
        settings: ChannelSettings | None = None,
        *,
        server: Peer,
        proofs: Proofs,
        own: Peer | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._target = target
        self._settings = settings
        self._server = server
        self._proofs = proofs
        self._own = own
        self._clock = clock or SystemClock()
        self._lines: dict[Peer, grpc.aio.Channel] = {}
        self._credentials: dict[tuple[Actor, str], grpc.CallCredentials] = {}

    def route(self, words: Words) -> tuple[grpc.aio.Channel, Words, grpc.CallCredentials | None]:
        """The connection of a call that says these words, what it still says, and its assertion.

        Raises:
            ValueError: the words name nobody, and nobody speaks for those who say nothing.
            Exception: whatever the proofs raise.
        """
        maker = maker_of(words) or (None if self._own is None else Maker(self._own))
        if maker is None:
            raise ValueError("a call says who makes it, by its metadata")
        transport = self._proofs.transport_of(maker.peer)
        line = self._line(maker.peer, transport)
        if transport.is_plaintext:
            return line, words or words_of(maker.peer), None
        rest = tuple((name, value) for name, value in words if name not in _WORDS)
        return line, rest, self._assertion(maker.person)

    def _line(self, peer: Peer, transport: Transport) -> grpc.aio.Channel:
        if peer not in self._lines:
            self._lines[peer] = open_channel(
                self._target,
                self._settings,
                transport=transport,
                host_name=self._server.host_name(transport.trust_domain),
            )
        return self._lines[peer]

    def _assertion(self, person: Actor | None) -> grpc.CallCredentials | None:
        if person is None:
            return None
        # Asked with every call: who was given a new key signs with it from her next call on.
        key = self._proofs.key_of(person)
        if (person, key.key_id) not in self._credentials:
            self._credentials[person, key.key_id] = grpc.metadata_call_credentials(
                AssertionCredentials(
                    actor=person,
                    key_id=key.key_id,
                    private_key=key.private_key,
                    audience=self._server.name,
                    clock=self._clock,
                )
            )
        return self._credentials[person, key.key_id]

    async def close(self, grace: float | None = None) -> None:
        """Close every connection; calls are cut after `grace` seconds."""
        await asyncio.gather(*(line.close(grace) for line in self._lines.values()))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:  # noqa: FBT001, FBT002
        """The state of the connection of who makes a call that says nothing."""
        return self.route(())[0].get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """The same connection's."""
        await self.route(())[0].wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Wait until the same connection stands."""
        await self.route(())[0].channel_ready()

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        """As of any channel."""
        return _Method(self, lambda line: line.unary_unary(*args, **kwargs))

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        """As of any channel."""
        return _Method(self, lambda line: line.unary_stream(*args, **kwargs))

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        """As of any channel."""
        return _Method(self, lambda line: line.stream_unary(*args, **kwargs))

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        """As of any channel."""
        return _Method(self, lambda line: line.stream_stream(*args, **kwargs))


class _Method:
    """One method, made once for each connection."""

    def __init__(self, owner: ProvingChannel, make: Callable[[grpc.aio.Channel], Any]) -> None:
        self._owner = owner
        self._make = make
        self._made: dict[grpc.aio.Channel, Any] = {}

    def __call__(
        self, *args: Any, metadata: Sequence[tuple[str, str | bytes]] | None = None, **options: Any
    ) -> Any:
        line, said, assertion = self._owner.route(tuple(metadata or ()))
        if line not in self._made:
            self._made[line] = self._make(line)
        if assertion is not None:
            options["credentials"] = assertion
        return self._made[line](*args, metadata=said, **options)


def maker_of(words: Words) -> Maker | None:
    """Who the words say makes the call; None when they say nothing. Raises ValueError for half a word."""
    said = {name: _text(value) for name, value in words if name in _WORDS}
    if not said:
        return None
    if _PARTNER in said:
        return Maker(Peer(PeerKind.PARTNER, said[_PARTNER]))
    if _SERVICE in said:
        return Maker(Peer(PeerKind.SERVICE, said[_SERVICE]))
    person, role = said.get(_PERSON, ""), said.get(_ROLE, "")
    if role == "operator":
        return Maker(Peer(PeerKind.OPERATOR, person))
    number: Any = change_pb2.Role.Value(f"ROLE_{role.upper()}")
    actor = Actor(person_id=person, role=number, court_code=said.get(_COURT, ""))
    if not (actor.person_id and actor.court_code):
        raise ValueError("a person acts at a court")
    return Maker(Peer(PeerKind.COURT, actor.court_code), actor)


def words_of(peer: Peer) -> Words:
    """What a peer without a person says in plaintext."""
    if peer.kind is PeerKind.OPERATOR:
        return ((_PERSON, peer.name), (_ROLE, "operator"))
    return ((f"courtlist-{peer.kind}", peer.name),)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
