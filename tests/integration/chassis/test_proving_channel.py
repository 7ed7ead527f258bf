"""What a client that proves itself sends: under TLS proofs and no words, in plaintext words alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from google.protobuf.wrappers_pb2 import StringValue
from structlog.testing import CapturingLogger

from authority.assertion import AssertKey, check
from authority.caller import Actor
from authority.credentials import AUTHORIZATION_KEY, SCHEME
from authority.identities import CertificateIdentities
from authority.peer import Peer, PeerKind
from authority.proving_channel import PersonKey, ProvingChannel
from chassis.clock import SystemClock
from chassis.tls.transport import PLAINTEXT, TRUST_DOMAIN_DEFAULT, Transport
from courtlist.ledger.v1 import change_pb2
from stack.keys import assert_key, assert_key_id
from stack.office import OPERATOR, acting
from stack.papers import Court
from tests.certificates import Issuer, Wallet
from tests.eventually import LIMIT_S
from tests.integration.chassis.loopback import OpenHouse, registration, serving, unary

REGISTRY = Peer(PeerKind.SERVICE, "registry")
OPERATING = Peer(PeerKind.OPERATOR, "operator-1")
COURT = Court("京0105", "x", "y")
CLERK = Actor(person_id="clerk-1", role=change_pb2.ROLE_CLERK, court_code=COURT.code)
_AS_CLERK = acting("clerk-1", "clerk", COURT)
_OTHER = ("x-request-id", "r-1")


class Holder:
    """Holds what anybody needs to prove herself; see authority.proving_channel.Proofs."""

    def __init__(self, folder: Path, issuer: Issuer | None) -> None:
        self._folder = folder
        self._issuer = issuer
        self._transports: dict[Peer, Transport] = {}

    def transport_of(self, peer: Peer) -> Transport:
        if self._issuer is None:
            return PLAINTEXT
        if peer not in self._transports:
            folder = self._folder / f"{len(self._transports)}"
            wallet = Wallet.made(folder, self._issuer.issue(peer), self._issuer.trust)
            self._transports[peer] = wallet.transport()
        return self._transports[peer]

    def key_of(self, person: Actor) -> PersonKey:
        person_id = person.person_id
        return PersonKey(key_id=assert_key_id(person_id), private_key=assert_key(person_id))


class Server:
    """Notes who called and what was said beside the request."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.peers: list[Peer] = []
        self._identities = CertificateIdentities(
            trust_domain=TRUST_DOMAIN_DEFAULT, clock=SystemClock()
        )
        self.is_plaintext = False

    async def echo(self, request: StringValue, context: Any) -> StringValue:
        self.said.append(dict(context.invocation_metadata()))
        if not self.is_plaintext:
            self.peers.append(self._identities.peer_of(context))
        return request

    @property
    def words(self) -> set[str]:
        """What was said in a word that only plaintext takes."""
        return {name for one in self.said for name in one if name.startswith("courtlist-")}


@asynccontextmanager
async def proving(
    folder: Path, *, issuer: Issuer | None, own: Peer | None = None
) -> AsyncIterator[tuple[Server, Any]]:
    """A server, and a call to it over a channel of the holder's."""
    holder, server = Holder(folder, issuer), Server()
    server.is_plaintext = issuer is None
    async with (
        serving(
            registration({"Echo": server.echo}),
            log=structlog.wrap_logger(CapturingLogger()),
            transport=holder.transport_of(REGISTRY),
            doorkeeper=OpenHouse(),
        ) as running,
        ProvingChannel(running.address, server=REGISTRY, proofs=holder, own=own) as channel,
    ):
        method = unary(channel, "Echo")

        async def call(*words: tuple[str, str | bytes]) -> None:
            await method(StringValue(value="x"), metadata=words, timeout=LIMIT_S)

        yield server, call


async def test_under_tls_a_person_is_proved_by_an_assertion_and_nothing_is_said(
    tmp_path: Path,
) -> None:
    async with proving(tmp_path, issuer=Issuer()) as (server, call):
        await call(*_AS_CLERK, _OTHER)
    assert server.words == set()
    assert server.peers == [Peer(PeerKind.COURT, COURT.code)]
    [said] = server.said
    assert said["x-request-id"] == "r-1"
    claims = check(
        said[AUTHORIZATION_KEY].removeprefix(f"{SCHEME} "),
        key=AssertKey(
            person_id="clerk-1",
            court_code=COURT.code,
            public_key=assert_key("clerk-1").public_key(),
        ),
        audience="registry",
        now=SystemClock().now(),
        court_code=COURT.code,
    )
    assert claims.actor == CLERK


@pytest.mark.parametrize(
    ("words", "peer"),
    [
        (OPERATOR, OPERATING),
        ((("courtlist-partner", "rail-1"),), Peer(PeerKind.PARTNER, "rail-1")),
        ((("courtlist-service", "travel"),), Peer(PeerKind.SERVICE, "travel")),
        ((), OPERATING),
    ],
    ids=["operator", "partner", "service", "nothing said"],
)
async def test_under_tls_a_peer_is_proved_by_its_certificate_alone(
    tmp_path: Path, words: Any, peer: Peer
) -> None:
    async with proving(tmp_path, issuer=Issuer(), own=OPERATING) as (server, call):
        await call(*words)
    assert server.words == set()
    assert server.peers == [peer]
    assert AUTHORIZATION_KEY not in server.said[0]


async def test_each_maker_of_calls_has_a_connection_of_its_own(tmp_path: Path) -> None:
    async with proving(tmp_path, issuer=Issuer()) as (server, call):
        for words in (_AS_CLERK, OPERATOR, _AS_CLERK):
            await call(*words)
    court = Peer(PeerKind.COURT, COURT.code)
    assert server.peers == [court, OPERATING, court]


async def test_in_plaintext_the_words_are_all_there_is(tmp_path: Path) -> None:
    async with proving(tmp_path, issuer=None, own=OPERATING) as (server, call):
        await call(*_AS_CLERK)
        await call()
    first, second = server.said
    assert {name: first[name] for name, _ in _AS_CLERK} == dict(_AS_CLERK)
    assert (second["courtlist-person"], second["courtlist-role"]) == ("operator-1", "operator")
    assert AUTHORIZATION_KEY not in first


@pytest.mark.parametrize(
    "words",
    [(), (("courtlist-person", "clerk-1"), ("courtlist-role", "clerk"))],
    ids=["nothing", "a person at no court"],
)
async def test_a_call_that_does_not_say_whose_it_is_is_not_sent(tmp_path: Path, words: Any) -> None:
    async with proving(tmp_path, issuer=Issuer()) as (server, call):
        with pytest.raises(ValueError):  # noqa: PT011 - its words are for who writes the call
            await call(*words)
    assert server.said == []
