"""How far behind each reader of the ledger is, looked up every few seconds for metrics."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from chassis.errors import ServiceError
from chassis.logs import describe_fault
from chassis.postgres import Postgres
from courtlist.process.v1 import process_service_pb2 as process_pb2
from registry.feed.feed_queries import FeedQueries
from registry.feed.head_watch import HeadWatch

_INTERVAL_S: Final = 2.0
# A reader's name comes from the network; no more of them than this become label values.
_READERS_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class Lag:
    """How far behind one reader is.

    Attributes:
        positions: changes after the last it has confirmed.
        seconds: age of the oldest of them by the database's clock; 0 when there is none.
        silent_s: since it was last heard from, by that clock.
    """

    positions: int
    seconds: float
    silent_s: float


class LedgerSurvey:
    """Looks until cancelled, and keeps what it saw last: nobody who asks waits for the database."""

    def __init__(
        self,
        *,
        postgres: Postgres,
        queries: FeedQueries,
        watch: HeadWatch,
        clock: Clock,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._postgres = postgres
        self._queries = queries
        self._watch = watch
        self._clock = clock
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._view = process_pb2.LedgerView()
        self._lags: Mapping[str, Lag] = {}

    async def run(self) -> None:
        """Look every few seconds. A database that is away is health's to report, not ours."""
        while True:
            try:
                await self.look()
            except ServiceError as error:
                self._log.debug("survey_skipped", reason=error.reason_name)
            except Exception as error:  # noqa: BLE001 - a figure that is missed ends no registry
                # A database that is being restored may be absent, or without its tables.
                self._log.warning("survey_failed", fault=describe_fault(error))
            await asyncio.sleep(_INTERVAL_S)

    async def look(self) -> None:
        """Look once. Raises ServiceError STORE_UNAVAILABLE."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._queries.measure_readers, _READERS_MAX)
        view = process_pb2.LedgerView(
            incarnation=str(rows[0]["incarnation"]), head=rows[0]["head_position"]
        )
        view.as_of_time.FromDatetime(self._clock.now())
        self._view = view
        self._lags = {
            row["follower"]: Lag(row["lag_positions"], row["lag_s"], row["silent_s"])
            for row in rows
            if row["follower"] is not None
        }

    def view(self) -> process_pb2.LedgerView:
        """The ledger's head, as looked up or as this process has moved it since."""
        view = process_pb2.LedgerView()
        view.CopyFrom(self._view)
        mark = self._watch.mark
        # Positions of two incarnations do not compare: after a restore the next look tells.
        if mark.incarnation == view.incarnation:
            view.head = max(view.head, mark.position)
        view.position = view.head
        return view

    def lags(self) -> Mapping[str, Lag]:
        """The readers by name, as seen last."""
        return self._lags
