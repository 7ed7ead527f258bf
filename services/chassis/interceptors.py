"""What surrounds every call: its id and trace, the draining refusal, the doorkeeper, error mapping, one
log line and its count.

One interceptor does all of it: each further layer would cost every call a coroutine of its own.
"""

import asyncio
import inspect
import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from functools import partial
from typing import Any, Final, Protocol

import grpc
import structlog
from google.protobuf.message import DecodeError
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from chassis.errors import RemoteError, ServiceError
from chassis.limits import CALL_ID_CHARS_MAX
from chassis.logs import describe_fault
from chassis.metrics import CallMetrics, RpcMetrics
from chassis.telemetry.call_log import CallLog, Sampler, open_call_log
from chassis.telemetry.tracing import (
    TRACEPARENT_HEADER,
    Span,
    Tracer,
    set_running_traceparent,
    well_formed,
)
from chassis.wire.call_id import CALL_ID_HEADER, set_running_call_id
from chassis.wire.enduring_server import UNSERVED, Unserved, refuse_unserved
from chassis.wire.status import to_status, to_trailers
from courtlist.error.v1 import error_reason_pb2 as reasons

# Asked every second by supervisors; answered while draining, and never worth a line.
_INFRASTRUCTURE: Final = ("/grpc.health.v1.", "/grpc.reflection.")
# An id goes into logs and on to peers: a UUID or other hexadecimal digits. One in which 15 figures stand in a
# row could hold somebody's number: it is not taken over.
_CALL_ID: Final = re.compile(
    rf"[0-9a-fA-F]{{8}}(?:-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}}"
    rf"|(?!.*[0-9]{{15}})[0-9a-fA-F]{{16,{CALL_ID_CHARS_MAX}}}"
)
# How soon a caller may try again: its channel finds another replica, or this one restarted.
_DRAIN_RETRY_AFTER_S: Final = 0.2

Door = Callable[[Any, Any], Awaitable[None]]
Context = Any  # grpc.aio.ServicerContext; its stubs ask for message types that differ per method


class Doorkeeper(Protocol):
    """Decides who may make a call, before anything of it is done."""

    def door(self, method: str) -> Door:
        """What is asked with the request and context of every call of `method`; made once a method.

        It raises ServiceError where the call is refused.
        """
        ...

    def lets_scrape(self, uri: str) -> bool:
        """Whether a peer whose certificate has this URI may read the process's metrics."""
        ...


