"""PostgreSQL over TLS: the pool, the listener and the migrations prove the server, or do not connect."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from chassis.errors import ServiceError
from chassis.migrate import Migration, MigrationSettings, migrate
from chassis.postgres import Postgres, PostgresSettings
from chassis.stores.notifications import Notifications
from courtlist.error.v1 import error_reason_pb2 as reasons
from tests.integration.tls_stores import servers
from tests.integration.tls_stores.conftest import Papers
from tests.integration.tls_stores.servers import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")

_THING = (Migration(1, "thing", "CREATE TABLE IF NOT EXISTS thing (id int)"),)


def dsn_of(address: str, ca: Path, mode: str = "verify-full") -> str:
    return f"postgresql://postgres:{PASSWORD}@{address}/postgres?sslmode={mode}&sslrootcert={ca}"


@asynccontextmanager
async def opened(dsn: str) -> AsyncIterator[Postgres]:
    settings = PostgresSettings(dsn=dsn, schema="public", application_name="test", size_min=1)
    async with Postgres.open(settings, wait_s=0.0) as postgres:
        yield postgres


async def test_the_pool_the_listener_and_the_migrations_work_under_tls(
    postgres_address: str, papers: Papers
) -> None:
    dsn = dsn_of(postgres_address, papers.ca)
    async with opened(dsn) as postgres, postgres.connection() as connection:
        under_tls = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert tuple(await connection.fetchrow(under_tls) or ()) == (True, "TLSv1.3")
        async with Notifications.open(dsn=dsn, channel="chassis_test") as notifications:
            await notifications.until_listening()
            seen = notifications.seen
            await connection.execute("NOTIFY chassis_test")
            assert await notifications.wait(seen, timeout_s=10)
    settings = MigrationSettings(dsn=dsn, schema="tls_test")
    assert [await migrate(_THING, settings) for _ in range(2)] == [1, 0]


async def test_a_server_of_another_ca_is_refused_and_the_log_says_why(
    postgres_address: str, papers: Papers
) -> None:
    dsn = dsn_of(postgres_address, papers.stranger)
    with capture_logs() as lines:
        await _refused(dsn)
    said = next(one for one in lines if one["event"] == "postgres_awaited")
    assert said["fault"] == "SSLCertVerificationError"
    assert "certificate" in said["proof"]
    assert PASSWORD not in repr(lines)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def elsewhere(postgres_programs: Path, papers: Papers) -> AsyncIterator[str]:
    """A server whose certificate is of another host."""
    async with servers.postgres(postgres_programs, certificate=papers.elsewhere) as address:
        yield address


async def test_a_server_with_the_certificate_of_another_host_is_refused(
    elsewhere: str, papers: Papers
) -> None:
    await _refused(dsn_of(elsewhere, papers.ca))
    # The CA alone is not enough to tell it apart.
    async with opened(dsn_of(elsewhere, papers.ca, "verify-ca")) as postgres:
        await postgres.ping()


async def test_a_server_without_tls_is_refused_and_sees_no_password(
    postgres_programs: Path, papers: Papers
) -> None:
    async with servers.postgres(postgres_programs, certificate=None) as address:
        await _refused(dsn_of(address, papers.ca))


async def test_a_client_without_tls_is_refused_by_the_server(postgres_address: str) -> None:
    plain = f"postgresql://postgres:{PASSWORD}@{postgres_address}/postgres?sslmode=disable"
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        await asyncpg.connect(plain)


async def _refused(dsn: str) -> None:
    """Neither the pool nor a migration connects, and no listener does."""
    with pytest.raises(ServiceError) as caught:
        async with opened(dsn):
            pytest.fail("connected")
    assert caught.value.reason == reasons.ERROR_REASON_STORE_UNAVAILABLE
    with pytest.raises(ServiceError):
        await migrate(_THING, MigrationSettings(dsn=dsn, schema="tls_test"))
    async with Notifications.open(dsn=dsn, channel="chassis_test") as notifications:
        assert not await notifications.wait(notifications.seen, timeout_s=0.2)
        assert not notifications.listening
