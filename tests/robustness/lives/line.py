"""The line between gates and registry, as a test cuts it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc

_FOLLOWING, _CONFIRMING = "ReadChanges", "ConfirmStanding"


class Line(grpc.aio.ServerInterceptor):
    """Whole, lagging (followers hear nothing) or cut (nothing is confirmed either)."""

    def __init__(self) -> None:
        self._flows = asyncio.Event()
        self._flows.set()
        self.confirms = True

    @property
    def is_whole(self) -> bool:
        """Whether followers hear of what is done."""
        return self._flows.is_set()

    def lag(self) -> None:
        """Whatever is on its way to a follower stays there until `mend`."""
        self._flows.clear()

    def cut(self) -> None:
        """Neither changes nor confirmations reach a gate until `mend`."""
        self.lag()
        self.confirms = False

    def mend(self) -> None:
        """Everything flows again."""
        self.confirms = True
        self._flows.set()

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Stand before the two calls of the ledger that gates depend on."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method.rsplit("/", 1)[-1]
        if method not in {_FOLLOWING, _CONFIRMING}:
            return handler

        async def behaviour(request: Any, context: Any) -> Any:
            if method == _CONFIRMING and not self.confirms:
                await context.abort(grpc.StatusCode.UNAVAILABLE, "the line is cut")
            reply = await handler.unary_unary(request, context)
            if method == _FOLLOWING:
                # After the reading: a read that waits already must not bring news either.
                await self._flows.wait()
            return reply

        return grpc.unary_unary_rpc_method_handler(
            behaviour, handler.request_deserializer, handler.response_serializer
        )
