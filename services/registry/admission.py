"""How many acts are at work at once, and how many may wait for their turn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons

_RETRY_AFTER_S: Final = 1.0


class Admission:
    """Turns for acts, first come, first served.

    Acts queue for the ledger's head with a connection in hand. `at_work_max` stays below the pool's
    size, so that a burst of them leaves connections to those who only read. Whoever would be more
    than the `waiting_max`-th in the queue, or waits longer than `wait_s_max`, is told to come again:
    a queue without an end would answer callers who have long given up.
    """

    def __init__(
        self, *, at_work_max: int = 8, waiting_max: int = 100, wait_s_max: float = 2.0
    ) -> None:
        self._free = asyncio.Semaphore(at_work_max)
        self._waiting_max = waiting_max
        self._wait_s_max = wait_s_max
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold a turn for the life of the context. Raises ServiceError OVERLOADED: nothing was done."""
        await self._begin()
        try:
            yield
        finally:
            self._free.release()

    async def _begin(self) -> None:
        if self._free.locked() and self._waiting >= self._waiting_max:
            raise _overloaded()
        self._waiting += 1
        try:
            async with asyncio.timeout(self._wait_s_max):
                await self._free.acquire()
        except TimeoutError:
            raise _overloaded() from None
        finally:
            self._waiting -= 1


def _overloaded() -> ServiceError:
    return ServiceError(
        reasons.ERROR_REASON_OVERLOADED,
        "too many acts wait already; nothing was done, repeat the call after the given delay",
        retry_after_s=_RETRY_AFTER_S,
    )
