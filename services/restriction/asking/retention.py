"""Forgetting the query log when its time is over."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from chassis.errors import ServiceError
from restriction.days import legal_day

_LOOK_S: Final = 3600.0
_RETRY_S: Final = 60.0
_BATCH: Final = 1000
# However far the clocks of two servers are apart, an assertion is refused as expired well before.
_CLOCKS_APART_MAX: Final = timedelta(minutes=10)


class Nonces(Protocol):
    """Words of people that were used here."""

    async def forget_nonces(self, before: datetime) -> None:
        """Drop those that are refused as expired since before an instant."""


class Purges(Protocol):
    """What can be dropped; each call drops at most `limit` and returns how many it did."""

    async def purge_queries(self, before: datetime, limit: int) -> int:
        """Records older than an instant."""

    async def purge_counts(self, before: date, limit: int) -> int:
        """Counts of legal days before a day."""


class Retention:
    """Drops rows after `queries_days` and counts after `counts_days`, while this engine leads.

    Used assertions go with them.
    """

    def __init__(
        self,
        *,
        store: Purges,
        nonces: Nonces,
        clock: Clock,
        queries_days: int,
        counts_days: int,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._store = store
        self._nonces = nonces
        self._clock = clock
        self._queries_kept = timedelta(days=queries_days)
        self._counts_kept = timedelta(days=counts_days)
        self._log: FilteringBoundLogger = log or structlog.get_logger()

    @property
    def queries_kept_since(self) -> datetime:
        """How far back the log reaches now."""
        return self._clock.now() - self._queries_kept

    async def run(self) -> None:
        """Look every hour until cancelled. An outage of the store is waited out."""
        while True:
            try:
                await self.purge()
                pause_s = _LOOK_S
            except ServiceError as error:
                self._log.debug("query_log_not_purged", reason=error.reason_name)
                pause_s = _RETRY_S
            await asyncio.sleep(pause_s)

    async def purge(self) -> None:
        """Drop what is over, in batches. Raises ServiceError."""
        await self._nonces.forget_nonces(self._clock.now() - _CLOCKS_APART_MAX)
        before = self.queries_kept_since
        last_day = legal_day(self._clock.now() - self._counts_kept)
        queries = await _drop_all(lambda: self._store.purge_queries(before, _BATCH))
        counts = await _drop_all(lambda: self._store.purge_counts(last_day, _BATCH))
        if queries or counts:
            self._log.info("query_log_purged", queries=queries, counts=counts)


async def _drop_all(drop: Callable[[], Awaitable[int]]) -> int:
    """Drop batches until one is not full; returns how many there were in all."""
    dropped = 0
    while True:
        count = await drop()
        dropped += count
        if count < _BATCH:
            return dropped
