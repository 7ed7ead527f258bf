"""For how long batches hold the ledger's head: what everybody else who acts may have to wait."""

import math
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate
from typing import Final

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from chassis.metrics import NAMESPACE

_BOUNDS_S: Final = (0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0)
_KEPT_MAX: Final = 100_000


class HeadTimes(Collector):
    """Counts batches by how long they held the head, and the rows that they appended."""

    def __init__(self) -> None:
        self._held_s: list[float] = []
        self._buckets = [0] * (len(_BOUNDS_S) + 1)
        self._total_s = 0.0
        self._rows = 0

    def note(self, held_s: float, rows: int) -> None:
        """A batch of so many rows is committed."""
        if len(self._held_s) < _KEPT_MAX:
            self._held_s.append(held_s)
        self._buckets[bisect_left(_BOUNDS_S, held_s)] += 1
        self._total_s += held_s
        self._rows += rows

    def take(self) -> dict[str, float]:
        """Batches since the last taking, with median and 99th percentile; empty without any."""
        held, self._held_s = sorted(self._held_s), []
        if not held:
            return {}
        return {
            "batches": len(held),
            "head_held_p50_ms": round(held[math.ceil(0.50 * len(held)) - 1] * 1000, 1),
            "head_held_p99_ms": round(held[math.ceil(0.99 * len(held)) - 1] * 1000, 1),
        }

    def collect(self) -> Iterable[Metric]:
        """Both metrics as they stand."""
        held = HistogramMetricFamily(
            f"{NAMESPACE}_import_head_held_seconds", "Time for which a batch held the ledger's head"
        )
        bounds = (*map(str, _BOUNDS_S), "+Inf")
        below = zip(bounds, accumulate(self._buckets.copy()), strict=True)
        held.add_metric((), buckets=tuple(below), sum_value=self._total_s)
        rows = CounterMetricFamily(f"{NAMESPACE}_import_rows", "Rows entered by imports")
        rows.add_metric((), self._rows)
        return (held, rows)
