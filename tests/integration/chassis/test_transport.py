"""Mutual TLS on a loopback port: who is let in, and whom a client believes."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
import structlog
from google.protobuf.wrappers_pb2 import StringValue
from structlog.testing import CapturingLogger

from authority.identities import CertificateIdentities
from authority.peer import Peer, PeerKind
from chassis.client import open_channel
from chassis.clock import Clock, HeldClock, SystemClock
from chassis.ready import execute
from chassis.tls.transport import PLAINTEXT, TRUST_DOMAIN_DEFAULT, Transport
from chassis.wire.status import parse
from courtlist.error.v1 import error_reason_pb2 as reasons
from tests.certificates import Issued, Issuer, Wallet
from tests.eventually import LIMIT_S
from tests.integration.chassis.loopback import Loopback, registration, serving, unary

REGISTRY = Peer(PeerKind.SERVICE, "registry")
TRAVEL = Peer(PeerKind.SERVICE, "travel")
COURT = Peer(PeerKind.COURT, "京0105")
EXPECTED = REGISTRY.host_name(TRUST_DOMAIN_DEFAULT)


class Whoever:
    """Lets every call in whose peer is known, and notes the peer."""

    def __init__(self, clock: Clock) -> None:
        self.peers: list[Peer] = []
        self._identities = CertificateIdentities(trust_domain=TRUST_DOMAIN_DEFAULT, clock=clock)

    def door(self, _: str) -> Any:
        async def admit(_: Any, context: Any) -> None:
            self.peers.append(self._identities.peer_of(context))

        return admit

    def lets_scrape(self, _: str) -> bool:
        return False


class Town:
    """An authority, a server it has certified, and whatever peers a test makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Issuer()
        self.clock = HeldClock(SystemClock().now())
        self.whoever = Whoever(self.clock)
        self.server = self.wallet("server", self.authority.issue(REGISTRY))

    def wallet(self, name: str, issued: Issued, trust: bytes | None = None) -> Wallet:
        return Wallet.made(self.folder / name, issued, trust or self.authority.trust)

    def serve(self) -> AbstractAsyncContextManager[Loopback]:
        async def echo(request: StringValue, _: Any) -> StringValue:
            return request

        return serving(
            registration({"Echo": echo}),
            log=structlog.wrap_logger(CapturingLogger()),
            transport=self.server.transport(),
            doorkeeper=self.whoever,
        )


async def ask(address: str, transport: Transport, host_name: str = EXPECTED) -> str:
    async with open_channel(address, transport=transport, host_name=host_name) as channel:
        reply = await unary(channel, "Echo")(StringValue(value="x"), timeout=LIMIT_S)
        return str(reply.value)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


@pytest.mark.parametrize("peer", [TRAVEL, COURT, Peer(PeerKind.PARTNER, "rail-1")])
async def test_a_peer_is_known_by_its_certificate(town: Town, peer: Peer) -> None:
    client = town.wallet("client", town.authority.issue(peer)).transport()
    async with town.serve() as server:
        assert await ask(server.address, client) == "x"
    assert town.whoever.peers == [peer]


