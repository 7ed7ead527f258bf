"""A password that is changed while a pool is at work: who needs a connection meanwhile waits for the file."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from structlog.testing import capture_logs

from chassis.errors import ServiceError
from chassis.postgres import Postgres, PostgresSettings
from courtlist.error.v1 import error_reason_pb2 as reasons
from tests.eventually import eventually


@dataclass
class Role:
    """A role whose password lies in a file of libpq's form."""

    dsn: str
    file: Path
    server: asyncpg.Connection

    async def is_given(self, password: str) -> None:
        """In the server; the file says the former."""
        await self.server.execute(f"ALTER ROLE {urlsplit(self.dsn).username} PASSWORD '{password}'")

    def write(self, password: str) -> None:
        """In the file."""
        beside = self.file.with_suffix(".new")
        beside.touch(mode=0o600)
        beside.write_text(f"*:*:*:*:{password}\n")
        beside.replace(self.file)

    def opened(self, *, acquire_timeout_s: float) -> PostgresSettings:
        """For a pool of two, one of which is made at once."""
        return PostgresSettings(
            dsn=self.dsn,
            schema="public",
            application_name="chassis-test",
            size_min=1,
            size_max=2,
            acquire_timeout_s=acquire_timeout_s,
        )


@pytest.fixture
async def role(database: str, tmp_path: Path) -> AsyncIterator[Role]:
    name = f"changing_{secrets.token_hex(4)}"
    server = await asyncpg.connect(database)
    await server.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'former-word'")
    parts, file = urlsplit(database), tmp_path / "role.pgpass"
    at = f"{name}@{parts.netloc.rpartition('@')[2]}"
    dsn = urlunsplit(parts._replace(netloc=at, query=f"passfile={file}"))
    made = Role(dsn, file, server)
    made.write("former-word")
    yield made
    await server.execute(f"DROP ROLE {name}")
    await server.close()


async def _read(postgres: Postgres) -> int:
    async with postgres.connection() as connection:
        answer: int = await connection.fetchval("SELECT 1")
        return answer


async def test_a_new_connection_waits_for_the_file_and_the_log_says_so_once(role: Role) -> None:
    async with (
        Postgres.open(role.opened(acquire_timeout_s=10)) as postgres,
        postgres.connection() as standing,
    ):
        await role.is_given("coming-word")
        with capture_logs() as lines:
            asking = [asyncio.create_task(_read(postgres)) for _ in range(2)]
            await eventually(lambda: bool(lines))
            # Whoever is connected is not asked again.
            assert await standing.fetchval("SELECT 1") == 1
            role.write("coming-word")
            assert await asyncio.gather(*asking) == [1, 1]
    [said] = [one for one in lines if one["event"] == "postgres_disbelief"]
    assert said["fault"] == "InvalidPasswordError sqlstate=28P01"
    assert "-word" not in repr(lines)


async def test_a_connection_that_comes_free_is_taken_meanwhile(role: Role) -> None:
    async with Postgres.open(role.opened(acquire_timeout_s=10)) as postgres:
        async with postgres.connection():
            await role.is_given("coming-word")
            with capture_logs() as lines:
                asking = asyncio.create_task(_read(postgres))
                await eventually(lambda: bool(lines))
        assert await asking == 1


async def test_a_password_that_stays_wrong_is_an_outage_to_the_caller(role: Role) -> None:
    async with (
        Postgres.open(role.opened(acquire_timeout_s=0.2)) as postgres,
        postgres.connection(),
    ):
        await role.is_given("coming-word")
        with pytest.raises(ServiceError) as refused:
            await _read(postgres)
    assert refused.value.reason == reasons.ERROR_REASON_STORE_UNAVAILABLE
    assert refused.value.retry_after_s is not None
