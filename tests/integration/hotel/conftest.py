"""A hotel service on a fake ledger and a real PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from courtlist.hotel.v1.hotel_service_pb2_grpc import HotelServiceStub
from hotel.policy import HotelPolicy
from hotel.servicer import register
from tests.databases import Schema
from tests.fakes.field import Running, migrate_field, running, settings
from tests.fakes.ledger import FakeLedger
from tests.fakes.ledger_server import Served, served


async def _migrate(dsn: str) -> None:
    await migrate_field(dsn, "hotel")


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema("hotel", _migrate)


@pytest.fixture
def ledger() -> FakeLedger:
    return FakeLedger()


@pytest.fixture
async def registry(ledger: FakeLedger) -> AsyncIterator[Served]:
    async with served(ledger) as one:
        yield one


@pytest.fixture
async def hotel_service(
    database: str, registry: Served
) -> AsyncIterator[Running[HotelServiceStub]]:
    async with running(
        settings(database, registry.address),
        policy=HotelPolicy(),
        make_servicer=register,
        make_stub=HotelServiceStub,
    ) as one:
        yield one
