"""Where the importer's heavy work is done: in processes beside it, so that its loop stays live."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

J = TypeVar("J")
R = TypeVar("R")


class Labour(Protocol):
    """Runs pure functions of one job."""

    async def run(self, function: Callable[[J], R], job: J) -> R:
        """The function's result; what it raises is raised here."""
        ...


class DoneHere:
    """Runs them in this process: for a single row."""

    async def run(self, function: Callable[[J], R], job: J) -> R:
        """See Labour."""
        return function(job)


class DoneBeside:
    """Runs them in a pool of processes; functions and jobs are pickled."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    @classmethod
    @asynccontextmanager
    async def open(cls, *, processes: int) -> AsyncIterator["DoneBeside"]:
        """Start them. They are spawned, never forked: this process has threads of gRPC."""
        pool = ProcessPoolExecutor(
            max_workers=processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_end_with_the_parent,
        )
        try:
            yield cls(pool)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    async def run(self, function: Callable[[J], R], job: J) -> R:
        """See Labour."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, job)


def _end_with_the_parent() -> None:
    """A worker whose importer was killed ends at once; Ctrl-C is the importer's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None, "it is started by the importer"

    def watch() -> None:
        parent.join()
        os._exit(0)

    threading.Thread(target=watch, name="watch parent", daemon=True).start()
