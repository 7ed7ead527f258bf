"""A Redis (Valkey) cache of values that carry their position in a log of changes. Never the truth.

A stored entry is 20 decimal digits of position, then the value. Digits of equal length compare as
text the way they compare as numbers, and stay exact where Lua's numbers (doubles) would not.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis.clock import Clock
from chassis.stores.addresses import complain_if_unproven
from chassis.stores.breaker import Breaker
from chassis.stores.redis_pool import close_pool, redis_pool

T = TypeVar("T")

_POSITION_CHARS: Final = 20
# Nobody waits for a probe: it has the time to make a connection.
_PROBE_S: Final = 1.0

# KEYS[1] entry; ARGV: position (20 digits), value, ttl in ms. Equal positions hold equal values.
_PUT: Final = """
local held = redis.call('GETRANGE', KEYS[1], 0, 19)
if held > ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'PX', ARGV[3])
return 1
"""

# KEYS[1] entry; ARGV: position, ttl in ms. A value as new as the floor stays.
_FLOOR: Final = """
local held = redis.call('GETRANGE', KEYS[1], 0, 19)
if held >= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSettings:
    """Where the cache is and how long it may take; a `rediss://` URL is TLS (chassis.stores.addresses).

    `prefix` keeps services apart; the log's incarnation belongs into it, for positions of two
    incarnations do not compare. `timeout_s` bounds each operation, connecting included; a probe may take longer.
    """

    url: str = field(repr=False)  # holds the password
    prefix: str
    timeout_s: float = 0.05
    connections_max: int = 32


@dataclass(slots=True)
class CacheCounts:
    """How reads went: `faults` are operations that failed, `skipped` those not tried after faults."""

    hits: int = 0
    misses: int = 0
    faults: int = 0
    skipped: int = 0


class PositionedCache:
    """Values by key, where an older position never replaces a newer.

    A fault is a miss, never an error, and after a few in a row the cache is left alone until it
    answers again, so that one that is dead or hangs costs no latency.
    """

    def __init__(self, *, client: Redis, settings: CacheSettings, clock: Clock) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock
        self._breaker = Breaker(probe=self.ping, clock=clock)
        self._counts = CacheCounts()
        self._distrusted_below = 0
        self._distrusted_until_s = 0.0

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: CacheSettings, *, clock: Clock) -> AsyncIterator[Self]:
        """A cache for the life of the context. Connects when first used; needs no running server."""
        complain_if_unproven("redis", settings.url)
        pool = redis_pool(
            settings.url,
            connections_max=settings.connections_max,
            timeout_s=settings.timeout_s,
        )
        client = Redis(connection_pool=pool)
        cache = cls(client=client, settings=settings, clock=clock)
        try:
            yield cache
        finally:
            await cache._breaker.close()
            await client.aclose()
            await close_pool(pool)

    @property
    def counts(self) -> CacheCounts:
        """A copy of the counters since the start."""
        return CacheCounts(**asdict(self._counts))

    async def get(self, key: str) -> tuple[int, bytes] | None:
        """(position, value) of `key`; None if there is none, or the cache does not answer."""
        raw = await self._ask(self._client.get(self._key(key)))
        kept = raw if isinstance(raw, bytes) else b""
        # What we did not write is a miss, too.
        if len(kept) <= _POSITION_CHARS or not kept[:_POSITION_CHARS].isdigit():
            self._counts.misses += 1
            return None
        position = int(kept[:_POSITION_CHARS])
        if position < self._distrusted_below and self._clock.monotonic() < self._distrusted_until_s:
            self._counts.misses += 1
            return None
        self._counts.hits += 1
        return position, kept[_POSITION_CHARS:]

    async def put(self, key: str, position: int, value: bytes, *, ttl_s: float) -> bool:
        """Keep `value`, read at `position`, unless something newer is held. False if not kept."""
        assert value, "an empty value is what floor() writes"
        arguments = (_digits(position), value, round(ttl_s * 1000))
        return await self._ask(self._client.eval(_PUT, 1, self._key(key), *arguments)) == 1

    async def floor(self, keys: Sequence[str], position: int, *, ttl_s: float) -> bool:
        """Make everything older than `position` invalid for each key, in one round trip.

        A read then misses, and a put of an older value is ignored: the reader that read before the
        change and stores after it is harmless. `ttl_s` must outlast both such a reader and every
        entry. If the cache cannot be told (False), this process distrusts everything older than
        `position` for `ttl_s`; another process may see it until it expires.
        """
        if not keys:
            return True
        pipeline = self._client.pipeline(transaction=False)
        for key in keys:
            pipeline.eval(_FLOOR, 1, self._key(key), _digits(position), round(ttl_s * 1000))
        told = await self._ask(pipeline.execute()) is not None
        if not told:
            self._distrusted_below = max(self._distrusted_below, position)
            self._distrusted_until_s = self._clock.monotonic() + ttl_s
        return told

    async def ping(self) -> None:
        """A probe: raise unless the server answers now, whatever the breaker holds."""
        async with asyncio.timeout(max(self._settings.timeout_s * 2, _PROBE_S)):
            await self._client.ping()

    async def _ask(self, question: Awaitable[T]) -> T | None:
        """The answer, or None after a fault or while the breaker is open."""
        if not self._breaker.allows():
            self._counts.skipped += 1
            _discard(question)
            return None
        try:
            # The socket's own timeouts bound one read; this bounds waiting for a connection as well.
            async with asyncio.timeout(self._settings.timeout_s * 2):
                answer = await question
        except (RedisError, OSError):
            self._counts.faults += 1
            self._breaker.note_fault()
            return None
        self._breaker.note_success()
        return answer

    def _key(self, key: str) -> str:
        return f"{self._settings.prefix}:{key}"


def _digits(position: int) -> str:
    assert 0 <= position < 10**_POSITION_CHARS
    return f"{position:0{_POSITION_CHARS}d}"


def _discard(question: Any) -> None:
    """Close a coroutine that will not be awaited, or Python warns of it."""
    close = getattr(question, "close", None)
    if close is not None:
        close()
