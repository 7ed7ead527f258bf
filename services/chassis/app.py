"""The life of a process: open resources, serve, drain on SIGTERM, close in reverse."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import grpc
import structlog
from prometheus_client.registry import Collector
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock, SystemClock
from chassis.core_dumps import forbid_core_dumps
from chassis.health import Health, Probe
from chassis.interceptors import CallInterceptor, Doorkeeper
from chassis.logs import describe_fault
from chassis.metrics import CallMetrics, registry_of
from chassis.process import ProcessServicer, ProcessViews, readings, registration
from chassis.server import BoundServer, Registration, ServerSettings, assemble
from chassis.telemetry.call_log import Sampler
from chassis.telemetry.scrape import serve_metrics
from chassis.telemetry.settings import ObservabilitySettings
from chassis.telemetry.tracing import Tracer
from chassis.tls.transport import Transport
from chassis.tls.watch import certificate_reading, complain_of_plaintext, handshake_reading

# A store that hangs must not keep a process from ending.
_CLOSE_TIMEOUT_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What a process serves once its resources are open, to whom, and what it shows of itself.

    ProcessService, health and the metrics of calls come with every process; `collectors` are its own.
    """

    doorkeeper: Doorkeeper
    services: Sequence[Registration]
    ready: Mapping[str, Probe]
    named: Mapping[str, Mapping[str, Probe]] = field(default_factory=dict)
    views: ProcessViews = field(default_factory=ProcessViews)
    collectors: Sequence[Collector] = ()


