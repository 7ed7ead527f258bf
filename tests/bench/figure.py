"""One measured figure and its line of JSON (design §6)."""

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of one run.

    Attributes:
        name: as in the README of this folder.
        runs: the value of every round; rounds of peers are interleaved with them.
        must: what it has to reach, or None where nothing is stated.
        aim: what it should reach, or None.
        peer: what it is compared with, in words.
        extra: more about it; every key ends in its unit.
        digits: of the printed value, after the point.
    """

    name: str
    runs: Sequence[float]
    must: float | None = None
    aim: float | None = None
    peer: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    digits: int = 2

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.runs)

    def as_json(self) -> str:
        """The line."""
        return json.dumps(
            {
                "figure": self.name,
                "value": round(self.value, self.digits),
                "must": self.must,
                "aim": self.aim,
                "peer": self.peer,
                "runs": [round(run, self.digits) for run in self.runs],
                **self.extra,
            },
            ensure_ascii=False,
        )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of `values` do not exceed."""
    assert values, "nothing was measured"
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def spread_ms(latencies_s: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile, in milliseconds."""
    return {
        "p50_ms": round(percentile(latencies_s, 0.50) * 1000, 3),
        "p99_ms": round(percentile(latencies_s, 0.99) * 1000, 3),
    }
