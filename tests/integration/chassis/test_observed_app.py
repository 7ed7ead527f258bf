"""What every process shows of itself: ProcessService, metrics and, where asked for, traces."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import structlog
from google.protobuf.wrappers_pb2 import StringValue
from structlog.testing import CapturingLogger

from chassis.app import App, Scope, Serving, run
from chassis.client import open_channel
from chassis.metrics import gauge
from chassis.server import ServerSettings
from chassis.telemetry.settings import ObservabilitySettings
from chassis.tls.transport import PLAINTEXT
from chassis.version import VERSION
from courtlist.process.v1 import process_service_pb2 as pb
from courtlist.process.v1 import process_service_pb2_grpc
from tests.eventually import LIMIT_S, eventually
from tests.fakes.collector import collecting
from tests.integration.chassis.loopback import SERVICE, OpenHouse, registration, unary
from tests.integration.chassis.test_scrape import ask


@dataclass
class Running:
    channel: grpc.aio.Channel
    metrics: str


@asynccontextmanager
async def running(settings: ObservabilitySettings) -> AsyncIterator[Running]:
    """An App in this process with one method and one metric of its own, until the block ends."""
    lines = CapturingLogger()

    async def echo(request: StringValue, _: Any) -> StringValue:
        return request

    async def fail(_: StringValue, __: Any) -> StringValue:
        raise RuntimeError

    async def open_resources(_: Scope) -> Serving:
        return Serving(
            doorkeeper=OpenHouse(),
            services=[registration({"Echo": echo, "Fail": fail})],
            ready={},
            collectors=[gauge("index_documents", "Documents", lambda: 3.0)],
        )

    app = App(
        name="stage",
        server=ServerSettings(address="127.0.0.1:0"),
        open=open_resources,
        transport=PLAINTEXT,
        observability=settings,
        log=structlog.wrap_logger(lines, processors=[lambda _, __, event: ((), event)]),
    )
    process = asyncio.create_task(run(app))

    def address(event: str) -> str:
        said = [one.kwargs["address"] for one in lines.calls if one.kwargs["event"] == event]
        return str(said[0]) if said else ""

    await eventually(lambda: bool(address("serving")))
    async with open_channel(address("serving"), transport=PLAINTEXT) as channel:
        yield Running(channel, address("serving_metrics"))
    signal.raise_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process, LIMIT_S) == 0


async def test_every_process_says_how_it_is() -> None:
    async with running(ObservabilitySettings()) as process:
        stub: Any = process_service_pb2_grpc.ProcessServiceStub(process.channel)
        answer = await stub.GetProcess(pb.GetProcessRequest())
        assert process.metrics == ""
    assert (answer.service, answer.version) == ("stage", VERSION)
    assert [one.check for one in answer.checks] == ["ready"]


async def test_every_process_counts_its_calls_and_shows_its_own_metrics() -> None:
    async with running(ObservabilitySettings(metrics_listen="127.0.0.1:0")) as process:
        for method in ("Echo", "Echo", "Fail", "NoSuchMethod"):
            try:
                await unary(process.channel, method)(StringValue(value="x"))
            except grpc.aio.AioRpcError:
                continue
        status, _, text = await ask(process.metrics, "GET", "/metrics")
    assert status == 200
    assert f'rpc_duration_seconds_count{{rpc="{SERVICE}/Echo",status="OK"}} 2.0' in text
    assert f'rpc_duration_seconds_count{{rpc="{SERVICE}/Fail",status="INTERNAL"}} 1.0' in text
    assert "courtlist_index_documents 3.0" in text
    # A caller makes up no label: a method that is not served is not counted by name.
    assert "NoSuchMethod" not in text


async def test_spans_that_are_not_sent_yet_are_sent_when_the_process_ends() -> None:
    async with collecting() as (collector, endpoint):
        async with running(ObservabilitySettings(trace_endpoint=endpoint)) as process:
            await unary(process.channel, "Echo")(StringValue(value="x"))
        assert [(one.service, one.name) for one in collector.spans] == [
            ("courtlist-stage", f"{SERVICE}/Echo")
        ]
