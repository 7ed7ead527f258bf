"""Work that is done to its end, even where whoever asked for it does not wait for it any more."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.logs import describe_fault

T = TypeVar("T")


class Errands:
    """A caller whose time is over, or who is gone, ends her own waiting and nothing else."""

    def __init__(self, *, log: FilteringBoundLogger | None = None) -> None:
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        # The event loop itself keeps no task alive.
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` comes to, for as long as the caller waits for it."""
        errand = asyncio.create_task(work, name="errand")
        self._running.add(errand)
        errand.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(errand)
        except asyncio.CancelledError:
            errand.add_done_callback(self._tell)
            raise

    async def ended(self) -> None:
        """Return when nothing is under way: before what it stands on is closed."""
        while self._running:
            await asyncio.wait(self._running)

    def _tell(self, errand: "asyncio.Task[Any]") -> None:
        """What broke it, where nobody is left to be told."""
        if not errand.cancelled() and (error := errand.exception()) is not None:
            self._log.warning("errand_failed", fault=describe_fault(error))
