"""A PostgreSQL that is frozen: its connections stay open, and nothing is answered on them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from chassis.errors import ServiceError
from chassis.postgres import Postgres, PostgresSettings
from chassis.stores.faults import Connection
from courtlist.error.v1 import error_reason_pb2 as reasons
from stack.postgres import PostgresServer
from tests import backends
from tests.eventually import LIMIT_S, eventually

# What giving a connection back may take: longer than any machine is busy, or soon over.
_LONG_S, _SHORT_S = 60.0, 1.0


@pytest.fixture
async def server() -> AsyncIterator[PostgresServer]:
    async with backends.embedded_postgres() as started:
        yield started


def _opened(server: PostgresServer, *, acquire_s: float) -> AbstractAsyncContextManager[Postgres]:
    settings = PostgresSettings(
        dsn=server.dsn,
        schema="public",
        application_name="chassis-test",
        size_max=4,
        acquire_timeout_s=acquire_s,
    )
    return Postgres.open(settings)


async def _read(postgres: Postgres) -> int:
    async with postgres.connection() as connection:
        answer: int = await connection.fetchval("SELECT 1")
    return answer


async def _transact(postgres: Postgres) -> int:
    async def work(connection: Connection) -> int:
        answer: int = await connection.fetchval("SELECT 1")
        return answer

    return await postgres.transaction(work)


@pytest.mark.parametrize("ask", [_read, _transact])
async def test_a_call_that_gives_up_waits_for_nothing_else(
    server: PostgresServer, ask: Callable[[Postgres], Awaitable[int]]
) -> None:
    loop = asyncio.get_running_loop()
    async with _opened(server, acquire_s=_LONG_S) as postgres:
        assert await ask(postgres) == 1
        server.pause()
        try:
            began_s = loop.time()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await ask(postgres)
            # Giving the connection back would take all of this.
            assert loop.time() - began_s < _LONG_S
        finally:
            server.resume()
        assert await ask(postgres) == 1


@pytest.mark.parametrize("ask", [_read, _transact])
async def test_after_a_silence_a_server_that_hangs_is_unavailable_like_one_that_is_gone(
    server: PostgresServer, ask: Callable[[Postgres], Awaitable[int]]
) -> None:
    loop = asyncio.get_running_loop()
    async with _opened(server, acquire_s=_SHORT_S) as postgres:

        async def is_answered() -> bool:
            try:
                return await ask(postgres) == 1
            except ServiceError:
                return False

        # On a busy machine an answer may come too late for so short a patience.
        await eventually(is_answered)
        heard_at_s = loop.time()
        await eventually(lambda: loop.time() - heard_at_s > 0.5)
        server.pause()
        try:
            with pytest.raises(ServiceError) as refused:
                async with asyncio.timeout(LIMIT_S):
                    await ask(postgres)
        finally:
            server.resume()
        assert refused.value.reason == reasons.ERROR_REASON_STORE_UNAVAILABLE
        assert refused.value.retry_after_s is not None
        await eventually(is_answered)
