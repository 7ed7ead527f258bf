"""What is to be pushed: the last number and pages of entries, read once for all partners."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from restriction.facts.store import Delivery, DeliveryHead, DeliveryStore

PAGE_MAX: Final = 500
# Partners that keep up stand within a page or two of each other; those far behind read for themselves.
_PAGES_MAX: Final = 8


class Outbox:
    """Shared by all couriers of a field; its reads hold one connection, whatever their number."""

    def __init__(self, *, store: DeliveryStore, head: DeliveryHead) -> None:
        self._store = store
        self._head = head
        self._moved = asyncio.Event()
        self._reading = asyncio.Lock()
        self._pages: OrderedDict[int, Sequence[Delivery]] = OrderedDict()

    @property
    def head(self) -> DeliveryHead:
        """The last number that is known of."""
        return self._head

    def move(self, head: DeliveryHead) -> None:
        """Take a newer head, and let everybody who waits for entries look."""
        grown = head.number != self._head.number
        self._head = head
        if grown:
            # A lift takes a number and changes what an older entry is sent as: the pages are past.
            self._pages = OrderedDict()
            self._moved.set()
            self._moved = asyncio.Event()

    async def page(self, after: int) -> Sequence[Delivery]:
        """The next entries after a number below the head, at most 500.

        Raises ServiceError STORE_UNAVAILABLE.
        """
        async with self._reading:
            pages = self._pages
            page = pages.get(after)
            if page is None:
                page = await self._store.read_deliveries(after, PAGE_MAX)
                assert page, "numbers have no gap up to the head"
                # Into the dictionary of the head it was asked under, which may be past by now.
                pages[after] = page
                if len(pages) > _PAGES_MAX:
                    pages.popitem(last=False)
            return page

    async def wait_beyond(self, number: int, timeout_s: float) -> None:
        """Return when there is an entry after `number`, or after `timeout_s`."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        try:
            async with asyncio.timeout_at(deadline):
                while self._head.number <= number:
                    await self._moved.wait()
        except TimeoutError:
            return
