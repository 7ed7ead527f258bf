"""Long computing on an event loop, in turns with whoever else waits for it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

T = TypeVar("T")


async def in_turns(items: Iterable[T], *, every: int) -> AsyncIterator[T]:
    """The items, in order; after each `every` of them others on this loop have their turn.

    What holds a lock and waits for an answer is not kept waiting until all is computed.
    """
    for number, item in enumerate(items, 1):
        yield item
        if number % every == 0:
            await asyncio.sleep(0)
