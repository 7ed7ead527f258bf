"""A PostgreSQL that is still starting: waited for at the start of a process and of a migration."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from chassis.stores.faults import disbelief_in, is_store_fault, store_unavailable, told

STARTING_S = 30.0
"""How long a server that starts beside us, or a name that is not known yet, is waited for."""

Connected = TypeVar("Connected")


async def connected(connect: Callable[[], Awaitable[Connected]], *, wait_s: float) -> Connected:
    """What `connect` gives, tried for `wait_s` seconds and once at least.

    Raises ServiceError STORE_UNAVAILABLE where no server answered in time; what is no fault of a
    store is raised at once.
    """
    loop = asyncio.get_running_loop()
    give_up_s = loop.time() + wait_s
    said: dict[str, str] = {}
    while True:
        try:
            return await connect()
        except Exception as error:
            if not is_store_fault(error):
                raise
            # What time will not mend, as a CA that is another, must not be waited for in silence.
            why = told(disbelief_in(error) or error)
            if why != said:
                structlog.get_logger().warning("postgres_awaited", **why)
            said = why
            if loop.time() >= give_up_s:
                raise store_unavailable() from error
        await asyncio.sleep(0.1)
