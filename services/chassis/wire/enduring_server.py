"""gRPC's asyncio server, which no call can end.

grpc.aio takes calls in one loop, and there reads the path of a call of a method that nobody serves as UTF-8:
one path of other bytes ends the loop and closes the port (grpcio 1.85, `_server_main_loop`), so that whoever
holds any certificate could end every process. Here such calls do not come to that loop. They are answered
beside it, whatever their path; it is never read.

This stands on parts that grpcio promises to nobody; requirements.lock holds its version, and
tests/integration/chassis/test_unserved fails where another has moved them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias

import grpc
from grpc._cython import cygrpc
from grpc.aio import _server

Unserved: TypeAlias = Callable[[Any], Awaitable[None]]
"""Answers a call of no method, by its context: it aborts it."""

UNSERVED: Final = "/unserved"
"""Stands for the path of every such call, in logs and counts."""

_TEXT: Final = "this server has no such method; call one that its protos define"


async def refuse_unserved(context: Any) -> None:
    """Answer UNIMPLEMENTED; raises AbortError."""
    await context.abort(grpc.StatusCode.UNIMPLEMENTED, _TEXT)


def enduring_server(
    *,
    interceptors: Sequence[grpc.aio.ServerInterceptor],
    options: Sequence[tuple[str, Any]],
    concurrent_calls_max: int | None,
    unserved: Unserved,
) -> grpc.aio.Server:
    """A server as of `grpc.aio.server`; what is not registered with it is answered by `unserved`.

    Generated code registers its methods (`add_registered_method_handlers`); generic handlers alone are
    never asked.
    """
    server: Any = grpc.aio.server(
        interceptors=list(interceptors),
        options=list(options),
        maximum_concurrent_rpcs=concurrent_calls_max,
    )
    inner = _EnduringServer(
        asyncio.get_running_loop(),
        None,
        (),
        list(interceptors),
        _server._augment_channel_arguments(list(options), None),  # noqa: SLF001 - see the module
        concurrent_calls_max,
    )
    inner.unserved = unserved
    server._server = inner  # noqa: SLF001 - see the module
    made: grpc.aio.Server = server
    return made


class _EnduringServer(cygrpc.AioServer):  # type: ignore[misc] # of Cython, without types
    """Keeps calls of no method from the loop that takes calls."""

    unserved: Unserved

    def _make_request_call_future(self, method: bytes | None) -> asyncio.Future[Any]:
        """The next call of a registered method; for the others, one that never comes."""
        if method is None:
            return asyncio.get_running_loop().create_task(self._take_unserved())
        future: asyncio.Future[Any] = super()._make_request_call_future(method)
        return future

    async def _take_unserved(self) -> None:
        """Until the server stops; then it raises as the request of any call does."""
        loop = asyncio.get_running_loop()
        answering: set[asyncio.Task[None]] = set()
        while True:
            call = await self._request_call()
            context = cygrpc._ServicerContext(call, None, None, loop)  # noqa: SLF001 - see the module
            # Listens for the caller's going, and maps what is raised, as for a call of any method.
            answer = cygrpc._schedule_rpc_coro(  # noqa: SLF001 - see the module
                self.unserved(context), call, loop, UNSERVED
            )
            task: asyncio.Task[None] = loop.create_task(answer, name="call of no method")
            answering.add(task)
            task.add_done_callback(answering.discard)
