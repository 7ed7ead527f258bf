"""Waiting for a condition, with a limit: the only way a test of ours lets time pass."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], bool | Awaitable[bool]], *, limit_s: float = 5.0) -> None:
    """Return once `condition` holds; raise TimeoutError after `limit_s`."""
    async with asyncio.timeout(limit_s):
        while True:
            answer = condition()
            if inspect.isawaitable(answer):
                answer = await answer
            if answer:
                return
            await asyncio.sleep(0.005)
