"""Spans to an OpenTelemetry collector. Imported only where one is named: it is slow to load."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import grpc
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from chassis.telemetry.tracing import TRACEPARENT_HEADER, Span, may_hold_a_number
from chassis.version import VERSION

# A collector that hangs must not keep a process from ending; spans are no records.
_EXPORT_TIMEOUT_S: Final = 2.0

# What is a fault of the server's by OpenTelemetry's conventions; the others are answers.
_FAULTS: Final = frozenset(
    {
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DATA_LOSS,
    }
)


@asynccontextmanager
async def open_tracer(*, service: str, endpoint: str) -> AsyncIterator["OtlpTracer"]:
    """A tracer that sends to `endpoint` (`http://host:4317`) in batches, from a thread of its own.

    What share of traces is kept is told by OpenTelemetry's own OTEL_TRACES_SAMPLER.
    """
    exporter = OTLPSpanExporter(
        endpoint=endpoint, insecure=endpoint.startswith("http://"), timeout=_EXPORT_TIMEOUT_S
    )
    provider = TracerProvider(
        resource=Resource({"service.name": f"courtlist-{service}", "service.version": VERSION}),
        shutdown_on_exit=False,
        id_generator=NobodysIds(),
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield OtlpTracer(provider)
    finally:
        await asyncio.to_thread(provider.shutdown)


class NobodysIds(RandomIdGenerator):
    """Ids that no peer of ours takes for one that could hold a number (`chassis.telemetry.tracing`)."""

    def generate_trace_id(self) -> int:
        """128 random bits; of a hundred one or two are thrown again."""
        while may_hold_a_number(trace.format_trace_id(made := super().generate_trace_id())):
            pass
        return made

    def generate_span_id(self) -> int:
        """64 random bits."""
        while may_hold_a_number(trace.format_span_id(made := super().generate_span_id())):
            pass
        return made


class OtlpTracer:
    """Makes spans whose attributes are closed sets: the RPC, its status, the reason of an error."""

    def __init__(self, provider: trace.TracerProvider) -> None:
        self._tracer = provider.get_tracer("courtlist", VERSION)
        self._propagator = TraceContextTextMapPropagator()

    def begin(self, method: str, traceparent: str | None) -> Span:
        """A span for a call of `method`, within the caller's trace if it names one."""
        carrier = {} if traceparent is None else {TRACEPARENT_HEADER: traceparent}
        rpc = method.removeprefix("/")
        service, _, name = rpc.partition("/")
        return _OtlpSpan(
            self._tracer.start_span(
                rpc,
                context=self._propagator.extract(carrier),
                kind=trace.SpanKind.SERVER,
                attributes={"rpc.system": "grpc", "rpc.service": service, "rpc.method": name},
            )
        )


class _OtlpSpan:
    """A span that is ended by hand: an exception's text never enters it."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        context = span.get_span_context()
        self.trace_id = trace.format_trace_id(context.trace_id)
        self.traceparent = (
            f"00-{self.trace_id}-{trace.format_span_id(context.span_id)}-{context.trace_flags:02x}"
        )

    def end(self, code: grpc.StatusCode, reason: str) -> None:
        """Note how the call was answered, and hand the span over."""
        self._span.set_attribute("rpc.grpc.status_code", code.value[0])
        if reason:
            self._span.set_attribute("courtlist.reason", reason)
        if code in _FAULTS:
            self._span.set_status(trace.StatusCode.ERROR)
        self._span.end()
