"""Databases, owners and roles on a server of its own: who may enter what, and what an upgrade hands over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
import pytest_asyncio

from stack.databases import Database, ensure_database
from stack.postgres import PostgresServer
from tests import backends

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[PostgresServer]:
    async with backends.embedded_postgres() as started:
        yield started


async def ensure(server: PostgresServer, name: str, *beside: str) -> Database:
    return await ensure_database(
        server.dsn, name, beside=beside, password=lambda role: f"{role}-word"
    )


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def test_making_a_database_again_changes_nothing(server: PostgresServer) -> None:
    assert await ensure(server, "again", "again_import") == await ensure(
        server, "again", "again_import"
    )


@pytest.mark.parametrize("elsewhere", ["theirs", "postgres", "template1"])
async def test_no_role_enters_another_database(server: PostgresServer, elsewhere: str) -> None:
    ours, _ = await ensure(server, "ours", "ours_import"), await ensure(server, "theirs")
    for dsn in (ours.owner, *ours.roles.values()):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(dsn.removesuffix("/ours") + f"/{elsewhere}")


async def test_a_service_role_makes_nothing_in_its_own_database(server: PostgresServer) -> None:
    database = await ensure(server, "bare", "bare_import")
    for dsn in database.roles.values():
        async with connected(dsn) as connection:
            for statement in (
                "CREATE SCHEMA bare",
                "CREATE TABLE public.mark (one integer)",
                "CREATE TEMPORARY TABLE mark (one integer)",
                "CREATE ROLE another",
                "CREATE DATABASE another",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
    async with connected(database.owner) as connection:
        await connection.execute("CREATE SCHEMA bare")


async def test_whatever_connects_as_a_service_role_is_ended_when_it_hangs(
    server: PostgresServer,
) -> None:
    database = await ensure(server, "ended")
    async with connected(database.roles["ended"]) as connection:
        for setting in (
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
        ):
            assert await connection.fetchval("SELECT current_setting($1)", setting) != "0"


async def test_what_a_service_role_owned_before_becomes_its_owners(server: PostgresServer) -> None:
    async with connected(server.dsn) as superuser:
        await superuser.execute("CREATE ROLE early LOGIN PASSWORD 'early-word'")
        await superuser.execute("CREATE DATABASE early OWNER early")
    async with connected(f"postgresql://early:early-word@{server.address}/early") as connection:
        await connection.execute("CREATE SCHEMA early; CREATE TABLE early.fact (one integer)")
    database = await ensure(server, "early")
    async with connected(database.roles["early"]) as connection:
        for statement in ("ALTER TABLE early.fact ADD two integer", "CREATE SCHEMA another"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    async with connected(database.owner) as connection:
        await connection.execute("ALTER TABLE early.fact ADD two integer")
