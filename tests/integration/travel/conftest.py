"""A travel service on a fake ledger and a real PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from tests.databases import Schema
from tests.fakes.field import settings
from tests.fakes.ledger import FakeLedger
from tests.fakes.ledger_server import Served, served
from tests.fakes.travel import RunningTravel, migrate_travel, running_travel


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema("travel", migrate_travel)


@pytest.fixture
def ledger() -> FakeLedger:
    return FakeLedger()


@pytest.fixture
async def registry(ledger: FakeLedger) -> AsyncIterator[Served]:
    async with served(ledger) as running:
        yield running


@pytest.fixture
async def travel_service(database: str, registry: Served) -> AsyncIterator[RunningTravel]:
    async with running_travel(settings(database, registry.address)) as running:
        yield running
