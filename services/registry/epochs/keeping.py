"""The importer's second task: what a change of keys and time leave to do, a little at a time.

Fills digest epochs, drops those that are closed, erases, seals values and keys them anew. One process works at a
time.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from prometheus_client.registry import Collector

from chassis.errors import ServiceError
from chassis.logs import describe_fault
from chassis.metrics import Labels, Reading
from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from registry.epochs.filling import Filling
from registry.epochs.queries import KeepingQueries
from registry.erasing.erasing import Erasing
from registry.resealing.rekeying import Rekeying
from registry.resealing.resealing import Resealing

_IDLE_S: Final = 1.0
# Between batches, so that a change of keys takes no more than a part of a database's time.
_PAUSE_S: Final = 0.02
_COUNT_EVERY_S: Final = 10.0


class Keeping:
    """Works until the process drains; a database that is away is waited for."""

    def __init__(
        self,
        *,
        postgres: Postgres,
        filling: Filling,
        resealing: Resealing,
        rekeying: Rekeying,
        erasing: Erasing | None = None,
        pause_s: float = _PAUSE_S,
        idle_s: float = _IDLE_S,
        count_every_s: float = _COUNT_EVERY_S,
    ) -> None:
        """Without `erasing`, nothing is erased: no role was given that may."""
        self._postgres = postgres
        self._filling = filling
        self._resealing = resealing
        self._rekeying = rekeying
        self._erasing = erasing
        self._pause_s = pause_s
        self._idle_s = idle_s
        self._count_every_s = count_every_s
        self._queries = KeepingQueries.load()
        self._left: dict[Labels, float] = {}
        self._count_at_s = float("-inf")
        self._log = structlog.get_logger()

    async def run(self, draining: asyncio.Event) -> None:
        """Work until `draining`."""
        while not draining.is_set():
            try:
                async with self._postgres.connection() as connection:
                    if await connection.fetchval(self._queries.try_to_keep):
                        await self._lead(connection, draining)
            except ServiceError as error:
                self._log.warning("keeping_waits", fault=describe_fault(error))
            await _rest(draining, self._idle_s)

    async def _lead(self, connection: Connection, draining: asyncio.Event) -> None:
        """Work while this connection, and with it the lock, is there."""
        try:
            while not draining.is_set():
                await connection.fetchval(self._queries.still_keeps)
                await _rest(draining, self._pause_s if await self._work() else self._idle_s)
                await self._count()
        finally:
            self._left = {}
            await connection.execute(self._queries.stop_keeping)

    async def _work(self) -> bool:
        """A little of each that has anything left to do.

        Epochs first: gates wait for them. Then signatures: what was signed may lie in facts alone, and
        those are erased.
        """
        if await self._filling.work() or await self._rekeying.work():
            return True
        erases = self._erasing is not None and await self._erasing.work()
        return await self._resealing.work() or erases

    async def _count(self) -> None:
        """Count what is left, now and then."""
        now_s = asyncio.get_running_loop().time()
        if now_s >= self._count_at_s:
            self._count_at_s = now_s + self._count_every_s
            self._left = {
                ("sealed_under_older",): await self._resealing.count_left(),
                ("keyed_under_older",): await self._rekeying.count_left(),
                ("documents_missing",): await self._filling.count_left(),
            }

    def collectors(self) -> Sequence[Collector]:
        """How far it is."""

        def values() -> Mapping[Labels, float]:
            return {
                ("resealed",): self._resealing.resealed,
                ("unreadable",): self._resealing.unreadable,
                ("rekeyed",): self._rekeying.rekeyed,
                ("filed",): self._filling.filed,
                ("dropped",): self._filling.dropped,
            }

        return (
            *(self._erasing.collectors() if self._erasing is not None else ()),
            Reading(
                "key_change_values",
                "Values that a change of keys has touched since the start: sealed or keyed anew, digests "
                "filed and dropped; and those of the last pass that no key opens",
                values,
                labels=("what",),
            ),
            Reading(
                "key_change_left",
                "Values that wait to be sealed or keyed anew and documents that wait for a digest, each place "
                "counted up to 100,000; nothing while another process keeps",
                lambda: self._left,
                labels=("what",),
            ),
        )


async def _rest(draining: asyncio.Event, pause_s: float) -> None:
    """Pause, or end the pause when the process drains."""
    try:
        async with asyncio.timeout(pause_s):
            await draining.wait()
    except TimeoutError:
        pass