class Scope:
    """What `open` builds on.

    Resources entered on `stack` are closed in reverse after the last call has ended. Long waits
    watch `draining` and return at once when it is set.
    """

    def __init__(self) -> None:
        self.stack = AsyncExitStack()
        self.draining = asyncio.Event()
        self._broken: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()

    def spawn(self, work: Coroutine[Any, Any, None], *, task_name: str) -> asyncio.Task[None]:
        """Run `work` beside the server; it is cancelled before anything opened earlier is closed.

        If it raises, the process drains and ends with code 1, for its supervisor to start afresh: a
        process whose follower or feed has died must not go on looking healthy.
        """
        task = asyncio.create_task(work, name=task_name)
        task.add_done_callback(self._note_end)
        self.stack.push_async_callback(_cancel, task)
        return task

    async def broken(self) -> BaseException:
        """Wait until a spawned task raises, and return what it raised."""
        return await asyncio.shield(self._broken)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and not self._broken.done():
            self._broken.set_result(error)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One process.

    `open` opens resources in order on its Scope and returns what to serve. `grace_s` bounds the
    draining: calls still running then are cut.
    """

    name: str
    server: ServerSettings
    open: Callable[[Scope], Awaitable[Serving]]
    transport: Transport
    grace_s: float = 10.0
    observability: ObservabilitySettings = field(default_factory=ObservabilitySettings)
    clock: Clock = field(default_factory=SystemClock)
    sampler: Sampler = field(default_factory=Sampler)
    log: FilteringBoundLogger = field(default_factory=structlog.get_logger)


async def run(app: App) -> int:
    """Serve until SIGTERM or SIGINT; a second signal cuts everything off. Returns the exit code.

    Order at the end: health NOT_SERVING, `draining` set (waits end), no new calls, running calls
    end or are cut after `grace_s`, resources close in reverse.
    """
    forbid_core_dumps()
    signals = _Signals()
    scope = Scope()
    fault: BaseException | None = None
    try:
        if app.transport.is_plaintext:
            scope.spawn(complain_of_plaintext(app.log), task_name="plaintext")
        tracer = await _open_tracer(app, scope)
        serving = await _open(app, scope, signals)
        if serving is None:
            return 0
        health = Health(
            ready=serving.ready,
            named=serving.named,
            services=[service.full_name for service in serving.services],
            log=app.log,
        )
        metrics = CallMetrics()
        bound = _assemble(app, scope, serving, health, metrics, tracer)
        await _serve_metrics(app, scope, serving, health, metrics)
        await health.poll()
        scope.spawn(health.run(), task_name="health")
        await bound.server.start()
        # Where gRPC itself gave the server up, the process ends for its supervisor to start it afresh.
        scope.spawn(_served(bound.server), task_name="server")
        app.log.info("serving", address=_address(app.server.address, bound.port))
        fault = await _until_ended(signals, scope)
        app.log.info("draining", grace_s=app.grace_s)
        health.drain()
        scope.draining.set()
        await _stop(bound.server, app.grace_s, signals)
    finally:
        await _close(app, scope, signals)
        signals.remove()
    if fault is not None:
        app.log.error("background_fault", fault=describe_fault(fault))
        return 1
    app.log.info("stopped")
    return 0


class _Signals:
    """SIGTERM and SIGINT as two events: the first asks to drain, the second to stop at once."""

    def __init__(self) -> None:
        self.first = asyncio.Event()
        self.second = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._receive)

    def remove(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.remove_signal_handler(number)

    def _receive(self) -> None:
        (self.second if self.first.is_set() else self.first).set()


async def _open(app: App, scope: Scope, signals: _Signals) -> Serving | None:
    """Open the resources; None if a signal came first (a store may be waited for)."""
    opening = asyncio.ensure_future(app.open(scope))
    asked = asyncio.create_task(signals.first.wait())
    await asyncio.wait((opening, asked), return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if opening.done():
        return opening.result()
    opening.cancel()
    await asyncio.wait((opening,))
    return None


async def _open_tracer(app: App, scope: Scope) -> Tracer | None:
    endpoint = app.observability.trace_endpoint
    if not endpoint:
        return None
    # OpenTelemetry takes a third of a second to load, and most processes never send a span.
    from chassis.telemetry.otlp import open_tracer  # noqa: PLC0415

    return await scope.stack.enter_async_context(open_tracer(service=app.name, endpoint=endpoint))


async def _serve_metrics(
    app: App, scope: Scope, serving: Serving, health: Health, metrics: CallMetrics
) -> None:
    listen = app.observability.metrics_listen
    if not listen:
        return
    shown = readings(health=health, views=serving.views, clock=app.clock)
    of_tls = (certificate_reading(app.transport, app.clock), handshake_reading(app.transport))
    registry = registry_of((metrics, *shown, *of_tls, *serving.collectors))
    address = await scope.stack.enter_async_context(
        serve_metrics(
            listen, registry, transport=app.transport, may_read=serving.doorkeeper.lets_scrape
        )
    )
    app.log.info("serving_metrics", address=address)


def _assemble(
    app: App,
    scope: Scope,
    serving: Serving,
    health: Health,
    metrics: CallMetrics,
    tracer: Tracer | None,
) -> BoundServer:
    interceptor = CallInterceptor(
        clock=app.clock,
        draining=scope.draining,
        doorkeeper=serving.doorkeeper,
        sampler=app.sampler,
        metrics=metrics,
        tracer=tracer,
        log=app.log,
    )
    process = ProcessServicer(service=app.name, health=health, views=serving.views, clock=app.clock)
    return assemble(
        app.server,
        services=[*serving.services, registration(process)],
        health=health,
        interceptors=[interceptor],
        transport=app.transport,
        unserved=interceptor.unserved(),
    )


async def _served(server: grpc.aio.Server) -> None:
    """Wait until the server has stopped. Raises what ended it, if nobody stopped it."""
    await server.wait_for_termination()


async def _until_ended(signals: _Signals, scope: Scope) -> BaseException | None:
    """Wait for the first signal or a background fault; return the fault, if that came first."""
    asked = asyncio.create_task(signals.first.wait())
    broken = asyncio.create_task(scope.broken())
    await asyncio.wait((asked, broken), return_when=asyncio.FIRST_COMPLETED)
    fault = broken.result() if broken.done() else None
    for task in (asked, broken):
        task.cancel()
    return fault


async def _stop(server: grpc.aio.Server, grace_s: float, signals: _Signals) -> None:
    stopping = asyncio.create_task(server.stop(grace_s))
    hurried = asyncio.create_task(signals.second.wait())
    await asyncio.wait((stopping, hurried), return_when=asyncio.FIRST_COMPLETED)
    hurried.cancel()
    if not stopping.done():
        await server.stop(None)
    await stopping


async def _close(app: App, scope: Scope, signals: _Signals) -> None:
    closing = asyncio.create_task(scope.stack.aclose())
    hurried = asyncio.create_task(signals.second.wait())
    await asyncio.wait(
        (closing, hurried), timeout=_CLOSE_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED
    )
    hurried.cancel()
    if not closing.done():
        app.log.warning("close_cut", timeout_s=_CLOSE_TIMEOUT_S)
        closing.cancel()
        return
    closing.result()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,))


def _address(asked: str, port: int) -> str:
    return asked if port == 0 else f"{asked.rsplit(':', 1)[0]}:{port}"
