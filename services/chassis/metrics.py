"""What is counted, for Prometheus. Names begin with `courtlist_`; labels hold closed sets only.

Whoever has a number keeps it as a plain number, and it is read when somebody asks: that costs the
way of a call next to nothing. Text is made in a thread beside the event loop: a `read` must only look
at what one assignment replaces, or copy in one step.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Final, TypeAlias

import grpc
from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

NAMESPACE: Final = "courtlist"

# From a clear check (a tenth of a millisecond) to a long poll (half a minute).
_DURATION_S: Final = (
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
    1.0, 2.5, 5.0, 10.0, 30.0,
)  # fmt: skip
_BOUNDS: Final = (*(str(bound) for bound in _DURATION_S), "+Inf")

Labels: TypeAlias = tuple[str, ...]


class CallMetrics(Collector):
    """Rate, errors and durations of the RPCs that a server knows, by RPC and status: a histogram.

    Counted by one server's event loop, without the locks that Prometheus's own histogram takes: those
    were seen to cost a clear check four times as much.
    """

    def __init__(self) -> None:
        self._durations: dict[Labels, _Durations] = {}

    def of(self, method: str) -> "RpcMetrics":
        """The counters of one method (`/package.Service/Method`)."""
        return RpcMetrics(self._durations, method.removeprefix("/"))

    def collect(self) -> Iterable[Metric]:
        """The histogram as it stands."""
        family = HistogramMetricFamily(
            f"{NAMESPACE}_rpc_duration_seconds",
            "Duration of answered RPCs; its count is their rate, by status",
            labels=("rpc", "status"),
        )
        for labels, durations in self._durations.copy().items():
            # One copy: buckets below one another must never be of two moments.
            below = zip(_BOUNDS, accumulate(durations.counts.copy()), strict=True)
            family.add_metric(labels, buckets=tuple(below), sum_value=durations.total_s)
        return (family,)


class RpcMetrics:
    """The counters of one RPC."""

    __slots__ = ("_durations", "_ok", "_rpc")

    def __init__(self, durations: "dict[Labels, _Durations]", rpc: str) -> None:
        self._durations = durations
        self._rpc = rpc
        # Found once: nearly every call ends so.
        self._ok = durations.setdefault((rpc, grpc.StatusCode.OK.name), _Durations())

    def note(self, code: grpc.StatusCode, seconds: float) -> None:
        """Count one answered call."""
        if code is grpc.StatusCode.OK:
            self._ok.note(seconds)
        else:
            self._durations.setdefault((self._rpc, code.name), _Durations()).note(seconds)


class _Durations:
    """Calls by bucket, and the sum of their durations."""

    __slots__ = ("counts", "total_s")

    def __init__(self) -> None:
        self.counts = [0] * len(_BOUNDS)
        self.total_s = 0.0

    def note(self, seconds: float) -> None:
        self.counts[bisect_left(_DURATION_S, seconds)] += 1
        self.total_s += seconds


class Reading(Collector):
    """A value, or one for each set of labels, read from memory when it is asked for."""

    def __init__(
        self,
        name: str,
        about: str,
        read: Callable[[], Mapping[Labels, float]],
        *,
        labels: Sequence[str] = (),
        counter: bool = False,
    ) -> None:
        """`read` returns values by labels; where a value is not known, nothing."""
        self._name = f"{NAMESPACE}_{name}"
        self._about = about
        self._read = read
        self._labels = tuple(labels)
        self._family = CounterMetricFamily if counter else GaugeMetricFamily

    def collect(self) -> Iterable[Metric]:
        """The present values."""
        family = self._family(self._name, self._about, labels=self._labels)
        for labels, value in self._read().items():
            family.add_metric(labels, value)
        return (family,)


def gauge(name: str, about: str, read: Callable[[], float | None]) -> Reading:
    """One value without labels; None while it is not known."""
    return Reading(name, about, lambda: _single(read()))


def counter(name: str, about: str, read: Callable[[], float]) -> Reading:
    """One value without labels that only grows. `_total` is added to its name."""
    return Reading(name, about, lambda: {(): read()}, counter=True)


def registry_of(collectors: Iterable[Collector]) -> CollectorRegistry:
    """One process's metrics: these, and what the kernel knows of the process.

    Raises ValueError if two have one name.
    """
    registry = CollectorRegistry(auto_describe=True)
    ProcessCollector(namespace=NAMESPACE, registry=registry)
    for collector in collectors:
        registry.register(collector)
    return registry


def _single(value: float | None) -> Mapping[Labels, float]:
    return {} if value is None else {(): value}
