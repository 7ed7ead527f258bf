"""A loan service on a fake ledger and a real PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from courtlist.loan.v1.loan_service_pb2_grpc import LoanServiceStub
from loan.policy import LoanPolicy
from loan.servicer import register
from tests.databases import Schema
from tests.fakes.field import Running, migrate_field, running, settings
from tests.fakes.ledger import FakeLedger
from tests.fakes.ledger_server import Served, served


async def _migrate(dsn: str) -> None:
    await migrate_field(dsn, "loan")


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema("loan", _migrate)


@pytest.fixture
def ledger() -> FakeLedger:
    return FakeLedger()


@pytest.fixture
async def registry(ledger: FakeLedger) -> AsyncIterator[Served]:
    async with served(ledger) as one:
        yield one


@pytest.fixture
async def loan_service(database: str, registry: Served) -> AsyncIterator[Running[LoanServiceStub]]:
    async with running(
        settings(database, registry.address),
        policy=LoanPolicy(),
        make_servicer=register,
        make_stub=LoanServiceStub,
    ) as one:
        yield one
