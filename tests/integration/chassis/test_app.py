"""A process's life: signals sent to this very process while an App runs in it."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
import structlog
from google.protobuf.wrappers_pb2 import StringValue
from grpc_health.v1 import health_pb2_grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from structlog.testing import CapturingLogger

from chassis.app import App, Scope, Serving, run
from chassis.client import open_channel
from chassis.server import ServerSettings
from chassis.tls.transport import PLAINTEXT
from chassis.wire import enduring_server
from chassis.wire.status import parse
from courtlist.error.v1 import error_reason_pb2 as reasons
from tests import raw_http2
from tests.eventually import LIMIT_S, eventually
from tests.integration.chassis.loopback import OpenHouse, registration, unary


class Stage:
    """An App with one long poll and one stubborn call, and a record of what happened in order."""

    def __init__(self, *, grace_s: float = 5.0) -> None:
        self.events: list[str] = []
        self.lines = CapturingLogger()
        self.waiting = asyncio.Event()
        self.release = asyncio.Event()
        self.break_background = asyncio.Event()
        self.app = App(
            name="stage",
            server=ServerSettings(address="127.0.0.1:0"),
            open=self.open,
            transport=PLAINTEXT,
            grace_s=grace_s,
            log=structlog.wrap_logger(self.lines, processors=[lambda _, __, event: ((), event)]),
        )

    async def open(self, scope: Scope) -> Serving:
        for name in ("store", "feed"):
            await scope.stack.enter_async_context(self.resource(name))
        scope.spawn(self.background(), task_name="background")

        async def wait_long(request: StringValue, _: Any) -> StringValue:
            self.waiting.set()
            await scope.draining.wait()
            self.events.append("long poll ended")
            return request

        async def work(request: StringValue, _: Any) -> StringValue:
            self.waiting.set()
            await self.release.wait()
            self.events.append("work done")
            return request

        return Serving(
            doorkeeper=OpenHouse(),
            services=[registration({"Wait": wait_long, "Work": work})],
            ready={},
        )

    @asynccontextmanager
    async def resource(self, name: str) -> AsyncIterator[None]:
        self.events.append(f"open {name}")
        yield
        self.events.append(f"close {name}")

    async def background(self) -> None:
        try:
            await self.break_background.wait()
            raise RuntimeError("the feed died")
        except asyncio.CancelledError:
            self.events.append("background cancelled")
            raise

    def written(self) -> list[str]:
        events = [call.kwargs["event"] for call in self.lines.calls]
        return [event for event in events if event != "plaintext"]

    async def address(self) -> str:
        await eventually(lambda: "serving" in self.written())
        [address] = [
            call.kwargs["address"] for call in self.lines.calls if call.kwargs["event"] == "serving"
        ]
        return str(address)


async def test_a_process_whose_server_was_given_up_by_grpc_ends_for_its_supervisor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A path that is no text, taken by grpc.aio itself: the way to have it give up that is known.
    monkeypatch.delattr(enduring_server._EnduringServer, "_make_request_call_future")
    stage = Stage()
    running = asyncio.create_task(run(stage.app))
    await raw_http2.call(await stage.address(), b"/\xff")
    assert await asyncio.wait_for(running, LIMIT_S) == 1
    assert "background_fault" in stage.written()
    assert stage.events[-2:] == ["close feed", "close store"]


async def test_a_signal_ends_waits_at_once_and_closes_in_reverse() -> None:
    stage = Stage()
    running = asyncio.create_task(run(stage.app))
    async with open_channel(await stage.address(), transport=PLAINTEXT) as channel:
        waiting = asyncio.ensure_future(unary(channel, "Wait")(StringValue(value="x"), timeout=30))
        await stage.waiting.wait()
        signal.raise_signal(signal.SIGTERM)
        # Told to end at once it answers; cut when the grace is over it would fail.
        assert (await waiting).value == "x"
    assert await asyncio.wait_for(running, LIMIT_S) == 0
    assert stage.events == [
        "open store",
        "open feed",
        "long poll ended",
        "background cancelled",
        "close feed",
        "close store",
    ]
    assert [event for event in stage.written() if event != "call"] == [
        "serving",
        "draining",
        "stopped",
    ]


async def test_who_watches_its_health_is_told_before_the_process_goes() -> None:
    stage = Stage()
    running = asyncio.create_task(run(stage.app))
    told: list[int] = []
    async with open_channel(await stage.address(), transport=PLAINTEXT) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        async for reply in stub.Watch(HealthCheckRequest(service="ready")):
            told.append(reply.status)
            if len(told) == 1:
                signal.raise_signal(signal.SIGTERM)
    assert await running == 0
    assert told == [HealthCheckResponse.SERVING, HealthCheckResponse.NOT_SERVING]


async def test_running_calls_end_and_new_ones_are_refused_while_draining() -> None:
    stage = Stage(grace_s=LIMIT_S)
    running = asyncio.create_task(run(stage.app))
    async with open_channel(await stage.address(), transport=PLAINTEXT) as channel:
        working = asyncio.ensure_future(
            unary(channel, "Work")(StringValue(value="x"), timeout=LIMIT_S)
        )
        await stage.waiting.wait()
        signal.raise_signal(signal.SIGTERM)
        await eventually(lambda: "draining" in stage.written())
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await unary(channel, "Work")(StringValue())
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert parse(caught.value).reason in {
            reasons.ERROR_REASON_DRAINING,
            reasons.ERROR_REASON_UNSPECIFIED,  # the listening socket was closed already
        }
        stage.release.set()
        assert (await working).value == "x"
    assert await running == 0
    assert stage.events.index("work done") < stage.events.index("close feed")


async def test_a_call_that_outlasts_the_grace_is_cut() -> None:
    stage = Stage(grace_s=0.1)
    running = asyncio.create_task(run(stage.app))
    async with open_channel(await stage.address(), transport=PLAINTEXT) as channel:
        working = asyncio.ensure_future(unary(channel, "Work")(StringValue(), timeout=30))
        await stage.waiting.wait()
        signal.raise_signal(signal.SIGTERM)
        assert await asyncio.wait_for(running, LIMIT_S) == 0
        with pytest.raises(grpc.aio.AioRpcError):
            await working
    assert "close store" in stage.events


async def test_a_second_signal_stops_at_once() -> None:
    stage = Stage(grace_s=2 * LIMIT_S)
    running = asyncio.create_task(run(stage.app))
    async with open_channel(await stage.address(), transport=PLAINTEXT) as channel:
        working = asyncio.ensure_future(unary(channel, "Work")(StringValue(), timeout=3 * LIMIT_S))
        await stage.waiting.wait()
        signal.raise_signal(signal.SIGTERM)
        await eventually(lambda: "draining" in stage.written())
        signal.raise_signal(signal.SIGINT)
        await asyncio.wait_for(running, LIMIT_S)
        with pytest.raises(grpc.aio.AioRpcError):
            await working


async def test_a_background_task_that_dies_ends_the_process_with_a_fault() -> None:
    stage = Stage()
    running = asyncio.create_task(run(stage.app))
    await stage.address()
    stage.break_background.set()
    assert await asyncio.wait_for(running, LIMIT_S) == 1
    assert stage.written()[-1] == "background_fault"
    assert stage.events[-1] == "close store"


async def test_a_signal_while_a_resource_is_still_opening_ends_the_process() -> None:
    stage = Stage()
    opening = asyncio.Event()

    async def open_for_ever(scope: Scope) -> Serving:
        await scope.stack.enter_async_context(stage.resource("store"))
        opening.set()
        await asyncio.Event().wait()
        raise AssertionError("never reached")

    app = App(
        name="stage",
        server=stage.app.server,
        open=open_for_ever,
        transport=PLAINTEXT,
        log=stage.app.log,
    )
    running = asyncio.create_task(run(app))
    await opening.wait()
    signal.raise_signal(signal.SIGTERM)
    assert await asyncio.wait_for(running, LIMIT_S) == 0
    assert stage.events == ["open store", "close store"]


async def test_a_resource_that_cannot_be_opened_closes_the_others_and_is_raised() -> None:
    stage = Stage()

    async def open_half(scope: Scope) -> Serving:
        await scope.stack.enter_async_context(stage.resource("store"))
        raise OSError("no such host")

    app = App(
        name="stage",
        server=stage.app.server,
        open=open_half,
        transport=PLAINTEXT,
        log=stage.app.log,
    )
    with pytest.raises(OSError, match="no such host"):
        await run(app)
    assert stage.events == ["open store", "close store"]


async def test_a_process_in_plaintext_says_so_before_it_serves() -> None:
    stage = Stage()
    running = asyncio.create_task(run(stage.app))
    await stage.address()
    assert stage.lines.calls[0].kwargs["event"] == "plaintext"
    assert stage.lines.calls[0].method_name == "warning"
    signal.raise_signal(signal.SIGTERM)
    assert await asyncio.wait_for(running, LIMIT_S) == 0