STRANGERS: dict[str, Callable[[Town], Transport]] = {
    "no certificate, no TLS": lambda _: PLAINTEXT,
    "another authority's": lambda town: town.wallet("client", Issuer().issue(TRAVEL)).transport(),
    "another authority's of the same name": lambda town: town.wallet(
        "client", Issuer("test authority").issue(TRAVEL)
    ).transport(),
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
async def test_whoever_shows_no_certificate_of_the_authority_does_not_get_in(
    town: Town, stranger: Callable[[Town], Transport]
) -> None:
    client = stranger(town)
    async with town.serve() as server:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ask(server.address, client)
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    assert town.whoever.peers == []


async def test_a_client_without_a_certificate_does_not_get_in(town: Town) -> None:
    bare = grpc.ssl_channel_credentials(root_certificates=town.authority.trust)
    options = [("grpc.ssl_target_name_override", EXPECTED)]
    async with (
        town.serve() as server,
        grpc.aio.secure_channel(server.address, bare, options=options) as channel,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await unary(channel, "Echo")(StringValue(value="x"), timeout=LIMIT_S)
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    assert town.whoever.peers == []


async def test_a_certificate_that_has_run_out_does_not_get_in(town: Town) -> None:
    # A client of ours would not start with it: this one does not look.
    issued = town.authority.issue(TRAVEL, lasts=timedelta(days=-1))
    expired = grpc.ssl_channel_credentials(
        root_certificates=town.authority.trust,
        private_key=issued.key,
        certificate_chain=issued.certificate,
    )
    options = [("grpc.ssl_target_name_override", EXPECTED)]
    async with (
        town.serve() as server,
        grpc.aio.secure_channel(server.address, expired, options=options) as channel,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await unary(channel, "Echo")(StringValue(value="x"), timeout=LIMIT_S)
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    assert town.whoever.peers == []


async def test_a_certificate_that_runs_out_on_a_standing_connection_is_unknown_from_then_on(
    town: Town,
) -> None:
    client = town.wallet("client", town.authority.issue(TRAVEL, lasts=timedelta(hours=1)))
    async with (
        town.serve() as server,
        open_channel(server.address, transport=client.transport(), host_name=EXPECTED) as channel,
    ):
        echo = unary(channel, "Echo")
        await echo(StringValue(value="x"))
        town.clock.advance(3_601)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await echo(StringValue(value="x"))
    assert parse(refused.value).reason == reasons.ERROR_REASON_PEER_UNKNOWN


@pytest.mark.parametrize(
    "uris",
    [
        (),
        ("spiffe://elsewhere.example/service/travel",),
        ("spiffe://courtlist.example/emperor/travel",),
        ("https://courtlist.example/service/travel",),
        # SPIFFE allows one: whoever has two is neither.
        (TRAVEL.spiffe_id(TRUST_DOMAIN_DEFAULT), REGISTRY.spiffe_id(TRUST_DOMAIN_DEFAULT)),
    ],
)
async def test_a_certificate_that_names_nobody_of_the_trust_domain_is_unknown(
    town: Town, uris: tuple[str, ...]
) -> None:
    client = town.wallet("client", town.authority.issue(TRAVEL, uris=uris)).transport()
    async with town.serve() as server:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ask(server.address, client)
    assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
    assert parse(refused.value).reason == reasons.ERROR_REASON_PEER_UNKNOWN


@pytest.mark.parametrize("host_name", ["", TRAVEL.host_name(TRUST_DOMAIN_DEFAULT)])
async def test_a_server_with_another_name_than_expected_is_sent_nothing(
    town: Town, host_name: str
) -> None:
    client = town.wallet("client", town.authority.issue(COURT)).transport()
    async with town.serve() as server:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ask(server.address, client, host_name)
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    assert town.whoever.peers == []


async def test_a_server_of_another_authority_is_sent_nothing(town: Town) -> None:
    elsewhere = Issuer()
    issued = town.authority.issue(COURT)
    client = town.wallet("client", issued, trust=elsewhere.trust).transport()
    async with town.serve() as server:
        with pytest.raises(grpc.aio.AioRpcError):
            await ask(server.address, client)
    assert town.whoever.peers == []


async def test_what_is_spoken_is_tls_1_3(town: Town) -> None:
    seen: list[Any] = []

    async def look(request: StringValue, context: Any) -> StringValue:
        seen.append(context.auth_context())
        return request

    transport = town.server.transport()
    log = structlog.wrap_logger(CapturingLogger())
    async with serving(registration({"Look": look}), log=log, transport=transport) as server:
        await server.call("Look")
    assert seen[0]["ssl_tls_version"] == [b"TLSv1.3"]


async def test_a_process_asks_itself_whether_it_is_ready_with_its_own_certificate(
    town: Town, capsys: Any
) -> None:
    import asyncio  # noqa: PLC0415

    folder = town.server.folder
    environment = {
        "COURTLIST_TLS_CERTIFICATE": str(folder / "certificate.pem"),
        "COURTLIST_TLS_KEY": str(folder / "key.pem"),
        "COURTLIST_TLS_TRUST": str(folder / "trust.pem"),
    }
    async with town.serve() as server:
        await server.health.poll()
        port = server.address.rpartition(":")[2]
        listen = {"COURTLIST_LISTEN": f"0.0.0.0:{port}"}
        assert await asyncio.to_thread(execute, [], environment | listen) == 0
        assert await asyncio.to_thread(execute, [], listen) == 1
    assert "COURTLIST_TLS_KEY: is not set" in capsys.readouterr().err
