"""The load generator speaks to a real gRPC server, and what it counts as answered was answered."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
import pytest_asyncio

from tests.bench.wire import load

_PATH = "/bench.v1.Echo/Say"


@pytest_asyncio.fixture
async def server() -> AsyncIterator[tuple[grpc.aio.Server, str]]:
    """A server and its address. It sends back what it gets; `no…` is refused, `much…` multiplied."""

    async def say(request: bytes, context: Any) -> bytes:
        if request.startswith(b"no"):
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no")
        return request * 5_000 if request.startswith(b"much") else request

    handler = grpc.method_handlers_generic_handler(
        "bench.v1.Echo", {"Say": grpc.unary_unary_rpc_method_handler(say)}
    )
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield server, f"127.0.0.1:{port}"
    await server.stop(None)


@pytest.fixture
def echo(server: tuple[grpc.aio.Server, str]) -> str:
    """The server's address."""
    return server[1]


async def test_every_reply_belongs_to_the_request_at_its_place(echo: str) -> None:
    requests = [f"request {number}".encode() for number in range(100)]
    burst = await load(echo, _PATH, requests, seconds=0.5)
    assert {place for place, _ in burst.replies} == set(range(100))
    assert all(reply == requests[place] for place, reply in burst.replies)
    assert len(burst.latencies_s) == len(burst.replies)
    assert all(0 < latency_s < 5 for latency_s in burst.latencies_s)


async def test_a_long_reply_is_put_together_from_its_frames(echo: str) -> None:
    burst = await load(echo, _PATH, [b"much more"], seconds=0.3, connections=1, in_flight=2)
    assert burst.replies
    assert all(reply == b"much more" * 5_000 for _, reply in burst.replies)


async def test_a_call_that_fails_has_no_reply(echo: str) -> None:
    burst = await load(echo, _PATH, [b"no, thank you"], seconds=0.2, connections=1, in_flight=1)
    assert burst.replies
    assert all(reply == b"" for _, reply in burst.replies)


async def test_a_server_that_goes_away_is_an_error(
    server: tuple[grpc.aio.Server, str],
) -> None:
    running = asyncio.create_task(load(server[1], _PATH, [b"x"], seconds=10))
    await asyncio.sleep(0.1)
    await server[0].stop(None)
    with pytest.raises(ConnectionError):
        await running
