"""One active engine per field: a session lock in the field's own PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from restriction.facts.statements import Statements

_RETRY_S: Final = 0.5
_LOOK_S: Final = 1.0
# A store under load may answer late; one that died says so at once.
_ANSWER_S: Final = 3.0


class LeadLostError(Exception):
    """The session that held the lock is gone; another engine may lead by now."""


class Leadership:
    """Takes the lock, and notices when it is lost.

    Two leaders cannot do harm: a batch is applied only where its cursor still stands. The lock
    spares the registry and the store the work of several.
    """

    def __init__(
        self,
        *,
        postgres: Postgres,
        statements: Statements,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._postgres = postgres
        self._sql = statements
        self._log: FilteringBoundLogger = log or structlog.get_logger()

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[Connection]:
        """Wait until this engine leads; the lock lasts as long as the session yielded.

        Raises ServiceError STORE_UNAVAILABLE when the store does not answer.
        """
        async with self._postgres.connection() as connection:
            waiting = False
            while not await connection.fetchval(self._sql.try_lead):
                if not waiting:
                    waiting = True
                    self._log.info("engine_stands_by")
                await asyncio.sleep(_RETRY_S)
            self._log.info("engine_leads")
            yield connection

    async def watch(self, connection: Connection) -> None:
        """Run while the session stands.

        Raises:
            LeadLostError: it does not.
        """
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                await connection.fetchval(self._sql.still_lead, timeout=_ANSWER_S)
            except Exception as error:
                raise LeadLostError from error
