"""Recording refusals: committed before the reply, many to a transaction."""

import asyncio
from collections import deque
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.logs import describe_fault
from restriction.facts.store import RefusalStore
from restriction.model import Query

_BATCH_MAX: Final = 200


class NotRecordedError(Exception):
    """The record is not known to be committed: the refusal must not be given."""


class RefusalRecorder:
    """One transaction at a time; what arrives meanwhile goes together into the next.

    A record may be committed although its check gave up waiting: then somebody was let pass and the
    record says that a refusal was decided, never the other way round.
    """

    def __init__(
        self, *, store: RefusalStore, timeout_s: float, log: FilteringBoundLogger | None = None
    ) -> None:
        self._store = store
        self._timeout_s = timeout_s
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._waiting: deque[tuple[Query, asyncio.Future[None]]] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def record(self, refusal: Query) -> None:
        """Return once the refusal is committed.

        Raises:
            NotRecordedError: it is not, or not in time.
        """
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((refusal, committed))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write(), name="refusals")
        try:
            async with asyncio.timeout(self._timeout_s):
                await committed
        except TimeoutError as error:
            raise NotRecordedError("the store did not commit in time") from error

    async def close(self) -> None:
        """Wait for the transaction under way, a short while at most."""
        if self._writer is not None:
            await asyncio.wait((self._writer,), timeout=self._timeout_s)

    async def _write(self) -> None:
        """Write until nothing waits.

        The writer withdraws in the step in which it finds the queue empty: a callback of its task
        would run later, and a record that came in between would wait for nobody.
        """
        try:
            while self._waiting:
                await self._write_batch()
        finally:
            self._writer = None

    async def _write_batch(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _BATCH_MAX))]
        wanted = [one for one in batch if not one[1].done()]
        try:
            await self._store.record_refusals([refusal for refusal, _ in wanted])
        except Exception as error:  # noqa: BLE001 - whatever it is, these are not recorded
            self._log.warning("refusals_not_recorded", fault=describe_fault(error))
            for _, committed in wanted:
                if not committed.done():
                    committed.set_exception(NotRecordedError("the store did not commit"))
            return
        for _, committed in wanted:
            if not committed.done():
                committed.set_result(None)
