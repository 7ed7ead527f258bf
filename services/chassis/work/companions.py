"""Tasks that work together: when one of them ends, none goes on."""

import asyncio
from collections.abc import Sequence
from typing import Any


async def until_first_ends(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Wait until one of them ends, end the others, and raise what ended it.

    Returns only when every task is over, also where this call itself is cancelled.
    """
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
