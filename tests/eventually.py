"""Waiting for what happens elsewhere: on a condition and with a limit, never for a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable

_POLL_S = 0.02


async def eventually(
    condition: Callable[[], bool] | Callable[[], Awaitable[bool]], limit_s: float = 15.0
) -> None:
    """Return once `condition` holds; fail when it does not within `limit_s`."""
    deadline = time.monotonic() + limit_s
    while True:
        outcome = condition()
        if outcome if isinstance(outcome, bool) else await outcome:
            return
        assert time.monotonic() < deadline, f"not within {limit_s:g} s: {condition}"
        await asyncio.sleep(_POLL_S)
