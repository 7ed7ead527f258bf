"""Where blocks of tokens come from: Valkey, which all processes of a field share, or this process alone.

The counting is the library `limits`': a sliding window for the rate, a fixed window for the quota of
a legal day. Keys hold field and partner, values are counts.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Final, Self

import structlog
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import (
    FixedWindowRateLimiter,
    RateLimiter,
    SlidingWindowCounterRateLimiter,
)
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from chassis.stores.breaker import Breaker
from chassis.stores.redis_pool import close_pool, redis_pool

WINDOW_S: Final = 10
"""A rate is an average over this: bursts of a moment are nobody's fault."""
_PREFIX: Final = "courtlist:limits"
_TIMEOUT_S: Final = 0.25
_CONNECTIONS_MAX: Final = 4
# Longer than a day: the key names the day.
_QUOTA_DAYS: Final = 2


class Leases:
    """Grants blocks. While Valkey is away each process grants as much by itself, and says so once."""

    def __init__(
        self,
        *,
        field: str,
        shared: Storage | None,
        clock: Clock,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._field = field
        self._shared = shared
        self._own = MemoryStorage()
        self._breaker = Breaker(probe=self._probe, clock=clock)
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._alone = False

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, *, field: str, clock: Clock) -> AsyncIterator[Self]:
        """Leases for the life of the context; with an empty `url` of this process alone."""
        if not url:
            yield cls(field=field, shared=None, clock=clock)
            return
        pool = redis_pool(url, connections_max=_CONNECTIONS_MAX, timeout_s=_TIMEOUT_S)
        shared = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix=_PREFIX,
            connection_pool=pool,  # type: ignore[arg-type] # its stub lists no pool
        )
        leases = cls(field=field, shared=shared, clock=clock)
        try:
            yield leases
        finally:
            await leases._breaker.close()
            await close_pool(pool)

    async def rate(self, partner_id: str, per_s: int, tokens: int) -> bool:
        """Whether the partner may have so many tokens of its rate now."""
        item = RateLimitItemPerSecond(per_s * WINDOW_S, WINDOW_S)
        return await self._lease(
            SlidingWindowCounterRateLimiter, item, (self._field, partner_id), tokens
        )

    async def quota(self, partner_id: str, per_day: int, day: date, tokens: int) -> bool:
        """Whether the partner may have so many tokens of the quota of a legal day."""
        item = RateLimitItemPerDay(per_day, _QUOTA_DAYS)
        names = (self._field, partner_id, day.isoformat())
        return await self._lease(FixedWindowRateLimiter, item, names, tokens)

    async def _lease(
        self,
        strategy: Callable[[Storage], RateLimiter],
        item: RateLimitItem,
        names: Sequence[str],
        tokens: int,
    ) -> bool:
        if self._shared is not None and self._breaker.allows():
            try:
                async with asyncio.timeout(_TIMEOUT_S):
                    granted = await strategy(self._shared).hit(item, *names, cost=tokens)
            except Exception as error:  # noqa: BLE001 - whatever it is, no partner is refused for it
                self._breaker.note_fault()
                self._note_alone(error)
            else:
                self._breaker.note_success()
                self._note_shared()
                return granted
        return await strategy(self._own).hit(item, *names, cost=tokens)

    async def _probe(self) -> None:
        if self._shared is None or not await self._shared.check():
            raise OSError("it does not answer")

    def _note_alone(self, error: Exception) -> None:
        if not self._alone:
            self._alone = True
            self._log.warning("limits_not_shared", error_type=type(error).__name__)

    def _note_shared(self) -> None:
        if self._alone:
            self._alone = False
            self._log.info("limits_shared_again")