async def _open_door(request: Any, context: Context) -> None:
    """Lets everybody in: for servers of which a test asks nothing else."""


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Wraps every method of a server; `unserved` answers calls of any other.

    Without a `doorkeeper` everybody is let in; `app.run` never leaves it out.
    `draining` is set once shutdown begins: calls that arrive later are answered UNAVAILABLE with
    reason DRAINING, those already running go on. A call's id comes from the header `x-request-id`
    if it is a UUID or hexadecimal, else it is new; it is bound as `call_id` in structlog's context (the
    `request_id` field of a write is another thing: it makes a repetition harmless). Without a
    `tracer` the caller's `traceparent` is handed on to peers as it came.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        draining: asyncio.Event,
        doorkeeper: Doorkeeper | None = None,
        sampler: Sampler | None = None,
        metrics: CallMetrics | None = None,
        tracer: Tracer | None = None,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._clock = clock
        self._draining = draining
        self._doorkeeper = doorkeeper
        self._sampler = sampler or Sampler()
        self._metrics = metrics or CallMetrics()
        self._tracer = tracer
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        # Random once a process: a random id for each call would cost more than a clear check.
        process = clock.uuid().hex[-12:]
        # The letter keeps figures apart, so that a peer takes the id for none that holds a number.
        self._ids = (f"{process}c{number:011x}" for number in itertools.count(1))
        # By method: the handler as registered and its wrapping, made once; only known methods get in.
        self._wrapped: dict[str, tuple[Any, Any]] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Return the method's handler with its behaviour wrapped."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None:
            return None
        known = self._wrapped.get(method)
        if known is None or known[0] is not handler:
            asked_by_supervisors = method.startswith(_INFRASTRUCTURE)
            wrap = self._wrap_unreadable if asked_by_supervisors else self._wrap_handler
            known = (handler, wrap(method, handler))
            self._wrapped[method] = known
        return known[1]

    def _wrap_unreadable(self, method: str, handler: Any) -> Any:
        """Only what cannot be read goes the way of every call; of a stream it is an empty message."""
        codec = {"response_serializer": handler.response_serializer}
        read = handler.request_deserializer
        if handler.stream_stream is not None:
            return grpc.stream_stream_rpc_method_handler(
                handler.stream_stream, request_deserializer=_or_empty(read), **codec
            )
        codec["request_deserializer"] = _forgiving(read)
        behaviour = handler.unary_unary or handler.unary_stream

        def answering(request: Any) -> Callable[..., Any]:
            is_read = not isinstance(request, _Unreadable)
            return behaviour if is_read else self._wrap(method, behaviour, self._door(method))

        async def unary(request: Any, context: Context) -> Any:
            return await answering(request)(request, context)

        async def stream(request: Any, context: Context) -> AsyncIterator[Any]:
            async with aclosing(answering(request)(request, context)) as replies:
                async for reply in replies:
                    yield reply

        if handler.unary_unary is not None:
            return grpc.unary_unary_rpc_method_handler(unary, **codec)
        return grpc.unary_stream_rpc_method_handler(stream, **codec)

    def _wrap_handler(self, method: str, handler: Any) -> Any:
        for kind, make in _HANDLERS.items():
            behaviour = getattr(handler, kind)
            if behaviour is not None:
                return make(
                    self._wrap(method, behaviour, self._door(method)),
                    request_deserializer=_forgiving(handler.request_deserializer)
                    if kind.startswith("unary_")
                    else handler.request_deserializer,
                    response_serializer=handler.response_serializer,
                )
        return handler

    def unserved(self) -> Unserved:
        """What answers calls of no method, with a line that says whose it is and not what she called."""
        door = self._door(UNSERVED)

        async def look(request: Any, context: Context) -> None:
            # It would be refused to everybody: what it is answered is known already.
            with suppress(ServiceError):
                await door(request, context)

        async def refuse(_: Any, context: Context) -> None:
            await refuse_unserved(context)

        answer = self._wrap(UNSERVED, refuse, look)
        return partial(answer, None)

    def _door(self, method: str) -> Door:
        return _open_door if self._doorkeeper is None else self._doorkeeper.door(method)

    def _wrap(self, method: str, behaviour: Callable[..., Any], door: Door) -> Callable[..., Any]:
        metrics = self._metrics.of(method)
        if inspect.isasyncgenfunction(behaviour):

            async def stream(request: Any, context: Context) -> AsyncIterator[Any]:
                call = self._open(method, metrics, context)
                try:
                    self._refuse_if_draining()
                    await _admit(door, request, context)
                    async with aclosing(behaviour(request, context)) as replies:
                        async for reply in replies:
                            yield reply
                    call.code = grpc.StatusCode.OK
                except BaseException as error:  # noqa: BLE001 - every outcome is mapped or re-raised
                    await self._fail(call, context, error)
                finally:
                    self._close(call)

            return stream

        async def unary(request: Any, context: Context) -> Any:
            call = self._open(method, metrics, context)
            try:
                self._refuse_if_draining()
                await _admit(door, request, context)
                reply = await behaviour(request, context)
                call.code = context.code() or grpc.StatusCode.OK
                return reply
            except BaseException as error:  # noqa: BLE001 - every outcome is mapped or re-raised
                await self._fail(call, context, error)
            finally:
                self._close(call)

        return unary

    def _open(self, method: str, metrics: RpcMetrics, context: Context) -> "_Call":
        call_id, traceparent = _headers(context)
        call = _Call(method, metrics, self._clock.monotonic(), open_call_log())
        call_id = call_id or next(self._ids)
        set_running_call_id(call_id)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(call_id=call_id)
        if self._tracer is not None:
            call.span = self._tracer.begin(method, traceparent)
            traceparent = call.span.traceparent
            structlog.contextvars.bind_contextvars(trace_id=call.span.trace_id)
        set_running_traceparent(traceparent)
        return call

    def _refuse_if_draining(self) -> None:
        if self._draining.is_set():
            raise ServiceError(
                reasons.ERROR_REASON_DRAINING,
                "this process is shutting down; repeat the call, another takes it",
                retry_after_s=_DRAIN_RETRY_AFTER_S,
            )

    async def _fail(self, call: "_Call", context: Context, error: BaseException) -> None:
        """Answer `error` by aborting the call; always raises."""
        if isinstance(error, grpc.aio.AbortError):
            call.code = context.code()
            raise error
        if isinstance(error, (asyncio.CancelledError, GeneratorExit)):
            call.code = grpc.StatusCode.CANCELLED
            raise error
        if not isinstance(error, Exception):
            raise error
        # A peer's answer speaks of our request to it: unmapped, it is a fault of ours.
        if isinstance(error, ServiceError) and not isinstance(error, RemoteError):
            answer = error
        else:
            answer = self._internal_fault(call, error)
        call.code = answer.code
        call.line.routine = False
        call.line.fields["reason"] = answer.reason_name
        status = to_status(answer)
        await context.abort(answer.code, status.message, to_trailers(status))

    def _internal_fault(self, call: "_Call", error: Exception) -> ServiceError:
        error_id = str(self._clock.uuid())
        self._log.error(
            "internal_fault", method=call.method, error_id=error_id, fault=describe_fault(error)
        )
        call.line.fields["error_id"] = error_id
        return ServiceError(
            reasons.ERROR_REASON_INTERNAL_FAULT,
            f"a fault of this service; give the operator the error id {error_id}",
            metadata={"error_id": error_id},
        )

    def _close(self, call: "_Call") -> None:
        fields = call.line.fields
        duration_s = self._clock.monotonic() - call.started_s
        call.metrics.note(call.code, duration_s)
        if call.span is not None:
            call.span.end(call.code, fields.get("reason", ""))
        if call.line.routine:
            count = self._sampler.pick(call.method)
            if count is None:
                return
            fields["routine_count"] = count
        self._log.info(
            "call",
            method=call.method,
            code=call.code.name,
            duration_ms=round(duration_s * 1000, 3),
            **fields,
        )


