"""Fixtures every folder may use. A server is started only when a test asks for one.

postgres_server, valkey_server   DSN and URL, one server for the whole run
database                         DSN of a fresh database with `schema` (override it)
databases                        makes more of them
redis_prefix                     a prefix no other test uses
"""

import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from tests import backends
from tests.databases import Databases, Schema
from tests.spread import Spread

# A busy machine is no fault of what is tested: an example may take its time, and so may making it.
settings.register_profile(
    "courtlist", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("courtlist")

# What is quick and small fails first; within a folder the order is random.
SUITES = ("unit", "contract", "integration", "system", "robustness")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the folders in the order of SUITES, after whatever shuffled the tests."""
    tests = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(tests).parts[0]
        return SUITES.index(folder) if folder in SUITES else len(SUITES)

    items.sort(key=place)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Spread:
    """Give whole files to the workers; see tests/spread.py."""
    return Spread(config, log)


def pytest_report_header() -> list[str]:
    """Say which back ends this run uses."""
    postgres = backends.chosen(os.environ, "TEST_POSTGRES_DSN")
    valkey = backends.chosen(os.environ, "TEST_REDIS_URL")
    return [f"back ends: PostgreSQL {postgres}, Valkey {valkey}"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_server() -> AsyncIterator[str]:
    """DSN of a real PostgreSQL; its user may create databases."""
    async with backends.postgres(os.environ) as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def valkey_server() -> AsyncIterator[str]:
    """URL of a real Valkey."""
    async with backends.valkey(os.environ) as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def databases(postgres_server: str) -> AsyncIterator[Databases]:
    """Fresh databases on the run's server."""
    made = Databases(postgres_server)
    yield made
    await made.drop_templates()


@pytest.fixture(scope="session")
def schema() -> Schema:
    """What `database` holds: nothing, unless a folder's conftest says otherwise."""
    return Schema()


@pytest.fixture
async def database(databases: Databases, schema: Schema) -> AsyncIterator[str]:
    """DSN of a database that only this test uses."""
    dsn = await databases.fresh(schema)
    yield dsn
    await databases.drop(dsn)


@pytest.fixture
def redis_prefix() -> str:
    """Prefix for the keys of this test, as several share one server."""
    return f"test:{secrets.token_hex(6)}:"
