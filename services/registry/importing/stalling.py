"""Setting an import aside that cannot go on, so that one file holds up no other court's."""

from typing import Final

import structlog

from chassis.clock import Clock
from chassis.logs import describe_fault
from chassis.postgres import Postgres
from registry.importing.found import ImportRecord
from registry.importing.queries import ImportQueries

# A minute, two, four and so on, an hour at most.
_DOUBLINGS_MAX: Final = 6


class Stalling:
    """Marks the import, whose state stays; it is tried again by itself, at longer and longer intervals.

    What is being taken back is tried every minute: persons are restricted meanwhile who should not be.
    """

    def __init__(self, *, postgres: Postgres, queries: ImportQueries, clock: Clock) -> None:
        self._postgres = postgres
        self._queries = queries
        self._clock = clock
        self._log = structlog.get_logger()

    async def set_aside(self, record: ImportRecord, error: Exception) -> None:
        """Mark it with an error id; the trace is logged the first time, under the id that is shown."""
        fresh_id = str(self._clock.uuid())
        async with self._postgres.connection() as connection:
            row = await connection.fetchrow(
                self._queries.set_aside, record.import_id, record.state, fresh_id, _DOUBLINGS_MAX
            )
        if row is None:
            # Abandoned meanwhile: nothing is left to be tried again.
            return
        error_id = row["stalled_error_id"]
        told = {"fault": describe_fault(error)} if error_id == fresh_id else {}
        self._log.error(
            "import_stalled",
            import_id=str(record.import_id),
            state=record.state_name,
            error_id=error_id,
            tries=row["stalled_count"],
            **told,
        )

    async def went_on(self, record: ImportRecord) -> None:
        """Take the mark away, if there is one."""
        async with self._postgres.connection() as connection:
            await connection.execute(self._queries.went_on, record.import_id)
