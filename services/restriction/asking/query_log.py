"""The query log: who asked about whom when something was found, written off a check's path.

A refusal is not written here: its record commits before the reply (`refusals.py`), into the same
table. The rest waits in memory for a second or two; what a process that dies had not written is lost,
and so is what finds the queue full while the store is away: both are no refusals, and the second is
counted.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from restriction.asking.query_counts import CountKey, QueryCounts
from restriction.model import Answer, Query

FLUSH_S: Final = 1.0
WAITING_MAX: Final = 20_000
"""Rows that wait while the store is away; some 300 bytes each."""
_BATCH_MAX: Final = 500
_CLOSE_S: Final = 2.0


class QuerySink(Protocol):
    """Where the log is kept."""

    async def write_queries(self, queries: Sequence[Query], counts: Mapping[CountKey, int]) -> None:
        """Commit all in one transaction; the same query again changes nothing, counts are added.

        Raises ServiceError STORE_UNAVAILABLE or OUTCOME_UNKNOWN.
        """


class QueryLog:
    """Takes notes without waiting, and writes them in batches."""

    def __init__(
        self,
        *,
        sink: QuerySink,
        clock: Clock,
        waiting_max: int = WAITING_MAX,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._sink = sink
        self._clock = clock
        self._waiting_max = waiting_max
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._waiting: deque[Query] = deque()
        self._counts = QueryCounts()
        self._lost = 0

    @property
    def waiting(self) -> int:
        """Rows that are not written yet."""
        return len(self._waiting)

    @property
    def lost(self) -> int:
        """Rows that were never written, since the start."""
        return self._lost

    def note(self, query: Query) -> None:
        """Write this soon."""
        if len(self._waiting) >= self._waiting_max:
            self._lost += 1
            return
        self._waiting.append(query)

    def count(self, partner_id: str, purpose: str, answer: Answer) -> None:
        """Count one answered check, whatever was found."""
        self._counts.add(partner_id, purpose, answer, self._clock.now())

    async def run(self) -> None:
        """Write every second until cancelled. An outage of the store is waited out."""
        interrupted = False
        while True:
            await asyncio.sleep(FLUSH_S)
            try:
                await self.flush()
            except ServiceError as error:
                if not interrupted:
                    interrupted = True
                    self._log.warning("query_log_interrupted", reason=error.reason_name)
            else:
                if interrupted:
                    interrupted = False
                    self._log.info("query_log_interrupted_over", lost=self._lost)

    async def close(self) -> None:
        """Write what waits, for a short while at most; the rest is lost and said so."""
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self.flush()
        except (ServiceError, TimeoutError):
            self._lost += len(self._waiting)
            self._log.warning("query_log_cut", lost=self._lost)

    async def flush(self) -> None:
        """Write everything that waits. Raises ServiceError; then it waits on.

        Counts whose commit has no known outcome are not written again: a day's count may then lack
        a second's checks, but never holds one twice.
        """
        while self._waiting or self._counts:
            batch = [self._waiting[place] for place in range(min(len(self._waiting), _BATCH_MAX))]
            counts = self._counts.take()
            try:
                await self._sink.write_queries(batch, counts)
            except BaseException as error:
                unknown = reasons.ERROR_REASON_OUTCOME_UNKNOWN
                if not (isinstance(error, ServiceError) and error.reason == unknown):
                    self._counts.put_back(counts)
                raise
            for _ in batch:
                self._waiting.popleft()
