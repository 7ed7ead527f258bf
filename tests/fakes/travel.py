"""The travel service, wired as in production, in the test's own process and on a loopback port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from chassis.app import Scope
from chassis.client import ChannelSettings, open_channel
from chassis.clock import Clock, SystemClock
from chassis.health import Health
from chassis.interceptors import CallInterceptor
from chassis.migrate import MigrationSettings, load_migrations, migrate
from chassis.server import ServerSettings, assemble
from courtlist.identity.v1 import document_pb2
from courtlist.restriction.v1 import restriction_pb2
from courtlist.travel.v1 import travel_service_pb2 as travel
from courtlist.travel.v1 import travel_service_pb2_grpc
from document import digest, parse
from restriction.config import Config
from restriction.wiring import Service
from tests.builders import digest_key, resident_id
from tests.eventually import eventually
from travel.policy import TravelPolicy
from travel.servicer import register

SCHEMA = "travel"
TODAY = date(2026, 6, 1)
PATIENCE_S = 30.0
CLEAR = restriction_pb2.ANSWER_CLEAR
RESTRICTED = restriction_pb2.ANSWER_RESTRICTED
UNDETERMINED = restriction_pb2.ANSWER_UNDETERMINED


async def migrate_travel(dsn: str) -> None:
    """Bring a database to the schema of now."""
    migrations = load_migrations("restriction", "sql/migrations")
    await migrate(migrations, MigrationSettings(dsn=dsn, schema=SCHEMA))


def digest_of(number: str, kind: str = "RESIDENT_ID", state: str = "CHN") -> bytes:
    """The digest under which the registry would publish the document."""
    return digest(parse(kind, state, number, TODAY), digest_key())


def g_train() -> travel.Product:
    """A second-class seat on a G train."""
    return rail(travel.TRAIN_CATEGORY_G, travel.SEAT_CLASS_SECOND)


def rail(
    category: travel.TrainCategory.ValueType, seat: travel.SeatClass.ValueType
) -> travel.Product:
    """A seat or berth."""
    return travel.Product(rail=travel.Rail(category=category, seat=seat))


def ticket(
    serial: int = 0,
    product: travel.Product | None = None,
    *,
    document: document_pb2.Document | None = None,
    passenger: travel.Passenger.ValueType = travel.PASSENGER_UNSPECIFIED,
) -> travel.CheckPassengerRequest:
    """A check of the person with that serial."""
    request = travel.CheckPassengerRequest(
        document=document
        or document_pb2.Document(
            kind=document_pb2.DOCUMENT_KIND_RESIDENT_ID, number=resident_id(serial=serial)
        ),
        product=product or g_train(),
        passenger=passenger,
    )
    request.travel_date.year, request.travel_date.month, request.travel_date.day = 2026, 6, 1
    return request


@dataclass
class RunningTravel:
    """A service that answers, and what a test asks it with."""

    stub: travel_service_pb2_grpc.TravelServiceStub
    health: Health
    scope: Scope
    config: Config

    async def check(self, request: travel.CheckPassengerRequest) -> restriction_pb2.Decision:
        return (await self.stub.CheckPassenger(request, timeout=5)).decision

    async def answers(
        self, answer: restriction_pb2.Answer.ValueType, request: travel.CheckPassengerRequest
    ) -> None:
        """Wait until the check is answered so."""

        async def is_so() -> bool:
            return (await self.check(request)).answer == answer

        await eventually(is_so)

    async def reached(self, position: int) -> None:
        """Wait until answers rest on that position."""

        async def is_there() -> bool:
            decision = await self.check(ticket(999))
            return (
                decision.as_of.position >= position
                and decision.reason != restriction_pb2.REASON_STARTING
            )

        await eventually(is_there)


def settings(dsn: str, registry: str) -> Config:
    """Settings as of production, but with patience: a test machine may be busy elsewhere."""
    return Config(
        dsn=dsn,
        registry=registry,
        listen="127.0.0.1:0",
        keys=(digest_key(),),
        confirm_timeout_ms=2000,
        record_timeout_ms=2000,
        store_timeout_ms=2000,
    )


@asynccontextmanager
async def running_travel(
    config: Config, *, clock: Clock | None = None
) -> AsyncIterator[RunningTravel]:
    """Serve until the block ends."""
    chosen: Clock = clock or SystemClock()
    scope = Scope()
    service = Service(
        config=replace(config),
        policy=TravelPolicy(),
        make_servicer=partial(register, manifest_timeout_s=PATIENCE_S),
        clock=chosen,
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
            interceptors=[CallInterceptor(clock=chosen, draining=scope.draining)],
        )
        await bound.server.start()
        channel = open_channel(f"127.0.0.1:{bound.port}", ChannelSettings(timeout_s=40))
        async with channel:
            yield RunningTravel(
                travel_service_pb2_grpc.TravelServiceStub(channel), health, scope, config
            )
        scope.draining.set()
        await bound.server.stop(None)
