"""An act of a test double of the registry: its rows and the ledger's head change together."""

import functools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import asyncpg


class Connected(Protocol):
    """Whoever writes through a connection of its own."""

    connection: asyncpg.Connection


S = TypeVar("S", bound=Connected)
Q = ParamSpec("Q")
T = TypeVar("T")


def one_act(
    method: Callable[Concatenate[S, Q], Awaitable[T]],
) -> Callable[Concatenate[S, Q], Coroutine[Any, Any, T]]:
    """Rows and head change together: no reader may see one without the other."""

    @functools.wraps(method)
    async def in_transaction(self: S, /, *args: Q.args, **kwargs: Q.kwargs) -> T:
        async with self.connection.transaction():
            return await method(self, *args, **kwargs)

    return in_transaction
