"""ProcessService: how one process is, from memory; and the same views for Prometheus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from chassis.clock import Clock
from chassis.health import Health
from chassis.metrics import Labels, Reading
from chassis.server import Registration
from chassis.telemetry.call_log import call_log
from chassis.version import VERSION
from courtlist.process.v1 import process_service_pb2 as pb
from courtlist.process.v1 import process_service_pb2_grpc

_FULL_NAME: Final = pb.DESCRIPTOR.services_by_name["ProcessService"].full_name


def _no_ledger() -> pb.LedgerView | None:
    return None


def _no_partners() -> Sequence[pb.PartnerView]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessViews:
    """What a process knows of its ledger and its partners, from memory; it may know of neither."""

    ledger: Callable[[], pb.LedgerView | None] = _no_ledger
    partners: Callable[[], Sequence[pb.PartnerView]] = _no_partners


class ProcessServicer(process_service_pb2_grpc.ProcessServiceServicer):
    """Answers without a store: operators ask when something is wrong."""

    def __init__(self, *, service: str, health: Health, views: ProcessViews, clock: Clock) -> None:
        self._service = service
        self._health = health
        self._views = views
        self._clock = clock
        self._started_at = clock.now()

    async def GetProcess(  # noqa: N802 - the method's name in process_service.proto
        self,
        request: pb.GetProcessRequest,  # noqa: ARG002
        context: Any,  # noqa: ARG002
    ) -> pb.GetProcessResponse:
        """Everything this process knows of itself."""
        call_log().routine = True
        response = pb.GetProcessResponse(
            service=self._service,
            version=VERSION,
            checks=[
                pb.ProcessCheck(check=name, serving=holds)
                for name, holds in self._health.checks.items()
            ],
            ledger=self._views.ledger(),
            partners=self._views.partners(),
        )
        response.started_time.FromDatetime(self._started_at)
        response.now_time.FromDatetime(self._clock.now())
        return response


def registration(servicer: ProcessServicer) -> Registration:
    """The servicer, ready to be added to a server."""
    add = process_service_pb2_grpc.add_ProcessServiceServicer_to_server
    return Registration(_FULL_NAME, partial(add, servicer))


def readings(*, health: Health, views: ProcessViews, clock: Clock) -> Sequence[Reading]:
    """The checks, the ledger and each partner as metrics."""

    def ledger(value: Callable[[pb.LedgerView], float]) -> dict[Labels, float]:
        view = views.ledger()
        return {} if view is None else {(): value(view)}

    def partners(value: Callable[[pb.PartnerView], float]) -> dict[Labels, float]:
        return {(view.partner_id,): value(view) for view in views.partners()}

    return (
        Reading(
            "check_serving",
            "Whether a health check holds (1) or not (0)",
            lambda: {(name,): float(holds) for name, holds in health.checks.items()},
            labels=("check",),
        ),
        Reading(
            "ledger_position",
            "Position applied; for the registry its head",
            lambda: ledger(lambda view: view.position),
        ),
        Reading(
            "ledger_head",
            "Head of the ledger that this process last heard of",
            lambda: ledger(lambda view: view.head),
        ),
        Reading(
            "ledger_lag_positions",
            "Changes that this process has heard of and not applied",
            lambda: ledger(lambda view: max(0, view.head - view.position)),
        ),
        Reading(
            "partner_acknowledged",
            "Last number that a partner has applied",
            lambda: partners(lambda view: view.acknowledged),
            labels=("partner",),
        ),
        Reading(
            "partner_lag",
            "Steps that a partner has not acknowledged",
            lambda: partners(lambda view: max(0, view.head - view.acknowledged)),
            labels=("partner",),
        ),
        Reading(
            "partner_failing_seconds",
            "How long a partner has not answered; 0 while it does",
            lambda: partners(lambda view: _failing_s(view, clock.now())),
            labels=("partner",),
        ),
    )


def _failing_s(view: pb.PartnerView, now: datetime) -> float:
    if not view.HasField("failing_since_time"):
        return 0.0
    return max(0.0, now.timestamp() - view.failing_since_time.ToMicroseconds() / 1e6)
