"""Files are replaced while calls go on: none is lost, and what is broken is passed over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
import structlog
from cryptography import x509
from google.protobuf.wrappers_pb2 import StringValue
from structlog.testing import CapturingLogger

from authority.peer import Peer, PeerKind
from chassis.client import CallDefaults
from chassis.renewing_channel import RenewingChannel
from chassis.tls_files import Material
from chassis.transport import TRUST_DOMAIN_DEFAULT, channel_credentials
from tests.certificates import Issued, Issuer, Wallet
from tests.eventually import eventually
from tests.integration.chassis.loopback import registration, serving, unary

REGISTRY = Peer(PeerKind.SERVICE, "registry")
TRAVEL = Peer(PeerKind.SERVICE, "travel")


class Line:
    """A server and a client that call all the time, over channels as production makes them."""

    def __init__(self, folder: Path) -> None:
        self.authority = Issuer()
        trust = self.authority.trust
        self.server = Wallet.made(folder / "server", self.authority.issue(REGISTRY), trust)
        self.client = Wallet.made(folder / "client", self.authority.issue(TRAVEL), trust)
        self.lines = CapturingLogger()
        self.log: Any = structlog.wrap_logger(
            self.lines, processors=[lambda _, __, event: ((), event)]
        )
        self.seen: list[int] = []
        self.held = asyncio.Event()
        self.release = asyncio.Event()
        self.channels: list[grpc.aio.Channel] = []
        self.failures: list[grpc.aio.AioRpcError] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Line"]:
        async def echo(request: StringValue, context: Any) -> StringValue:
            [certificate] = context.auth_context()["x509_pem_cert"]
            self.seen.append(x509.load_pem_x509_certificate(certificate).serial_number)
            return request

        async def hold(request: StringValue, _: Any) -> StringValue:
            self.held.set()
            await self.release.wait()
            return request

        service = registration({"Echo": echo, "Hold": hold})
        transport = self.server.transport()
        async with serving(service, log=self.log, transport=transport) as server:
            self.address = server.address
            async with self.channel() as channel:
                self.stub = channel
                yield self

    def channel(self) -> RenewingChannel:
        """As open_channel makes one, but it looks at the files at every call."""
        files = self.client.files(log=self.log)
        name = REGISTRY.host_name(TRUST_DOMAIN_DEFAULT)

        def connect(material: Material) -> grpc.aio.Channel:
            channel = grpc.aio.secure_channel(
                self.address,
                channel_credentials(material),
                options=[
                    ("grpc.ssl_target_name_override", name),
                    ("grpc.use_local_subchannel_pool", 1),
                ],
                interceptors=[CallDefaults(timeout_s=10)],
            )
            self.channels.append(channel)
            return channel

        return RenewingChannel(current=files.current, connect=connect, look_every_s=0)

    async def stream(self, stop: asyncio.Event) -> None:
        """Calls without a pause, several at a time; every failure is kept."""
        echo = unary(self.stub, "Echo")

        async def one() -> None:
            while not stop.is_set():
                try:
                    await echo(StringValue(value="x"))
                except grpc.aio.AioRpcError as error:
                    self.failures.append(error)

        await asyncio.gather(*(one() for _ in range(8)))

    async def serial_shown(self) -> int:
        """The serial number of the certificate that a fresh connection is shown."""
        async with self.channel() as channel:
            await unary(channel, "Echo")(StringValue(value="x"))
        return self.seen[-1]


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with Line(tmp_path).open() as line:
        yield line


@asynccontextmanager
async def calling(line: Line) -> AsyncIterator[None]:
    stop = asyncio.Event()
    stream = asyncio.create_task(line.stream(stop))
    await eventually(lambda: len(line.seen) > 20)
    yield
    stop.set()
    await stream


async def test_a_client_goes_over_to_its_new_certificate_and_loses_no_call(line: Line) -> None:
    async with calling(line):
        for _ in range(5):
            fresh = line.authority.issue(TRAVEL)
            line.client.put(fresh)
            await eventually(lambda serial=fresh.serial: line.seen[-1] == serial)
    assert line.failures == []
    assert len(line.channels) >= 6


async def test_a_stub_may_be_made_before_any_loop_runs(line: Line) -> None:
    fresh = line.authority.issue(TRAVEL)
    line.client.put(fresh)
    # As a program that runs a loop for each call makes its stubs: the files have changed meanwhile.
    echo = await asyncio.to_thread(unary, line.stub, "Echo")
    await echo(StringValue(value="x"))
    assert line.seen == [fresh.serial]


async def test_a_call_that_runs_ends_on_the_connection_on_which_it_began(line: Line) -> None:
    held = asyncio.ensure_future(unary(line.stub, "Hold")(StringValue(value="mine"), timeout=30))
    await line.held.wait()
    fresh = line.authority.issue(TRAVEL)
    line.client.put(fresh)
    await unary(line.stub, "Echo")(StringValue(value="x"))
    assert line.seen == [fresh.serial]
    line.release.set()
    assert (await held).value == "mine"
    # Nothing runs on the first any more, so it is closed.
    await eventually(lambda: line.channels[0].get_state() == grpc.ChannelConnectivity.SHUTDOWN)
    assert line.channels[1].get_state() == grpc.ChannelConnectivity.READY


async def test_a_server_shows_its_new_certificate_to_new_connections_and_keeps_the_old_ones(
    line: Line,
) -> None:
    shown: list[bytes] = []

    async def shows(trust: bytes) -> bool:
        """Whether a client that believes only `trust` gets through."""
        only = Wallet.made(
            line.client.folder / str(len(shown)), line.authority.issue(TRAVEL), trust
        )
        shown.append(trust)
        credentials = channel_credentials(only.files().current())
        options = [
            ("grpc.ssl_target_name_override", REGISTRY.host_name(TRUST_DOMAIN_DEFAULT)),
            ("grpc.use_local_subchannel_pool", 1),
        ]
        async with grpc.aio.secure_channel(line.address, credentials, options=options) as channel:
            try:
                await unary(channel, "Echo")(StringValue(value="x"), timeout=5)
            except grpc.aio.AioRpcError:
                return False
        return True

    other = Issuer("the next authority")
    async with calling(line):
        assert await shows(line.authority.trust)
        assert not await shows(other.trust)
        line.server.put(other.issue(REGISTRY))
        assert await shows(other.trust)
        assert not await shows(line.authority.trust)
    assert line.failures == []


async def test_an_authority_is_replaced_by_way_of_a_bundle_and_no_call_is_lost(line: Line) -> None:
    old, new = line.authority, Issuer("the next authority")
    async with calling(line):
        for wallet in (line.server, line.client):
            wallet.put_trust(old.trust + new.trust)
        fresh = new.issue(TRAVEL)
        line.client.put(fresh)
        line.server.put(new.issue(REGISTRY))
        await eventually(lambda: line.seen[-1] == fresh.serial)
        for wallet in (line.server, line.client):
            wallet.put_trust(new.trust)
        last = new.issue(TRAVEL)
        line.client.put(last)
        await eventually(lambda: line.seen[-1] == last.serial)
    assert line.failures == []


def _broken(authority: Issuer, good: Issued) -> dict[str, tuple[str, bytes]]:
    return {
        "half a certificate": ("certificate.pem", good.certificate[:200]),
        "no certificate": ("certificate.pem", b""),
        "another certificate's key": ("key.pem", authority.issue(TRAVEL).key),
        "half a key": ("key.pem", good.key[:60]),
        "an empty bundle": ("trust.pem", b""),
    }


@pytest.mark.parametrize("kind", sorted(_broken(Issuer(), Issuer().issue(TRAVEL))))
async def test_a_broken_new_file_is_passed_over_and_said(line: Line, kind: str) -> None:
    before = await line.serial_shown()
    name, content = _broken(line.authority, line.authority.issue(TRAVEL))[kind]
    line.client.write(name, content)
    for _ in range(3):
        await unary(line.stub, "Echo")(StringValue(value="x"))
    assert set(line.seen) == {before}
    said = [call.kwargs for call in line.lines.calls if call.method_name == "error"]
    # Once for the change, not once a call.
    assert [one["event"] for one in said] == ["tls_files_unusable"]
    assert name in said[0]["problem"]
    assert "PRIVATE KEY" not in str(said)
    mended = line.authority.issue(TRAVEL)
    line.client.put(mended)
    line.client.put_trust(line.authority.trust)
    await unary(line.stub, "Echo")(StringValue(value="x"))
    assert line.seen[-1] == mended.serial
