"""Traces from one of our servers to the next, and to a collector that speaks OTLP."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from structlog.testing import CapturingLogger

from chassis.errors import RemoteError, ServiceError
from chassis.telemetry.otlp import open_tracer
from chassis.wire.status import parse
from courtlist.error.v1 import error_reason_pb2 as reasons
from tests.eventually import LIMIT_S
from tests.fakes.collector import Collected, Collector, collecting
from tests.integration.chassis.loopback import SERVICE, Loopback, registration, serving, unary

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{CALLER}-01"
NUMBER = "000000199001010000"


def headers(context: Any) -> dict[str, Any]:
    return dict(context.invocation_metadata())


async def show(_: StringValue, context: Any) -> StringValue:
    return StringValue(value=str(headers(context).get("traceparent", "")))


def asking(peer: Loopback) -> Any:
    async def ask(request: StringValue, _: Any) -> StringValue:
        reply: StringValue = await unary(peer.channel, "Show")(request)
        return reply

    async def fail(_: StringValue, __: Any) -> StringValue:
        raise ValueError(f"{NUMBER} is no number of ours")

    async def refuse(_: StringValue, __: Any) -> StringValue:
        raise ServiceError(reasons.ERROR_REASON_STATE_CHANGED, "read the record again")

    return registration({"Ask": ask, "Fail": fail, "Refuse": refuse})


@pytest.fixture
async def collector() -> AsyncIterator[tuple[Collector, str]]:
    async with collecting() as one:
        yield one


async def asked(
    front: Loopback, method: str = "Ask", *, traceparent: str | None = TRACEPARENT, **more: str
) -> str | RemoteError:
    given = {**({} if traceparent is None else {"traceparent": traceparent}), **more}
    try:
        return await front.call(method, metadata=tuple(given.items()))
    except grpc.aio.AioRpcError as error:
        return parse(error)


def by_name(collector: Collector) -> dict[str, Collected]:
    return {one.name.rpartition("/")[2]: one for one in collector.spans}


async def test_without_a_collector_the_callers_trace_is_handed_on_as_it_came(log: Any) -> None:
    async with (
        serving(registration({"Show": show}), log=log) as peer,
        serving(asking(peer), log=log) as front,
    ):
        assert await asked(front) == TRACEPARENT
        assert await asked(front, traceparent="00-of-my-own-making") == ""
        assert await asked(front, traceparent=None) == ""


async def test_calls_along_a_chain_are_spans_of_one_trace(
    log: Any, collector: tuple[Collector, str]
) -> None:
    collected, endpoint = collector
    async with (
        open_tracer(service="peer", endpoint=endpoint) as peers,
        open_tracer(service="front", endpoint=endpoint) as fronts,
        serving(registration({"Show": show}), log=log, tracer=peers) as peer,
        serving(asking(peer), log=log, tracer=fronts) as front,
    ):
        carried = await asked(front)
    spans = by_name(collected)
    assert {one.trace_id for one in spans.values()} == {TRACE}
    assert spans["Ask"].parent_id == CALLER
    assert spans["Show"].parent_id == spans["Ask"].span_id
    assert carried == f"00-{TRACE}-{spans['Ask'].span_id}-01"
    assert (spans["Ask"].service, spans["Show"].service) == ("courtlist-front", "courtlist-peer")
    assert spans["Ask"].attributes == {
        "rpc.system": "grpc",
        "rpc.service": SERVICE,
        "rpc.method": "Ask",
        "rpc.grpc.status_code": 0,
    }


async def test_a_call_without_a_trace_begins_one_and_its_line_says_which(
    log: Any, lines: CapturingLogger, collector: tuple[Collector, str]
) -> None:
    collected, endpoint = collector
    async with (
        open_tracer(service="front", endpoint=endpoint) as tracer,
        serving(registration({"Show": show}), log=log, tracer=tracer) as front,
    ):
        assert await front.call("Show") == ""
    [span] = collected.spans
    assert span.parent_id == ""
    [line] = [call.kwargs for call in lines.calls if call.kwargs["event"] == "call"]
    assert line["trace_id"] == span.trace_id


async def test_how_a_call_failed_is_said_without_its_words(
    log: Any, collector: tuple[Collector, str]
) -> None:
    collected, endpoint = collector
    async with (
        serving(registration({"Show": show}), log=log) as peer,
        open_tracer(service="front", endpoint=endpoint) as tracer,
        serving(asking(peer), log=log, tracer=tracer) as front,
    ):
        assert isinstance(await asked(front, "Fail", **{"x-request-id": NUMBER}), RemoteError)
        assert isinstance(await asked(front, "Refuse", tracestate=f"x={NUMBER}"), RemoteError)
    spans = by_name(collected)
    assert spans["Fail"].is_error
    assert spans["Fail"].attributes["courtlist.reason"] == "INTERNAL_FAULT"
    assert not spans["Refuse"].is_error
    assert spans["Refuse"].attributes["courtlist.reason"] == "STATE_CHANGED"
    assert spans["Refuse"].attributes["rpc.grpc.status_code"] == grpc.StatusCode.ABORTED.value[0]
    assert NUMBER.encode() not in b"".join(collected.exports)


async def test_a_collector_that_is_away_costs_calls_nothing(log: Any) -> None:
    async with (
        open_tracer(service="front", endpoint="http://127.0.0.1:1") as tracer,
        serving(registration({"Show": show}), log=log, tracer=tracer) as front,
    ):
        assert await front.call("Show", timeout=LIMIT_S) == ""
