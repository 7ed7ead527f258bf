import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError

from stack.postgres import PostgresServer
from stack.valkey import ValkeyServer
from tests import backends

# A server costs a second to make, and every test leaves it as it found it: running.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def postgres() -> AsyncIterator[PostgresServer]:
    async with backends.embedded_postgres() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def valkey() -> AsyncIterator[ValkeyServer]:
    async with backends.embedded_valkey() as server:
        yield server


async def _fetch(dsn: str, statement: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_a_killed_postgres_comes_back_with_every_acknowledged_row(
    postgres: PostgresServer,
) -> None:
    await _fetch(postgres.dsn, "CREATE TABLE mark (one integer)")
    for kills in range(1, 4):
        await _fetch(postgres.dsn, "INSERT INTO mark VALUES (1)")
        await postgres.kill()
        await postgres.start()
        assert await _fetch(postgres.dsn, "SELECT count(*) FROM mark") == kills


async def test_postgres_asks_for_its_password(postgres: PostgresServer) -> None:
    wrong = urlsplit(postgres.dsn)._replace(netloc=f"postgres:wrong@{postgres.address}").geturl()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await _fetch(wrong, "SELECT 1")


async def test_postgres_listens_on_loopback_and_on_no_socket_file(postgres: PostgresServer) -> None:
    assert await _fetch(postgres.dsn, "SHOW listen_addresses") == "127.0.0.1"
    assert await _fetch(postgres.dsn, "SHOW unix_socket_directories") == ""


async def test_an_error_leaves_neither_statement_nor_detail_in_the_log(
    postgres: PostgresServer,
) -> None:
    await _fetch(postgres.dsn, "CREATE TABLE person (digest text UNIQUE)")
    await _fetch(postgres.dsn, "INSERT INTO person VALUES ('secret-digest')")
    with pytest.raises(asyncpg.UniqueViolationError):
        await _fetch(postgres.dsn, "INSERT INTO person VALUES ('secret-digest')")
    log = postgres.process.log.tail(lines=100)
    assert "duplicate key" in log
    assert "secret-digest" not in log


async def test_a_lock_file_whose_process_id_lives_again_as_something_else_is_no_obstacle(
    postgres: PostgresServer,
) -> None:
    data = Path(str(await _fetch(postgres.dsn, "SHOW data_directory")))
    await postgres.kill()
    lock = data / "postmaster.pid"
    lines = lock.read_text(encoding="ascii").splitlines()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:], ""]), encoding="ascii")
    await postgres.start()
    assert await _fetch(postgres.dsn, "SELECT 1") == 1


async def test_a_paused_postgres_answers_again_after_it_goes_on(postgres: PostgresServer) -> None:
    postgres.process.pause()
    with pytest.raises(TimeoutError):
        await asyncpg.connect(postgres.dsn, timeout=0.2)
    postgres.process.resume()
    assert await _fetch(postgres.dsn, "SELECT 1") == 1


async def test_valkey_asks_for_its_password(valkey: ValkeyServer) -> None:
    stranger = Redis.from_url(f"redis://{valkey.address}/0")
    with pytest.raises(AuthenticationError):
        await stranger.ping()
    await stranger.aclose()


async def test_a_killed_valkey_comes_back_empty_on_the_same_address(valkey: ValkeyServer) -> None:
    client = Redis.from_url(valkey.url)
    await client.set("key", "value")
    await client.aclose()
    await valkey.kill()
    await valkey.start()
    client = Redis.from_url(valkey.url)
    assert await client.get("key") is None
    await client.aclose()
