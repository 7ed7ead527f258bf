"""grpc.health.v1, driven by real probes.

live              this process answers: its event loop turns. Depends on nothing outside it, so
                  that an outage of a store never makes a supervisor kill every process.
ready, "", and    every ready-probe passed at the last poll: send work here.
each service name
any further name  its own probes, e.g. `fresh`; readiness does not depend on it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import grpc
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc
from structlog.typing import FilteringBoundLogger

from chassis.errors import ServiceError
from chassis.limits import HEALTH_WATCHES_MAX, HEALTH_WATCHES_OF_ONE_MAX
from chassis.logs import describe_fault

# Returns if all is well, raises if not; its timeout is the poller's business.
Probe = Callable[[], Awaitable[None]]
Status: TypeAlias = int  # a number of health_pb2.HealthCheckResponse.ServingStatus

# Its types are of a release that had no List.
_UNTYPED: Final[Any] = health_pb2

LIVE: Final = "live"
READY: Final = "ready"

SERVING: Final = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING: Final = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICE_UNKNOWN: Final = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


class Health(health_pb2_grpc.HealthServicer):
    """Polls probes and answers Check and Watch from the last poll.

    Everything is NOT_SERVING until the first poll. A probe that raises, or takes longer than
    `timeout_s`, turns its names NOT_SERVING at that poll, and a good one turns them back.
    """

    def __init__(
        self,
        *,
        ready: Mapping[str, Probe],
        named: Mapping[str, Mapping[str, Probe]] | None = None,
        services: Sequence[str] = (),
        interval_s: float = 1.0,
        timeout_s: float = 0.8,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        assert timeout_s < interval_s, "a probe that hangs must not delay the next poll"
        self._groups: dict[str, Mapping[str, Probe]] = {READY: ready, **(named or {})}
        assert LIVE not in self._groups
        self._aliases = ("", *services)
        self._interval_s = interval_s
        self._timeout_s = timeout_s
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._statuses: dict[str, Status] = dict.fromkeys(
            (*self._groups, *self._aliases, LIVE), NOT_SERVING
        )
        self._failing: set[str] = set()
        self._passing: set[str] = set()
        self._running: dict[str, asyncio.Future[None]] = {}
        self._changed = asyncio.Event()
        self._draining = False
        self._watches: Counter[tuple[bytes, ...]] = Counter()

    def status(self, name: str) -> Status:
        """The status of `name` at the last poll; SERVICE_UNKNOWN for a name never registered."""
        return self._statuses.get(name, SERVICE_UNKNOWN)

    @property
    def checks(self) -> Mapping[str, bool]:
        """Each group of probes (`ready`, ...) and each probe (`ready/postgres`) at the last poll."""
        held = {group: self._statuses[group] == SERVING for group in self._groups}
        for group, probes in self._groups.items():
            held |= {name: name in self._passing for name in (f"{group}/{one}" for one in probes)}
        return held

    async def poll(self) -> None:
        """Run every probe once, all at the same time, and set the statuses."""
        results = await asyncio.gather(
            *(self._all_pass(group, probes) for group, probes in self._groups.items())
        )
        for group, good in zip(self._groups, results, strict=True):
            self._set(group, good=good and not self._draining)
        for alias in self._aliases:
            self._set(alias, good=self._statuses[READY] == SERVING)
        self._set(LIVE, good=True)

    async def run(self) -> None:
        """Poll every `interval_s` until cancelled."""
        while True:
            started_s = asyncio.get_running_loop().time()
            await self.poll()
            elapsed_s = asyncio.get_running_loop().time() - started_s
            await asyncio.sleep(max(0.0, self._interval_s - elapsed_s))

    def drain(self) -> None:
        """Turn everything but `live` NOT_SERVING for good, and end every Watch.

        `live` stays: a process that finishes its calls must not be killed for being on its way out.
        """
        self._draining = True
        for name in self._statuses:
            if name != LIVE:
                self._set(name, good=False)
        self._wake()

    async def Check(  # noqa: N802 - the method's name in health.proto
        self, request: health_pb2.HealthCheckRequest, context: Any
    ) -> health_pb2.HealthCheckResponse:
        """The status of one name; NOT_FOUND for a name never registered."""
        status = self.status(request.service)
        if status == SERVICE_UNKNOWN:
            await context.abort(
                grpc.StatusCode.NOT_FOUND, "no such health name; try live, ready or a service"
            )
        return health_pb2.HealthCheckResponse(status=status)

    async def List(  # noqa: N802 - the method's name in health.proto
        self, request: Any, context: Any
    ) -> Any:
        """The status of every name, as a HealthListResponse."""
        del request, context
        return _UNTYPED.HealthListResponse(
            statuses={
                name: health_pb2.HealthCheckResponse(status=status)
                for name, status in self._statuses.items()
            }
        )

    async def Watch(  # noqa: N802 - the method's name in health.proto
        self,
        request: health_pb2.HealthCheckRequest,
        context: Any,
    ) -> AsyncIterator[health_pb2.HealthCheckResponse]:
        """The status now and at every change; ends when the process drains.

        RESOURCE_EXHAUSTED where HEALTH_WATCHES_MAX watch already, or HEALTH_WATCHES_OF_ONE_MAX over one
        certificate.
        """
        # In plaintext all are one, and nobody is told apart.
        who = tuple(context.peer_identities() or ())
        most = HEALTH_WATCHES_OF_ONE_MAX if who else HEALTH_WATCHES_MAX
        if self._watches[who] >= most or self._watches.total() >= HEALTH_WATCHES_MAX:
            await context.abort(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                "as many watch this process as may; use Check, or watch later",
            )
        self._watches[who] += 1
        try:
            async for status in self._changes(request.service):
                yield health_pb2.HealthCheckResponse(status=status)
        finally:
            self._watches[who] -= 1
            if not self._watches[who]:
                del self._watches[who]

    async def _changes(self, name: str) -> AsyncIterator[Any]:
        sent: Status | None = None
        while True:
            # What is looked at after a write must be from before it: a drain that begins while the
            # former status is being written has turned this one, and it is still to be told.
            changed, is_last = self._changed, self._draining
            status = self.status(name)
            if status != sent:
                yield status
                sent = status
            if is_last:
                return
            await changed.wait()

    async def _all_pass(self, group: str, probes: Mapping[str, Probe]) -> bool:
        named = ((f"{group}/{name}", probe) for name, probe in probes.items())
        return all(await asyncio.gather(*(self._passes(name, probe) for name, probe in named)))

    async def _passes(self, full_name: str, probe: Probe) -> bool:
        task = self._running.get(full_name)
        if task is None:
            task = asyncio.ensure_future(probe())
            self._running[full_name] = task
            await asyncio.wait((task,), timeout=self._timeout_s)
        # A probe that is cancelled may take its time to end (it gives a connection back): the poll
        # does not wait for that, and does not start another beside it.
        if not task.done():
            task.cancel()
            self._note_failure(full_name, TimeoutError())
            return False
        del self._running[full_name]
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None:
            self._note_failure(full_name, error)
            return False
        self._passing.add(full_name)
        if full_name in self._failing:
            self._failing.discard(full_name)
            self._log.info("probe_recovered", probe=full_name)
        return True

    def _note_failure(self, full_name: str, error: BaseException) -> None:
        self._passing.discard(full_name)
        if full_name not in self._failing:
            self._failing.add(full_name)
            why = error.reason_name if isinstance(error, ServiceError) else None
            self._log.warning(
                "probe_failed", probe=full_name, reason=why, fault=describe_fault(error)
            )

    def _set(self, name: str, *, good: bool) -> None:
        status = SERVING if good else NOT_SERVING
        if self._statuses[name] != status:
            self._statuses[name] = status
            self._wake()

    def _wake(self) -> None:
        # A fresh event per change: a watcher that is slow to write still sees the latest status.
        self._changed.set()
        self._changed = asyncio.Event()
