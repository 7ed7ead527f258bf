"""The importer: takes what waits, one import at a time, and goes on where a killed one was."""

import asyncio
from concurrent.futures import BrokenExecutor
from typing import Final

import structlog

from chassis.clock import Clock
from chassis.errors import ServiceError
from chassis.logs import describe_fault
from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from chassis.stores.notifications import Notifications
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.importing.checking.checking import Checking, house_of
from registry.importing.entering import Entering, SettledElsewhereError
from registry.importing.erasing import Erasing
from registry.importing.found import ImportRecord
from registry.importing.head_times import HeadTimes
from registry.importing.queries import ImportQueries
from registry.importing.stalling import Stalling
from registry.importing.telling import Telling
from registry.importing.undoing import MovedElsewhereError, Undoing
from registry.law.days import legal_day

_LOOK_AGAIN_S: Final = 1.0


class Importer:
    """Checks, enters and undoes. One is active at a time; a second waits and takes over.

    That one is active saves work, not the record: what two of them do at once is refused by the rows.
    """

    def __init__(
        self,
        *,
        postgres: Postgres,
        queries: ImportQueries,
        checking: Checking,
        entering: Entering,
        undoing: Undoing,
        erasing: Erasing,
        stalling: Stalling,
        telling: Telling,
        notifications: Notifications,
        head_times: HeadTimes,
        clock: Clock,
    ) -> None:
        self._postgres = postgres
        self._queries = queries
        self._checking = checking
        self._entering = entering
        self._undoing = undoing
        self._erasing = erasing
        self._stalling = stalling
        self._telling = telling
        self._notifications = notifications
        self._head_times = head_times
        self._clock = clock
        self._log = structlog.get_logger()

    async def run(self, draining: asyncio.Event) -> None:
        """Work until `draining`. A database that is away is waited for."""
        while not draining.is_set():
            seen = self._notifications.seen
            try:
                async with self._postgres.connection() as connection:
                    if await connection.fetchval(self._queries.try_to_lead):
                        await self._lead(connection, draining)
            except (SettledElsewhereError, MovedElsewhereError):
                self._log.info("import_elsewhere")
            except ServiceError as error:
                self._log.warning("import_waits", fault=describe_fault(error))
            await self._rest(seen, draining)
        # The caches are closed after this: what is entered or ended is told first.
        await self._telling.told()

    async def _lead(self, connection: Connection, draining: asyncio.Event) -> None:
        """Work while this connection, and with it the lock, is there."""
        try:
            while not draining.is_set():
                seen = self._notifications.seen
                await connection.fetchval(self._queries.still_leads)
                if not await self._work(draining):
                    await self._rest(seen, draining)
        finally:
            await connection.execute(self._queries.stop_leading)

    async def _work(self, draining: asyncio.Event) -> bool:
        """A slice of what waits; False if nothing does."""
        async with self._postgres.connection() as connection:
            row = await connection.fetchrow(self._queries.next_at_work)
        if row is None:
            return False
        record = ImportRecord(**row)
        try:
            await self._advance(record, draining)
        except (ServiceError, SettledElsewhereError, MovedElsewhereError):
            raise
        except BrokenExecutor as error:
            # Without its processes the importer is no use: it ends, and another begins elsewhere.
            await self._stalling.set_aside(record, error)
            raise
        except Exception as error:  # noqa: BLE001 - one file holds up no other court's
            await self._stalling.set_aside(record, error)
        else:
            await self._stalling.went_on(record)
        return True

    async def _advance(self, record: ImportRecord, draining: asyncio.Event) -> None:
        """One slice of one import."""
        begun_s = self._clock.monotonic()
        if record.state == rpc.IMPORT_STATE_CHECKING:
            await self._check(record)
        elif record.state == rpc.IMPORT_STATE_ENTERING:
            today = legal_day(self._clock.now())
            if not await self._entering.work(record, today, draining) and not draining.is_set():
                await self._finish(record, rpc.IMPORT_STATE_DONE)
        elif not await self._undoing.work(record):
            await self._finish(record, rpc.IMPORT_STATE_UNDONE)
        self._log.info(
            "import_worked",
            import_id=str(record.import_id),
            state=record.state_name,
            duration_s=round(self._clock.monotonic() - begun_s, 3),
        )

    async def _check(self, record: ImportRecord) -> None:
        async with self._postgres.connection() as connection:
            today = legal_day(self._clock.now())
            house = await house_of(connection, self._queries, record.court_code, today)
        assert house is not None, "an import begins after the go-live day is set, and it stays"
        await self._checking.work(record, house)

    async def _finish(self, record: ImportRecord, state: rpc.ImportState.ValueType) -> None:
        """What is not needed any more is erased before the state says so."""
        if state == rpc.IMPORT_STATE_DONE:
            await self._erasing.keep_needy(record)
        else:
            await self._erasing.erase_all(record)
        async with self._postgres.connection() as connection:
            await connection.execute(
                self._queries.finish_import, record.import_id, record.state, state
            )
        self._log.info(
            "import_finished",
            import_id=str(record.import_id),
            state=rpc.ImportState.Name(state).removeprefix("IMPORT_STATE_"),
            **self._head_times.take(),
        )

    async def _rest(self, seen: int, draining: asyncio.Event) -> None:
        """Wait for a hint, a second, or the end."""
        waits = [
            asyncio.ensure_future(self._notifications.wait(seen, timeout_s=_LOOK_AGAIN_S)),
            asyncio.ensure_future(draining.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
