"""The databases of the registry and of a field as a production server holds them: owner and roles apart."""

from collections.abc import AsyncIterator

import pytest_asyncio

from registry.wiring import load_schema as load_registry
from restriction.wiring import load_schema as load_field
from stack.databases import Database, ensure_database
from stack.postgres import PostgresServer
from tests import backends


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[PostgresServer]:
    async with backends.embedded_postgres() as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def registry_database(server: PostgresServer) -> Database:
    database = await ensure_database(
        server.dsn,
        "registry",
        beside=("registry_import", "registry_erase"),
        password=lambda role: f"{role}-word",
    )
    await load_registry().bring_forward(owner_dsn=database.owner, role="registry")
    return database


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def travel_database(server: PostgresServer) -> Database:
    database = await ensure_database(server.dsn, "travel", password=lambda role: f"{role}-word")
    await load_field("travel").bring_forward(owner_dsn=database.owner, role="travel")
    return database
