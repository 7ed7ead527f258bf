"""The head of the deliveries for all who wait for a step: one look at a time, however many they are."""

import asyncio

from restriction.facts.store import DeliveryHead, DeliveryStore


class DeliveryHeads:
    """Reads the head. Whoever asks while a look is under way shares the one that follows it."""

    def __init__(self, *, store: DeliveryStore) -> None:
        self._store = store
        self._one_at_a_time = asyncio.Lock()
        self._next: asyncio.Task[DeliveryHead] | None = None

    async def read(self) -> DeliveryHead:
        """The head at some moment after this call began. Raises ServiceError STORE_UNAVAILABLE."""
        if self._next is None:
            self._next = asyncio.create_task(self._look(), name="look at the delivery head")
        # Others may wait for the same look: one that gives up does not end it.
        return await asyncio.shield(self._next)

    async def _look(self) -> DeliveryHead:
        async with self._one_at_a_time:
            # A look that has begun may miss what is committed from now on: who comes needs the next.
            self._next = None
            return await self._store.read_delivery_head()
