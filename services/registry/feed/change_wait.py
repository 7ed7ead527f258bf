"""Waiting for the next change, as every long poll of the registry does."""

import asyncio
from typing import Final

from chassis.stores.notifications import Notifications

# NOTIFY is lost when its connection breaks; a change is seen this late at the worst.
_LOOK_AGAIN_S: Final = 1.0


class ChangeWait:
    """Wakes a reader when something may have been committed, and at once when the process drains."""

    def __init__(self, *, notifications: Notifications, draining: asyncio.Event) -> None:
        self._notifications = notifications
        self._draining = draining

    @property
    def seen(self) -> int:
        """How many hints have come; note it before a look, so that none is missed after it."""
        return self._notifications.seen

    @property
    def is_over(self) -> bool:
        """Whether the process drains, and every reader is to be answered now."""
        return self._draining.is_set()

    async def wait(self, seen: int, *, timeout_s: float) -> None:
        """Until there is reason to look again: a hint after `seen`, the time, or the drain."""
        tasks = (
            asyncio.ensure_future(
                self._notifications.wait(seen, timeout_s=min(timeout_s, _LOOK_AGAIN_S))
            ),
            asyncio.ensure_future(self._draining.wait()),
        )
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
