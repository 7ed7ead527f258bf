"""A certificate in place of a password: a role's, or what the process shows on its own ports."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from chassis.errors import ServiceError
from chassis.postgres import Postgres, PostgresSettings
from cli.backups.database import Database
from cli.backups.programs import installed
from tests.eventually import eventually
from tests.integration.tls_stores.conftest import Papers
from tests.integration.tls_stores.papers import Certificate
from tests.integration.tls_stores.stores import put, serial_of
from tests.integration.tls_stores.test_postgres_tls import dsn_of, opened
from tests.integration.tls_stores.test_redis_tls import cache, url_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(postgres_address: str, papers: Papers) -> AsyncIterator[str]:
    """Of PostgreSQL, with two roles that have no password, and a database that lets them in."""
    async with (
        opened(dsn_of(postgres_address, papers.ca)) as postgres,
        postgres.connection() as connection,
    ):
        await connection.execute("CREATE ROLE certified LOGIN; CREATE ROLE importing LOGIN")
        await connection.execute("CREATE DATABASE certified OWNER certified")
    yield postgres_address


def shown(role: str, address: str, papers: Papers, certificate: Certificate) -> str:
    """The DSN of a role that shows a certificate."""
    return (
        f"postgresql://{role}@{address}/certified?sslmode=verify-full"
        f"&sslrootcert={papers.ca}&sslcert={certificate.certificate}&sslkey={certificate.key}"
    )


async def test_postgres_takes_a_certificate_of_the_role_or_of_the_process(
    address: str, papers: Papers
) -> None:
    for role, certificate in (("certified", papers.client), ("importing", papers.own)):
        dsn = shown(role, address, papers, certificate)
        async with opened(dsn) as postgres, postgres.connection() as connection:
            assert await connection.fetchval("SELECT current_user") == role


async def test_postgres_takes_nobody_for_another_by_a_certificate(
    address: str, papers: Papers
) -> None:
    settings = PostgresSettings(
        dsn=shown("certified", address, papers, papers.own),
        schema="public",
        application_name="test",
    )
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        async with Postgres.open(settings, wait_s=0.0):
            pytest.fail("connected")


async def test_the_log_says_that_postgres_has_not_the_ca_of_a_certificate(
    address: str, papers: Papers
) -> None:
    dsn = shown("certified", address, papers, papers.strangers)

    async def is_said() -> bool:
        with capture_logs() as lines, pytest.raises(ServiceError):
            async with opened(dsn):
                pytest.fail("connected")
        said = [(one.get("fault"), one.get("proof")) for one in lines]
        return ("SSLError", "TLSV1_ALERT_UNKNOWN_CA") in said

    # The server hangs up behind its word, which is lost where that is heard first.
    await eventually(is_said)


async def test_redis_takes_a_certificate_of_anybody_or_of_the_process(
    redis_address: str, papers: Papers
) -> None:
    for one in (papers.client, papers.own):
        url = f"{url_of(redis_address, papers.ca)}&ssl_certfile={one.certificate}&ssl_keyfile={one.key}"
        async with cache(url) as opened_cache:
            await opened_cache.ping()


async def test_the_programs_of_a_backup_show_the_same_certificate(
    address: str, papers: Papers, postgres_programs: Path
) -> None:
    dsn = shown("certified", address, papers, papers.client)
    store = Database(store="registry", dsn=dsn, programs=installed(postgres_programs, os.environ))
    assert not await asyncio.to_thread(store.exists)


async def test_a_new_connection_waits_between_a_key_and_its_certificate(
    address: str, papers: Papers, tmp_path: Path
) -> None:
    own = Certificate(tmp_path / "own.pem", tmp_path / "own.key")
    put(own.key, papers.client.key.read_bytes())
    put(own.certificate, papers.client.certificate.read_bytes())
    settings = PostgresSettings(
        dsn=shown("certified", address, papers, own),
        schema="public",
        application_name="test",
        size_min=1,
        size_max=2,
        acquire_timeout_s=10,
    )
    async with Postgres.open(settings, wait_s=0.0) as postgres, postgres.connection():
        put(own.key, papers.renewed.key.read_bytes())
        with capture_logs() as lines:
            asking = asyncio.create_task(_serial_shown(postgres))
            await eventually(lambda: bool(lines))
            put(own.certificate, papers.renewed.certificate.read_bytes())
            assert await asking == serial_of(papers.renewed)
    assert [one["event"] for one in lines] == ["postgres_disbelief"]
    assert lines[0]["proof"] == "KEY_VALUES_MISMATCH"
    # One that stays half replaced is an outage to the caller, who may repeat.
    brief = replace(settings, acquire_timeout_s=0.2)
    async with Postgres.open(brief, wait_s=0.0) as postgres, postgres.connection():
        put(own.key, papers.client.key.read_bytes())
        with pytest.raises(ServiceError):
            await _serial_shown(postgres)


async def _serial_shown(postgres: Postgres) -> int:
    async with postgres.connection() as connection:
        return int(
            await connection.fetchval(
                "SELECT client_serial FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            )
        )
