"""Instants and durations for a person in the courts' own time."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

_SHANGHAI: Final = timezone(timedelta(hours=8))


def instant(moment: Timestamp) -> str:
    """`2025-11-02 14:00:00` in Shanghai."""
    return f"{_in_shanghai(moment):%Y-%m-%d %H:%M:%S}"


def legal_day(moment: Timestamp) -> str:
    """The day in Shanghai on which an instant falls."""
    return f"{_in_shanghai(moment):%Y-%m-%d}"


def last_day(end: Timestamp) -> str:
    """The last day that ends by `end`: a term that ends at 24:00 ends on the day before 00:00."""
    return f"{_in_shanghai(end) - timedelta.resolution:%Y-%m-%d}"


def seconds_between(earlier: Timestamp, later: Timestamp) -> float:
    """How much later; never below 0."""
    gap = later.ToMicroseconds() - earlier.ToMicroseconds()
    return max(gap / 1_000_000, 0.0)


def lasting(seconds: float) -> str:
    """`3 d 4 h`, `12 min`, `4.2 s`: the two greatest parts."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min"
    return f"{hours // 24} d {hours % 24} h"


def _in_shanghai(moment: Timestamp) -> datetime:
    return moment.ToDatetime(UTC).astimezone(_SHANGHAI)


def since(moment: Timestamp, now: datetime | None = None) -> float:
    """Seconds that have passed since `moment`."""
    return max(((now or datetime.now(UTC)) - moment.ToDatetime(UTC)).total_seconds(), 0.0)
