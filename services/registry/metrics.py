"""What the registry and its importer show beyond their calls."""

from collections.abc import Callable, Mapping, Sequence

from prometheus_client.registry import Collector

from chassis.cache import PositionedCache
from chassis.metrics import Labels, Reading, gauge
from chassis.postgres import Postgres
from registry.feed.ledger_survey import LedgerSurvey
from registry.feed.misfit_notes import MisfitNotes
from registry.importing.steps import ImportStep


def store_collectors(*, cache: PositionedCache, postgres: Postgres) -> Sequence[Collector]:
    """The cache and the database, as this process sees them."""

    def cache_reads() -> Mapping[Labels, float]:
        counts = cache.counts
        return {
            ("hit",): counts.hits,
            ("miss",): counts.misses,
            ("fault",): counts.faults,
            ("skipped",): counts.skipped,
        }

    return (
        Reading(
            "cache_reads",
            "Reads of the cache by outcome; faults and those not tried are misses to the reader",
            cache_reads,
            labels=("outcome",),
            counter=True,
        ),
        gauge(
            "clock_offset_seconds",
            "The database's clock less this process's, at the last probe",
            lambda: postgres.clock_offset_s,
        ),
    )


def follower_collectors(survey: LedgerSurvey) -> Sequence[Collector]:
    """How far behind each reader of the ledger is."""

    def followers(attribute: str) -> Mapping[Labels, float]:
        return {(name,): float(getattr(lag, attribute)) for name, lag in survey.lags().items()}

    return (
        Reading(
            "follower_lag_positions",
            "Changes that a reader of the ledger has not confirmed",
            lambda: followers("positions"),
            labels=("follower",),
        ),
        Reading(
            "follower_lag_seconds",
            "Age of the oldest change that a reader has not confirmed; 0 when there is none",
            lambda: followers("seconds"),
            labels=("follower",),
        ),
        Reading(
            "follower_silent_seconds",
            "Time since a reader was last heard from",
            lambda: followers("silent_s"),
            labels=("follower",),
        ),
    )


def misfit_collectors(misfits: MisfitNotes) -> Sequence[Collector]:
    """What became of the names that did not fit."""
    return (
        Reading(
            "name_misfits",
            "Confirmed checks whose name did not fit, by what became of the court's task",
            lambda: {(outcome,): float(count) for outcome, count in misfits.counts.items()},
            labels=("outcome",),
            counter=True,
        ),
    )


class ImportStepCounts:
    """Counts the stations that imports pass, and hands each on."""

    def __init__(self, hand_on: Callable[[ImportStep], None]) -> None:
        self._hand_on = hand_on
        self._counts: dict[Labels, float] = {}

    def __call__(self, step: ImportStep) -> None:
        """A station was reached."""
        self._counts[step.value,] = self._counts.get((step.value,), 0) + 1
        self._hand_on(step)

    def collectors(self) -> Sequence[Collector]:
        """The counts."""
        return (
            Reading(
                "import_steps",
                "Stations that imports have passed: chunks judged and kept, batches committed",
                self._counts.copy,
                labels=("step",),
                counter=True,
            ),
        )
