"""The active half of a restriction service: lead, load, follow, and start over when that is needed."""

import asyncio
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.errors import ServiceError
from chassis.stores.faults import Connection
from chassis.work.companions import until_first_ends
from restriction.asking.retention import Retention
from restriction.facts.effects import ChainBrokenError
from restriction.feed import Feed, ReloadError
from restriction.lead import Leadership, LeadLostError
from restriction.ledger import LedgerError, LedgerRewoundError
from restriction.push import Pushes
from restriction.rewind import Rewinder

_PAUSE_S: Final = 0.2


class Engine:
    """Runs until cancelled. An outage of the store or the registry is waited out, never fatal."""

    def __init__(
        self,
        *,
        leadership: Leadership,
        feed: Feed,
        rewinder: Rewinder,
        pushes: Pushes,
        retention: Retention,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._leadership = leadership
        self._feed = feed
        self._rewinder = rewinder
        self._pushes = pushes
        self._retention = retention
        self._log: FilteringBoundLogger = log or structlog.get_logger()

    async def run(self) -> None:
        """Lead whenever the lock can be had."""
        interrupted = False
        while True:
            try:
                async with self._leadership.hold() as session:
                    interrupted = False
                    await self._lead(session)
            except (LeadLostError, ServiceError, LedgerError, ChainBrokenError) as error:
                if not interrupted:
                    interrupted = True
                    self._log.warning(
                        "engine_interrupted", error_type=type(error).__name__, why=str(error)
                    )
            await asyncio.sleep(_PAUSE_S)

    async def _lead(self, session: Connection) -> None:
        """Work while the session stands; raises LeadLostError when it does not."""
        await self._pushes.begin()
        tasks = (
            asyncio.create_task(self._leadership.watch(session), name="lead watch"),
            asyncio.create_task(self._work(), name="engine work"),
            asyncio.create_task(self._pushes.run(), name="pushes"),
            asyncio.create_task(self._retention.run(), name="retention"),
        )
        await until_first_ends(tasks)

    async def _work(self) -> None:
        while True:
            follower = await self._feed.load()
            try:
                if follower.rebuilding:
                    await self._rewinder.rebuild()
                    continue
                await self._rewinder.tidy(follower)
                await self._feed.follow()
            except LedgerRewoundError:
                await self._rewinder.rebuild()
            except ReloadError:
                self._log.info("engine_reloads")