class _Unreadable:
    """Stands for bytes that are no message of the RPC's: whoever sent them is asked for first."""

    __slots__ = ("empty",)

    def __init__(self, empty: Any) -> None:
        self.empty = empty


def _forgiving(read: Callable[[bytes], Any] | None) -> Callable[[bytes], Any] | None:
    """Reads a request, or notes that it cannot be read.

    What gRPC's server cannot read it answers itself, with UNKNOWN: before anybody asks who calls, without
    a line or a count.
    """
    if read is None:
        return None

    def read_or_note(content: bytes) -> Any:
        try:
            return read(content)
        except DecodeError:
            return _Unreadable(read(b""))

    return read_or_note


def _or_empty(read: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Reads a message of a stream; what cannot be read is one that says nothing."""

    def read_or_empty(content: bytes) -> Any:
        try:
            return read(content)
        except DecodeError:
            return read(b"")

    return read_or_empty


async def _admit(door: Door, request: Any, context: Context) -> None:
    """Ask the door. Raises ServiceError where it refuses, and INVALID_REQUEST for what is no message."""
    if not isinstance(request, _Unreadable):
        await door(request, context)
        return
    await door(request.empty, context)
    raise ServiceError(
        reasons.ERROR_REASON_INVALID_REQUEST,
        "these bytes are not the message that this RPC takes; write it with code generated from the protos",
    )


class _Call:
    """One running call: where it started and how it ended."""

    __slots__ = ("code", "line", "method", "metrics", "span", "started_s")

    def __init__(self, method: str, metrics: RpcMetrics, started_s: float, line: CallLog) -> None:
        self.method = method
        self.metrics = metrics
        self.started_s = started_s
        self.line = line
        self.code: grpc.StatusCode = grpc.StatusCode.UNKNOWN
        self.span: Span | None = None


_HANDLERS: Final[dict[str, Callable[..., Any]]] = {
    "unary_unary": grpc.unary_unary_rpc_method_handler,
    "unary_stream": grpc.unary_stream_rpc_method_handler,
    "stream_unary": grpc.stream_unary_rpc_method_handler,
    "stream_stream": grpc.stream_stream_rpc_method_handler,
}


def _headers(context: Context) -> tuple[str | None, str | None]:
    """The caller's id for the call and its traceparent, where they are well formed."""
    call_id = traceparent = None
    for key, value in context.invocation_metadata() or ():
        if key == CALL_ID_HEADER and isinstance(value, str) and _CALL_ID.fullmatch(value):
            call_id = value
        elif key == TRACEPARENT_HEADER:
            traceparent = well_formed(value)
    return call_id, traceparent
