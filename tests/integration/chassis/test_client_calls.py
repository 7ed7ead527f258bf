"""Calls that a process of ours makes: deadlines, ids, peers that are gone and come back."""

import asyncio
import time
from typing import Any

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from structlog.testing import CapturingLogger

from chassis.client import ChannelSettings, open_channel
from chassis.errors import ServiceError
from chassis.server import Registration, ServerSettings
from chassis.tls.transport import PLAINTEXT
from chassis.wire.call_id import set_running_call_id
from chassis.wire.status import STATUS_TRAILER, parse
from courtlist.error.v1 import error_reason_pb2 as reasons
from tests.eventually import LIMIT_S, eventually, in_time
from tests.integration.chassis.echo_service import written
from tests.integration.chassis.loopback import (
    SERVICE,
    registration,
    serving,
    unary,
)

_OUTER = "5f0c7a3e9b1d4c2a"
NO_MESSAGE = b"\x0a\x7fcut off"
SECRET_NUMBER = "000000199001010000"


async def test_a_unary_call_without_a_deadline_gets_the_default(
    service: Registration, log: Any
) -> None:
    settings = ChannelSettings(timeout_s=0.1)
    async with serving(service, log=log, channel_settings=settings) as loopback:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await loopback.call("Hang")
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_call_cut_by_its_caller_is_logged_as_cancelled(
    log: Any, lines: CapturingLogger
) -> None:
    entered = asyncio.Event()

    async def hang(request: StringValue, _: Any) -> StringValue:
        entered.set()
        await asyncio.Event().wait()
        return request

    async with serving(registration({"Hang": hang}), log=log) as loopback:
        call = asyncio.ensure_future(loopback.call("Hang", timeout=LIMIT_S))
        await entered.wait()
        call.cancel()
        await asyncio.wait((call,))
        await eventually(lambda: bool(written(lines, "call")))
    assert [line["code"] for line in written(lines, "call")] == ["CANCELLED"]


async def test_an_outgoing_call_carries_the_running_calls_id(
    service: Registration, log: Any, lines: CapturingLogger
) -> None:
    async with serving(service, log=log) as loopback:
        set_running_call_id(_OUTER)
        await loopback.call("Echo")
    assert [line["call_id"] for line in written(lines, "call")] == [_OUTER]


async def test_a_dead_peer_fails_at_once_without_a_reason(log: Any, service: Registration) -> None:
    async with serving(service, log=log) as loopback:
        address = loopback.address
    async with open_channel(address, transport=PLAINTEXT) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await unary(channel, "Echo")(StringValue())
    error = parse(caught.value)
    assert error.code is grpc.StatusCode.UNAVAILABLE
    assert (error.reason_name, STATUS_TRAILER in dict(caught.value.trailing_metadata())) == (
        "",
        False,
    )


async def answers(channel: grpc.aio.Channel) -> bool:
    try:
        await unary(channel, "Echo")(StringValue(), timeout=1)
    except grpc.aio.AioRpcError:
        return False
    return True


async def test_a_peer_back_in_service_is_found_within_five_seconds(
    service: Registration, log: Any
) -> None:
    async with serving(service, log=log) as loopback:
        address = loopback.address
    async with open_channel(address, transport=PLAINTEXT) as channel:

        async def trial() -> float:
            for _ in range(5):
                with pytest.raises(grpc.aio.AioRpcError):
                    await unary(channel, "Echo")(StringValue())
            async with serving(service, log=log, settings=ServerSettings(address=address)):
                began_s = time.monotonic()
                await eventually(lambda: answers(channel))
                return time.monotonic() - began_s

        await in_time(trial, limit_s=5)


async def test_an_idempotent_method_is_repeated_on_unavailable(log: Any) -> None:
    calls = 0

    async def fail_once(request: StringValue, _: Any) -> StringValue:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ServiceError(reasons.ERROR_REASON_STORE_UNAVAILABLE, "not now")
        return request

    service = registration({"Get": fail_once, "Write": fail_once})
    settings = ChannelSettings(idempotent_methods=[f"{SERVICE}/Get"])
    async with serving(service, log=log, channel_settings=settings) as loopback:
        assert await loopback.call("Get", "x") == "x"
        calls = 0
        with pytest.raises(grpc.aio.AioRpcError):
            await loopback.call("Write", "x")
    assert calls == 1
