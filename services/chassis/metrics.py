"""What is counted, for Prometheus. Names begin with `courtlist_`; labels hold closed sets only.

Two ways to count. A histogram's child is found once and observed on the way. Everything else is
kept by its owner as plain numbers and read when somebody asks, which costs the way nothing.

Text is made in a thread beside the event loop: a `read` must only look at what one assignment
replaces, or copy in one step.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import grpc
from prometheus_client import CollectorRegistry, Histogram, Metric, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

NAMESPACE: Final = "courtlist"

# From a clear check (a tenth of a millisecond) to a long poll (half a minute).
_DURATION_S: Final = (
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
    1.0, 2.5, 5.0, 10.0, 30.0,
)  # fmt: skip

Labels: TypeAlias = tuple[str, ...]


class CallMetrics:
    """Rate, errors and durations of the RPCs that a server knows, by RPC and status."""

    def __init__(self) -> None:
        self.durations = Histogram(
            "rpc_duration_seconds",
            "Duration of answered RPCs; its count is their rate, by status",
            ("rpc", "status"),
            namespace=NAMESPACE,
            buckets=_DURATION_S,
            registry=None,
        )

    def of(self, method: str) -> "RpcMetrics":
        """The counters of one method (`/package.Service/Method`)."""
        return RpcMetrics(self.durations, method.removeprefix("/"))


class RpcMetrics:
    """The counters of one RPC."""

    __slots__ = ("_durations", "_ok", "_rpc")

    def __init__(self, durations: Histogram, rpc: str) -> None:
        self._durations = durations
        self._rpc = rpc
        # Found once: the look-up by labels costs as much as the counting.
        self._ok = durations.labels(rpc, grpc.StatusCode.OK.name)

    def note(self, code: grpc.StatusCode, seconds: float) -> None:
        """Count one answered call."""
        if code is grpc.StatusCode.OK:
            self._ok.observe(seconds)
        else:
            self._durations.labels(self._rpc, code.name).observe(seconds)


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
