"""LISTEN on one channel, as a hint to look again. A notification may be lost: never rely on one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Self

import asyncpg
import structlog
from structlog.typing import FilteringBoundLogger

from chassis.logs import describe_fault

_CONNECT_TIMEOUT_S: Final = 2.0
_RECONNECT_S: Final = 0.5
# A host that vanished sends no FIN; an unanswered question finds it out.
_CHECK_INTERVAL_S: Final = 2.0


class Notifications:
    """One dedicated connection that listens, reconnects by itself and wakes every waiter.

    Take `seen` before reading, and wait with it after finding nothing: a notification in between is
    not missed. Reconnecting wakes the waiters too, for something may have happened meanwhile.
    """

    def __init__(self, *, dsn: str, channel: str, log: FilteringBoundLogger | None = None) -> None:
        self._dsn = dsn
        self._channel = channel
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._seen = 0
        self._woken = asyncio.Event()
        self._listening = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def open(cls, *, dsn: str, channel: str) -> AsyncIterator[Self]:
        """Listen in the background for the life of the context; never fails for a store outage."""
        notifications = cls(dsn=dsn, channel=channel)
        task = asyncio.create_task(notifications.run(), name=f"listen {channel}")
        try:
            yield notifications
        finally:
            task.cancel()
            await asyncio.wait((task,))

    @property
    def seen(self) -> int:
        """How many wake-ups there were so far."""
        return self._seen

    @property
    def listening(self) -> bool:
        """Whether the connection is up now."""
        return self._listening.is_set()

    async def wait(self, seen: int, *, timeout_s: float) -> bool:
        """Wait for a wake-up later than `seen`; False if `timeout_s` passes without one."""
        if self._seen > seen:
            return True
        woken = self._woken
        try:
            async with asyncio.timeout(timeout_s):
                await woken.wait()
        except TimeoutError:
            return False
        return True

    async def until_listening(self) -> None:
        """Wait until the connection is up."""
        await self._listening.wait()

    async def run(self) -> None:
        """Listen and reconnect until cancelled."""
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001 - a hint that stops for good would go unseen
                self._log.warning("listen_lost", channel=self._channel, fault=describe_fault(error))
            finally:
                self._listening.clear()
            await asyncio.sleep(_RECONNECT_S)

    def wake(self) -> None:
        """Wake every waiter; the writer in this very process need not wait for its own NOTIFY."""
        self._seen += 1
        self._woken.set()
        self._woken = asyncio.Event()

    async def _listen(self) -> None:
        connection = await asyncpg.connect(
            self._dsn, timeout=_CONNECT_TIMEOUT_S, command_timeout=_CONNECT_TIMEOUT_S
        )
        try:
            ended = asyncio.Event()
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(self._channel, self._notice)
            self._listening.set()
            self.wake()
            while not connection.is_closed():
                try:
                    async with asyncio.timeout(_CHECK_INTERVAL_S):
                        await ended.wait()
                except TimeoutError:
                    await connection.fetchval("SELECT 1")
        finally:
            connection.terminate()

    def _notice(self, *_: Any) -> None:
        self.wake()
