"""grpc.health.v1 through a real channel."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
import structlog
from google.protobuf.wrappers_pb2 import StringValue
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_reflection.v1alpha import reflection, reflection_pb2, reflection_pb2_grpc
from structlog.testing import CapturingLogger

from chassis.wire.status import parse
from courtlist.error.v1 import error_reason_pb2 as reasons
from tests.eventually import LIMIT_S, eventually
from tests.integration.chassis.loopback import SERVICE, Loopback, registration, serving

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


async def echo(request: StringValue, _: object) -> StringValue:
    return request


@pytest.fixture
async def loopback() -> AsyncIterator[Loopback]:
    async with serving(registration({"Echo": echo}), log=structlog.get_logger()) as running:
        yield running


async def check(loopback: Loopback, name: str) -> int:
    stub: Any = health_pb2_grpc.HealthStub(loopback.channel)
    reply: HealthCheckResponse = await stub.Check(HealthCheckRequest(service=name))
    return reply.status


async def test_nothing_serves_before_the_first_poll(loopback: Loopback) -> None:
    assert await check(loopback, "") == NOT_SERVING
    await loopback.health.poll()
    for name in ("", "live", "ready", SERVICE):
        assert await check(loopback, name) == SERVING


async def test_a_name_never_registered_is_not_found(loopback: Loopback) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await check(loopback, "no.such.Service")
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


async def test_health_is_answered_while_draining_and_only_live_stays(loopback: Loopback) -> None:
    await loopback.health.poll()
    loopback.draining.set()
    loopback.health.drain()
    await loopback.health.poll()
    assert await check(loopback, "live") == SERVING
    for name in ("", "ready", SERVICE):
        assert await check(loopback, name) == NOT_SERVING


async def test_a_watch_tells_every_change_and_ends_with_the_drain(loopback: Loopback) -> None:
    stub: Any = health_pb2_grpc.HealthStub(loopback.channel)
    told: list[int] = []

    async def watch() -> None:
        async for reply in stub.Watch(HealthCheckRequest(service=SERVICE)):
            told.append(reply.status)  # noqa: PERF401 - each is looked at while the next is awaited

    watching = asyncio.create_task(watch())
    await eventually(lambda: len(told) == 1)
    await loopback.health.poll()
    await eventually(lambda: len(told) == 2)
    loopback.health.drain()
    await asyncio.wait_for(watching, LIMIT_S)
    assert told == [NOT_SERVING, SERVING, NOT_SERVING]


async def test_only_so_many_watch_and_the_next_may_once_one_has_gone(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.health.HEALTH_WATCHES_MAX", 2)
    stub: Any = health_pb2_grpc.HealthStub(loopback.channel)
    watches = [stub.Watch(HealthCheckRequest(service="live")) for _ in range(2)]
    for watch in watches:
        await watch.read()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.Watch(HealthCheckRequest(service="live")).read()
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert await check(loopback, "live") == NOT_SERVING
    watches[0].cancel()

    async def let_in() -> bool:
        try:
            return bool(await stub.Watch(HealthCheckRequest(service="live")).read())
        except grpc.aio.AioRpcError:
            return False

    await eventually(let_in)


async def test_a_connection_carries_only_so_many_calls_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chassis.server.CONNECTION_CALLS_MAX", 2)
    running, ended, may_end = 0, 0, asyncio.Semaphore(0)

    async def hold(request: StringValue, _: object) -> StringValue:
        nonlocal running, ended
        running += 1
        await may_end.acquire()
        running, ended = running - 1, ended + 1
        return request

    async with serving(registration({"Echo": hold}), log=structlog.get_logger()) as loopback:
        # Only now does the client know how many.
        await check(loopback, "live")
        calls = [asyncio.create_task(loopback.call("Echo", "x", timeout=LIMIT_S)) for _ in range(5)]
        # Each that ends makes room for one: were there room for all, more than two would be left.
        for gone in range(4):
            await eventually(lambda gone=gone: (running, ended) == (2, gone))
            may_end.release()
        may_end.release()
        assert await asyncio.gather(*calls) == ["x"] * 5


async def test_reflection_names_the_services(loopback: Loopback) -> None:
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(loopback.channel)  # type: ignore[arg-type]  # the stubs know sync channels only
    call = stub.ServerReflectionInfo(
        iter([reflection_pb2.ServerReflectionRequest(list_services="")])
    )
    names = [one.name async for reply in call for one in reply.list_services_response.service]
    assert {SERVICE, "grpc.health.v1.Health"} <= set(names)


async def test_the_list_has_every_name(loopback: Loopback) -> None:
    await loopback.health.poll()
    stub: Any = health_pb2_grpc.HealthStub(loopback.channel)
    untyped: Any = health_pb2
    reply = await stub.List(untyped.HealthListRequest())
    assert {name: one.status for name, one in reply.statuses.items()} == dict.fromkeys(
        ("", "live", "ready", SERVICE), SERVING
    )


@pytest.mark.parametrize("rpc", ["Check", "Watch", "List"])
async def test_what_is_no_message_is_refused_by_its_own_reason(
    rpc: str, log: Any, lines: CapturingLogger
) -> None:
    async with serving(registration({"Echo": echo}), log=log) as loopback:
        asking: Any = loopback.channel.unary_unary(f"/grpc.health.v1.Health/{rpc}")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await asking(b"\xff", timeout=LIMIT_S)
        assert parse(caught.value).reason == reasons.ERROR_REASON_INVALID_REQUEST
        # It is written once the answer is under way.
        await eventually(lambda: bool(lines.calls))
    [line] = [one.kwargs for one in lines.calls if one.kwargs["event"] == "call"]
    assert line["reason"] == "INVALID_REQUEST"


async def test_reflection_takes_what_is_no_message_for_one_that_says_nothing(
    loopback: Loopback,
) -> None:
    method = f"/{reflection.SERVICE_NAME}/ServerReflectionInfo"
    asking: Any = loopback.channel.stream_stream(method)
    answer = await asking(iter([b"\xff"]), timeout=LIMIT_S).read()
    read = reflection_pb2.ServerReflectionResponse.FromString(answer)
    assert read.error_response.error_code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
