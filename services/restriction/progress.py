"""How far this process has followed the ledger, as every answer says it."""

import asyncio
from datetime import datetime, timedelta

from restriction.model import Position


class Progress:
    """Held in memory so that a miss needs no I/O; written by the feed only, after each commit.

    `as_of_at` is None until this service has once reached the ledger's head, in this life or an
    earlier one.
    """

    def __init__(self, *, max_staleness_s: float, stale_limit_s: float) -> None:
        self._max_staleness = timedelta(seconds=max_staleness_s)
        self._stale_limit = timedelta(seconds=stale_limit_s)
        self._changed = asyncio.Event()
        self.index_loaded = False
        self.position = Position()
        self.as_of_at: datetime | None = None
        self.head = 0
        self.heard_at: datetime | None = None

    def reach(self, position: Position, as_of_at: datetime | None) -> None:
        """A batch is committed up to `position`; `as_of_at` when that is known to be the head."""
        self.position = position
        if as_of_at is not None and (self.as_of_at is None or as_of_at > self.as_of_at):
            self.as_of_at = as_of_at
        self.wake()

    def hear(self, head: int, heard_at: datetime) -> None:
        """The registry said, at `heard_at` by its clock, where the ledger's head is."""
        self.head = head
        self.heard_at = heard_at

    def load(self, position: Position, as_of_at: datetime | None) -> None:
        """The index holds what the store held there."""
        self.position = position
        self.as_of_at = as_of_at
        self.index_loaded = True
        self.wake()

    def wake(self) -> None:
        """Let everybody who waits for news look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def news(self) -> None:
        """Wait for the next change of progress."""
        await self._changed.wait()

    @property
    def started(self) -> bool:
        """Whether the index holds a ledger once read to its head."""
        return self.index_loaded and self.as_of_at is not None

    def is_stale(self, as_of_at: datetime, now: datetime) -> bool:
        """Whether an answer as of then is marked stale: still CLEAR, and says so (design §3.8)."""
        return now - as_of_at > self._max_staleness

    def is_beyond_limit(self, as_of_at: datetime, now: datetime) -> bool:
        """Whether it is older than the court allows a CLEAR to be."""
        return now - as_of_at > self._stale_limit
