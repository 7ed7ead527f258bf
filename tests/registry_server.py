"""The registry as its process serves it, on a loopback port and real back ends."""

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc

from chassis.app import Scope
from chassis.clock import Clock, SystemClock
from chassis.health import Health
from chassis.interceptors import CallInterceptor
from chassis.server import ServerSettings, assemble
from chassis.tls.transport import PLAINTEXT
from document import ALGORITHM_BLAKE2B_128, DigestKey
from registry.config import Config
from registry.keyring import Keyring
from registry.plan import Step
from registry.sealing import Sealer, SealKey
from registry.wiring import Service


@dataclass(frozen=True)
class RegistryServer:
    """A running registry: where it listens, a channel to it, and the keys it was given."""

    address: str
    channel: grpc.aio.Channel
    keyring: Keyring


def fresh_keyring() -> Keyring:
    """Keys of one server only: servers that share a Valkey never meet at a digest."""
    digest_key = DigestKey(
        epoch=1,
        algorithm=ALGORITHM_BLAKE2B_128,
        key_id="digest-test-1",
        secret=secrets.token_bytes(32),
    )
    return Keyring(Sealer([SealKey("seal-test-1", secrets.token_bytes(32))]), (digest_key,))


@asynccontextmanager
async def registry_server(
    *,
    dsn: str,
    redis_url: str,
    on_step: Callable[[Step], None] = lambda _: None,
    keyring: Keyring | None = None,
    clock: Clock | None = None,
    interceptors: Sequence[grpc.aio.ServerInterceptor] = (),
) -> AsyncIterator[RegistryServer]:
    """Serve what registry.wiring builds over the database at `dsn`; `interceptors` see calls first."""
    config = Config(
        dsn=dsn,
        redis_url=redis_url,
        listen="127.0.0.1:0",
        transport=PLAINTEXT,
        keyring=keyring or fresh_keyring(),
        log_level="info",
        pool_size=6,
        confirm_pool_size=2,
        statement_timeout_s=10.0,
        grace_s=1.0,
    )
    scope, chosen = Scope(), clock or SystemClock()
    async with scope.stack:
        serving = await Service(config=config, clock=chosen, on_step=on_step).open(scope)
        bound = assemble(
            ServerSettings(address=config.listen),
            services=serving.services,
            health=Health(ready=serving.ready, named=serving.named, services=[]),
            interceptors=[
                *interceptors,
                CallInterceptor(
                    clock=chosen, draining=scope.draining, doorkeeper=serving.doorkeeper
                ),
            ],
        )
        await bound.server.start()
        try:
            address = f"127.0.0.1:{bound.port}"
            async with grpc.aio.insecure_channel(address) as channel:
                yield RegistryServer(address, channel, config.keyring)
        finally:
            scope.draining.set()
            await bound.server.stop(config.grace_s)
