"""A server and a client that calls it all the time, over channels as production makes them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import structlog
from cryptography import x509
from google.protobuf.wrappers_pb2 import StringValue
from structlog.testing import CapturingLogger

from authority.peer import Peer, PeerKind
from chassis.client import CallDefaults
from chassis.limits import CONNECTION_AGE_S
from chassis.tls.files import Material
from chassis.tls.renewing_channel import RenewingChannel
from chassis.tls.transport import TRUST_DOMAIN_DEFAULT, channel_credentials
from tests.certificates import Issuer, Wallet
from tests.eventually import LIMIT_S, eventually
from tests.integration.chassis.loopback import registration, serving, unary

REGISTRY = Peer(PeerKind.SERVICE, "registry")
TRAVEL = Peer(PeerKind.SERVICE, "travel")


class Line:
    """Both, with their files in `folder`; the server lets no connection grow older than `age_s`."""

    def __init__(self, folder: Path, *, age_s: float = CONNECTION_AGE_S) -> None:
        self.age_s = age_s
        self.authority = Issuer()
        trust = self.authority.trust
        self.server = Wallet.made(folder / "server", self.authority.issue(REGISTRY), trust)
        self.client = Wallet.made(folder / "client", self.authority.issue(TRAVEL), trust)
        self.lines = CapturingLogger()
        self.log: Any = structlog.wrap_logger(
            self.lines, processors=[lambda _, __, event: ((), event)]
        )
        self.seen: list[int] = []
        self.connections: set[str] = set()
        self.held = asyncio.Event()
        self.release = asyncio.Event()
        self.channels: list[grpc.aio.Channel] = []
        self.failures: list[grpc.aio.AioRpcError] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Line"]:
        async def echo(request: StringValue, context: Any) -> StringValue:
            [certificate] = context.auth_context()["x509_pem_cert"]
            self.seen.append(x509.load_pem_x509_certificate(certificate).serial_number)
            self.connections.add(context.peer())
            return request

        async def hold(request: StringValue, _: Any) -> StringValue:
            self.held.set()
            await self.release.wait()
            return request

        service = registration({"Echo": echo, "Hold": hold})
        self.transport = replace(self.server.transport(), connection_age_s=self.age_s)
        async with serving(service, log=self.log, transport=self.transport) as server:
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
                interceptors=[CallDefaults(timeout_s=LIMIT_S)],
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


@asynccontextmanager
async def calling(line: Line) -> AsyncIterator[None]:
    stop = asyncio.Event()
    stream = asyncio.create_task(line.stream(stop))
    await eventually(lambda: len(line.seen) > 20)
    yield
    stop.set()
    await stream
