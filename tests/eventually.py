"""Waiting for what happens elsewhere: on a condition and with a limit, never for a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

T = TypeVar("T")

LIMIT_S: Final = 60.0
"""What is late by this much does not come any more, on the busiest of machines. A limit costs only who fails."""

_POLL_S: Final = 0.02
_TRIES: Final = 3


async def eventually(
    condition: Callable[[], bool] | Callable[[], Awaitable[bool]], limit_s: float = LIMIT_S
) -> None:
    """Return once `condition` holds; fail when it does not within `limit_s`."""
    deadline = time.monotonic() + limit_s
    while True:
        outcome = condition()
        if outcome if isinstance(outcome, bool) else await outcome:
            return
        assert time.monotonic() < deadline, f"not within {limit_s:g} s: {condition}"
        await asyncio.sleep(_POLL_S)


async def in_time(trial: Callable[[], Awaitable[float]], limit_s: float) -> None:
    """Fail unless one of three trials takes less than `limit_s`; each says how many seconds it took.

    A busy machine is late now and then. What waits for something that it should not is late each time.
    """
    took_s = []
    for _ in range(_TRIES):
        took_s.append(await trial())
        if took_s[-1] < limit_s:
            return
    raise AssertionError(f"not within {limit_s:g} s: {took_s}")
