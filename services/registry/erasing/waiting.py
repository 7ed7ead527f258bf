"""Imports that wait for too long: what their files say of persons goes."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.erasing.queries import ErasingQueries


class Waiting:
    """Erases rows that nobody has completed, and files that nobody has signed.

    An import waits from its last step: an entered one from the last row that was entered. `expired`
    counts imports since the start.
    """

    def __init__(
        self, *, postgres: Postgres, queries: ErasingQueries, kept: timedelta, page: int
    ) -> None:
        """`postgres` is of the role that may erase; what waits is kept for so long."""
        self._postgres = postgres
        self._queries = queries
        self._kept = kept
        self._page = page
        self._log = structlog.get_logger()
        self.expired = 0

    async def expire(self) -> None:
        """Erase what waits for too long now."""
        async with self._postgres.connection() as connection:
            before = await connection.fetchval(self._queries.clock) - self._kept
            found = await connection.fetch(self._queries.overdue_imports, before, self._page)
            await connection.execute(self._queries.forget_drawn, before)
        while found:
            for row in found:
                await self._expire(row["import_id"], before)
            async with self._postgres.connection() as connection:
                found = await connection.fetch(self._queries.overdue_imports, before, self._page)

    async def _expire(self, import_id: UUID, before: datetime) -> None:
        queries = self._queries

        async def work(connection: Connection) -> tuple[int, int] | None:
            row = await connection.fetchrow(queries.hold_overdue, import_id, before)
            if row is None:
                return None
            await connection.execute(queries.expire_records, import_id)
            await connection.execute(queries.expire_sample, import_id)
            await connection.execute(queries.expire_completions, import_id)
            await connection.execute(queries.expire_import, import_id)
            return row["state"], row["waiting"]

        found = await self._postgres.transaction(work)
        if found is not None:
            state, waiting = found
            self.expired += 1
            self._log.warning(
                "import_expired",
                import_id=str(import_id),
                state=rpc.ImportState.Name(rpc.ImportState.ValueType(state)).removeprefix(
                    "IMPORT_STATE_"
                ),
                waiting=waiting,
            )
