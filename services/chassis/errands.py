"""Work that is done to its end, even where whoever asked for it does not wait for it any more."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Errands:
    """A caller whose time is over, or who is gone, ends her own waiting and nothing else."""

    def __init__(self) -> None:
        # The event loop itself keeps no task alive.
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` comes to, for as long as the caller waits for it."""
        errand = asyncio.create_task(work)
        self._running.add(errand)
        errand.add_done_callback(self._running.discard)
        return await asyncio.shield(errand)
