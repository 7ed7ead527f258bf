"""What a restriction service counts of its own: decisions, its index, its ledger, its lifts."""

from collections.abc import Mapping, Sequence
from typing import Final

from prometheus_client import Histogram
from prometheus_client.registry import Collector

from chassis.clock import Clock
from chassis.metrics import NAMESPACE, Labels, Reading, counter, gauge
from chassis.postgres import Postgres
from courtlist.process.v1 import process_service_pb2 as process_pb2
from restriction.asking.limits import Limits
from restriction.asking.query_log import QueryLog
from restriction.asking.watch import Watch
from restriction.epochs import Epochs
from restriction.facts.effects import Change
from restriction.index import Index
from restriction.model import Answer, DecidedBy, Decision, Position, Reason
from restriction.progress import Progress

# Design §6: a lift reaches every gate within a quarter of a second, better in a twentieth.
_LIFT_S: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 600.0)


class DecisionCounts:
    """How many checks were decided, by answer, reason and what decided them.

    Plain numbers, for a clear check has a tenth of a millisecond in all.
    """

    def __init__(self) -> None:
        self._counts: dict[tuple[Answer, Reason, DecidedBy], int] = {}

    def note(self, decisions: Sequence[Decision]) -> None:
        """Count them one by one."""
        for decision in decisions:
            verdict = decision.verdict
            key = (verdict.answer, verdict.reason, decision.decided_by)
            self._counts[key] = self._counts.get(key, 0) + 1

    def read(self) -> Mapping[Labels, float]:
        """The counts by the names of answer, reason and decider."""
        counts = self._counts.copy()
        return {tuple(part.name for part in key): count for key, count in counts.items()}


class LiftTimes:
    """Histogram of the time from an ending's `recorded_time` to the moment this process reflects it.

    The first is the registry database's clock, the second this process's: `clock_offset_seconds` of
    both processes says how far they may lie apart. An ending recorded before this process began is
    not counted: whoever replays the ledger is not late.
    """

    def __init__(self, *, clock: Clock) -> None:
        self.histogram = Histogram(
            "lift_to_clear_seconds",
            "From the act that ended something to the moment this gate holds it ended",
            namespace=NAMESPACE,
            buckets=_LIFT_S,
            registry=None,
        )
        self._clock = clock
        self._began_at = clock.now()
        self._reflected = Position()

    def note(self, changes: Sequence[Change]) -> None:
        """These changes have just reached the store and the index, by either cursor.

        The cursors meet every ending twice, each in order, and whoever comes first counts.
        """
        now = self._clock.now()
        for change in changes:
            if change.endings and not self._is_known(change.position):
                self._reflected = change.position
                if change.recorded_at >= self._began_at:
                    self.histogram.observe(max(0.0, (now - change.recorded_at).total_seconds()))

    def _is_known(self, position: Position) -> bool:
        last = self._reflected
        return position.incarnation == last.incarnation and position.number <= last.number


class EngineView:
    """This process's place in the ledger, for ProcessService."""

    def __init__(self, *, progress: Progress) -> None:
        self._progress = progress

    def __call__(self) -> process_pb2.LedgerView:
        """The view; without an instant until the registry was heard from."""
        progress = self._progress
        view = process_pb2.LedgerView(
            incarnation=progress.position.incarnation,
            position=progress.position.number,
            head=max(progress.head, progress.position.number),
        )
        if progress.heard_at is not None:
            view.as_of_time.FromDatetime(progress.heard_at)
        return view


def collectors(
    *,
    decisions: DecisionCounts,
    lift_times: LiftTimes,
    index: Index,
    progress: Progress,
    queries: QueryLog,
    limits: Limits,
    watch: Watch,
    epochs: Epochs,
    postgres: Postgres,
    clock: Clock,
) -> Sequence[Collector]:
    """Everything above, ready to be served."""

    def age_s() -> float | None:
        as_of_at = progress.as_of_at
        return None if as_of_at is None else max(0.0, (clock.now() - as_of_at).total_seconds())

    def lag_s() -> float | None:
        return 0.0 if progress.head <= progress.position.number else age_s()

    return (
        lift_times.histogram,
        Reading(
            "checks_decided",
            "Checks decided; those of a manifest count one by one",
            decisions.read,
            labels=("answer", "reason", "decided_by"),
            counter=True,
        ),
        gauge("index_documents", "Documents in the index", lambda: float(len(index))),
        gauge("index_age_seconds", "How long ago the index was known to be at the head", age_s),
        gauge("ledger_lag_seconds", "How long this process has been behind what it heard", lag_s),
        counter(
            "query_log_lost",
            "Records of checks that found something and were no refusals, never written",
            lambda: float(queries.lost),
        ),
        gauge("query_log_waiting", "Such records not written yet", lambda: float(queries.waiting)),
        gauge(
            "partners_redelivering",
            "1 while what partners hold by former digests is numbered anew, of the process that leads; else 0",
            lambda: float(epochs.redelivers),
        ),
        Reading(
            "calls_over_limit",
            "Calls refused because a partner asked more than was agreed",
            limits.refused,
            labels=("partner", "limit"),
            counter=True,
        ),
        Reading(
            "enumeration_suspected",
            "Signs that a partner goes through numbers instead of asking about its customers",
            watch.said,
            labels=("partner", "sign"),
            counter=True,
        ),
        gauge(
            "clock_offset_seconds",
            "The database's clock less this process's, at the last probe",
            lambda: postgres.clock_offset_s,
        ),
    )
