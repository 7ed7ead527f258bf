"""A collector of traces: a real gRPC server that keeps what OpenTelemetry's exporter sends it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as pb
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc


@dataclass(frozen=True)
class Collected:
    """One span; ids in hexadecimal, empty where there is no parent."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: Mapping[str, str | int]
    is_error: bool


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Keeps every span, and every request as it came."""

    def __init__(self) -> None:
        self.spans: list[Collected] = []
        self.exports: list[bytes] = []

    async def Export(self, request: Any, _: Any) -> Any:  # noqa: N802 - the method's name
        """What the exporter calls."""
        self.exports.append(request.SerializeToString())
        for resource in request.resource_spans:
            about = _values(resource.resource.attributes)
            for scope in resource.scope_spans:
                self.spans += [_collected(str(about["service.name"]), one) for one in scope.spans]
        return pb.ExportTraceServiceResponse()


@asynccontextmanager
async def collecting() -> AsyncIterator[tuple[Collector, str]]:
    """The collector and its endpoint."""
    collector, server = Collector(), grpc.aio.server()
    add: Any = trace_service_pb2_grpc.add_TraceServiceServicer_to_server
    add(collector, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield collector, f"http://127.0.0.1:{port}"
    finally:
        await server.stop(None)


def _collected(service: str, span: Any) -> Collected:
    return Collected(
        service=service,
        name=span.name,
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        attributes=_values(span.attributes),
        is_error=span.status.code == span.status.STATUS_CODE_ERROR,
    )


def _values(attributes: Any) -> dict[str, str | int]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}
