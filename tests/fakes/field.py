"""Any field's service, wired as in production, in the test's own process and on a loopback port."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

import grpc

from authority.doorkeeper import Doorkeeper
from authority.identities import WordOfMouth
from chassis.app import Scope
from chassis.client import ChannelSettings, open_channel
from chassis.clock import Clock, SystemClock
from chassis.health import Health
from chassis.interceptors import CallInterceptor
from chassis.migrate import MigrationSettings, load_migrations, migrate
from chassis.process import ProcessViews
from chassis.server import ServerSettings, assemble
from chassis.tls.transport import PLAINTEXT
from document import digest, parse
from restriction.config import Config
from restriction.policy import Policy
from restriction.wiring import MakeServicer, Service
from tests.builders import digest_key, gate_keys
from tests.fakes.doors import AS_PARTNER, EveryPartner

Question = TypeVar("Question")
Stub = TypeVar("Stub")

TODAY = date(2026, 6, 1)
PATIENCE_S = 30.0
_ANY_PARTNER = Doorkeeper(identities=WordOfMouth(), partners=EveryPartner())


@dataclass
class Running(Generic[Stub]):
    """A service that answers, and what a test asks it with."""

    stub: Stub
    health: Health
    scope: Scope
    config: Config
    views: ProcessViews
    address: str


async def migrate_field(dsn: str, field: str) -> None:
    """Bring a database to the schema of now."""
    migrations = load_migrations("restriction", "sql/migrations")
    await migrate(migrations, MigrationSettings(dsn=dsn, schema=field))


def digest_of(number: str, kind: str = "RESIDENT_ID", state: str = "CHN") -> bytes:
    """The digest under which the registry would publish the document."""
    return digest(parse(kind, state, number, TODAY), digest_key())


def settings(dsn: str, registry: str) -> Config:
    """Settings as of production, but with patience: a test machine may be busy elsewhere."""
    return Config(
        dsn=dsn,
        registry=registry,
        listen="127.0.0.1:0",
        transport=PLAINTEXT,
        keys=gate_keys(),
        confirm_timeout_ms=2000,
        record_timeout_ms=2000,
        store_timeout_ms=2000,
    )


@asynccontextmanager
async def running(
    config: Config,
    *,
    policy: Policy[Question],
    make_servicer: MakeServicer[Question],
    make_stub: Callable[[grpc.aio.Channel], Stub],
    clock: Clock | None = None,
    only_enrolled: bool = False,
) -> AsyncIterator[Running[Stub]]:
    """Serve until the block ends; every partner may ask, or with `only_enrolled` those of the ledger."""
    chosen: Clock = clock or SystemClock()
    scope = Scope()
    service = Service(
        config=config,
        policy=policy,
        make_servicer=make_servicer,
        clock=chosen,
        manifest_timeout_s=PATIENCE_S,
    )
    async with scope.stack:
        serving = await service.open(scope)
        health = Health(
            ready=serving.ready,
            named=serving.named,
            services=[one.full_name for one in serving.services],
        )
        bound = assemble(
            ServerSettings(address=config.listen),
            services=serving.services,
            health=health,
            interceptors=[
                CallInterceptor(
                    clock=chosen,
                    draining=scope.draining,
                    doorkeeper=serving.doorkeeper if only_enrolled else _ANY_PARTNER,
                )
            ],
        )
        await bound.server.start()
        channel = open_channel(
            f"127.0.0.1:{bound.port}", ChannelSettings(timeout_s=40), transport=AS_PARTNER
        )
        async with channel:
            yield Running(
                make_stub(channel),
                health,
                scope,
                config,
                serving.views,
                f"127.0.0.1:{bound.port}",
            )
        scope.draining.set()
        await bound.server.stop(None)
