"""The metrics' port under TLS: who is answered, and that the files may be replaced."""

import asyncio
import contextlib
import http.client
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from authority.doorkeeper import Doorkeeper
from authority.identities import CertificateIdentities
from authority.peer import Peer, PeerKind
from chassis.clock import SystemClock
from chassis.metrics import gauge, registry_of
from chassis.telemetry.scrape import serve_metrics
from chassis.tls.transport import TRUST_DOMAIN_DEFAULT
from tests.certificates import AUTHORITYS, Issued, Issuer, Wallet
from tests.eventually import LIMIT_S

TRAVEL = Peer(PeerKind.SERVICE, "travel")
OPERATOR = Peer(PeerKind.OPERATOR, "op-1")


class Port:
    """A metrics port and the files it serves from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.issuer = Issuer()
        self.server = Wallet.made(folder / "server", self.issuer.issue(TRAVEL), self.issuer.trust)
        self.address = ""

    async def ask(
        self,
        issued: Issued | None,
        trust: bytes | None = None,
        version: ssl.TLSVersion | None = None,
    ) -> int:
        """The status with which whoever has this certificate is answered; raises OSError."""
        context = ssl.create_default_context(cadata=(trust or self.issuer.trust).decode())
        # The name is looked at where a client is ours: here the address is an IP's.
        context.check_hostname = False
        if version is not None:
            context.maximum_version = version
        if issued is not None:
            wallet = Wallet.made(self.folder / str(issued.serial), issued, self.issuer.trust).folder
            context.load_cert_chain(wallet / "certificate.pem", wallet / "key.pem")

        def exchange() -> int:
            connection = http.client.HTTPSConnection(self.address, timeout=LIMIT_S, context=context)
            try:
                connection.request("GET", "/metrics")
                return connection.getresponse().status
            finally:
                connection.close()

        return await asyncio.to_thread(exchange)


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[Port]:
    port = Port(tmp_path)
    keeper = Doorkeeper(
        identities=CertificateIdentities(trust_domain=TRUST_DOMAIN_DEFAULT, clock=SystemClock())
    )
    async with serve_metrics(
        "127.0.0.1:0",
        registry_of([gauge("answer", "The answer", lambda: 42.0)]),
        transport=port.server.transport(),
        may_read=keeper.lets_scrape,
    ) as port.address:
        yield port


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        (OPERATOR, 200),
        (TRAVEL, 200),
        (Peer(PeerKind.PARTNER, "rail-1"), 403),
        (Peer(PeerKind.COURT, "京0105"), 403),
    ],
)
async def test_operators_and_services_read_them_and_nobody_else(
    port: Port, peer: Peer, status: int
) -> None:
    assert await port.ask(port.issuer.issue(peer)) == status


async def test_a_certificate_of_another_trust_domain_reads_nothing(port: Port) -> None:
    elsewhere = port.issuer.issue(OPERATOR, uris=("spiffe://elsewhere.example/operator/op-1",))
    assert await port.ask(elsewhere) == 403
    assert await port.ask(port.issuer.issue(OPERATOR, uris=())) == 403


async def test_a_certificate_with_two_names_is_nobodys(port: Port) -> None:
    both = (OPERATOR.spiffe_id(TRUST_DOMAIN_DEFAULT), TRAVEL.spiffe_id(TRUST_DOMAIN_DEFAULT))
    assert await port.ask(port.issuer.issue(OPERATOR, uris=both)) == 403


async def test_a_certificate_that_may_sign_others_is_nobodys(port: Port) -> None:
    for signs in AUTHORITYS.values():
        assert await port.ask(port.issuer.issue(OPERATOR, signs=signs)) == 403


async def test_whoever_shows_no_certificate_of_the_authority_is_not_heard(port: Port) -> None:
    for issued in (None, Issuer().issue(OPERATOR)):
        with pytest.raises(OSError):  # noqa: PT011 - which one depends on who notices first
            await port.ask(issued)


async def test_less_than_tls_1_3_is_not_spoken(port: Port) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - as above
        await port.ask(port.issuer.issue(OPERATOR), version=ssl.TLSVersion.TLSv1_2)


async def test_plain_http_is_not_spoken(port: Port) -> None:
    host, _, number = port.address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(number))
    writer.write(b"GET /metrics HTTP/1.1\r\n\r\n")
    assert b"courtlist" not in await asyncio.wait_for(reader.read(), LIMIT_S)
    writer.close()


async def test_new_files_are_served_and_asked_for_from_the_next_handshake_on(port: Port) -> None:
    old, new = port.issuer, Issuer("the next authority")
    assert await port.ask(old.issue(OPERATOR)) == 200
    port.server.put(new.issue(TRAVEL))
    port.server.put_trust(new.trust)
    assert await port.ask(new.issue(OPERATOR), trust=new.trust) == 200
    with pytest.raises(OSError):  # noqa: PT011 - the server shows another authority's
        await port.ask(new.issue(OPERATOR), trust=old.trust)
    with pytest.raises(OSError):  # noqa: PT011 - and believes the other no more
        await port.ask(old.issue(OPERATOR), trust=new.trust)


async def test_broken_files_leave_the_old_ones_in_place(port: Port) -> None:
    port.server.write("key.pem", b"half")
    assert await port.ask(port.issuer.issue(OPERATOR)) == 200


async def test_who_connects_and_shows_no_certificate_is_cut_off(tmp_path: Path) -> None:
    port = Port(tmp_path)
    async with serve_metrics(
        "127.0.0.1:0",
        registry_of([]),
        transport=port.server.transport(),
        may_read=lambda _: False,
        handshake_s=0.2,
    ) as address:
        host, _, number = address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(number))
        async with asyncio.timeout(LIMIT_S / 2):
            with contextlib.suppress(ConnectionError):
                await reader.read()
        writer.close()
