"""One registry for all tests of acts: they never meet at a person, a case or an obligation."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from stack.office import Registry
from tests.databases import Databases, Schema
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse
from tests.registry_server import RegistryServer, registry_server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def acts_database(databases: Databases, schema: Schema) -> AsyncIterator[str]:
    dsn = await databases.fresh(schema)
    yield dsn
    await databases.drop(dsn)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def acts_server(acts_database: str, valkey_server: str) -> AsyncIterator[RegistryServer]:
    async with registry_server(dsn=acts_database, redis_url=valkey_server) as server:
        registry = Registry.over(server.channel)
        await registry.enrol(SECOND)
        await registry.enrol(FIRST, higher=SECOND)
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def acts_connection(
    acts_database: str, acts_server: RegistryServer
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(acts_database, server_settings={"search_path": "registry"})
    yield connection
    await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def house(
    acts_server: RegistryServer,
    acts_connection: "asyncpg.Connection[asyncpg.Record]",
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[CourtHouse]:
    """Both courts; at the end, that no log line of the test told anything about a person."""
    opened = CourtHouse.over(acts_server, acts_connection)
    with capture_logs() as lines:
        yield opened
    told = "\n".join([*map(repr, lines), caplog.text])
    for secret in opened.secrets:
        assert secret not in told, "a log line tells something about a person"
