"""Connections to Redis or Valkey; under TLS each of them reads CA, certificate and key when it connects."""

from contextlib import suppress
from typing import Any, Final

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

# On a busy machine a handshake takes longer than an answer may. Nobody waits for this: who asks bounds her whole
# wait, and what asks in the background makes the connection that the others use.
_CONNECT_S: Final = 1.0


class _FreshlyProven(SSLConnection):
    """Reads its files with every connecting: the library's own keeps for ever what it read at the first, and would
    believe no server whose CA was replaced since.
    """

    async def connect(self) -> None:
        """Connect unless it is connected."""
        if not self.is_connected:
            self.ssl_context.context = None
        await super().connect()  # type: ignore[no-untyped-call] # the library's


def redis_pool(url: str, *, connections_max: int, timeout_s: float) -> BlockingConnectionPool:
    """A pool of so many connections; `timeout_s` bounds the wait for one and each answer.

    Connecting may take a second: callers bound what they wait in all. Nothing is repeated: the default repeats
    with pauses, and a slow cache would be slower than the store behind it.
    """
    pool: BlockingConnectionPool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections_max,
        timeout=timeout_s,
        socket_timeout=timeout_s,
        socket_connect_timeout=max(timeout_s, _CONNECT_S),
        retry=Retry(NoBackoff(), 0),
        protocol=2,
    )
    made: Any = pool
    if made.connection_class is SSLConnection:
        made.connection_class = _FreshlyProven
    return pool


async def close_pool(pool: BlockingConnectionPool) -> None:
    """Never fails: under TLS a server that is busy does not take its leave in time, and nothing is lost by that."""
    with suppress(RedisError, OSError):
        await pool.aclose()
