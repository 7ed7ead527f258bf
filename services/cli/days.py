"""Days on the command line; a legal day is a day in Asia/Shanghai."""

import re
from datetime import UTC, date, datetime, timedelta

from google.type import date_pb2

from cli.errors import Problem, UsageError

_IN_DAYS = re.compile(r"\+([0-9]{1,4})")
# China keeps one time, eight hours ahead, all the year.
_AHEAD = timedelta(hours=8)


def legal_today(now: datetime | None = None) -> date:
    """The day in Shanghai."""
    return ((now or datetime.now(UTC)) + _AHEAD).date()


def day(text: str, *, option: str, today: date | None = None) -> date:
    """A day from `2025-11-02`, `today`, `tomorrow` or `+7`. Raises UsageError."""
    first = today or legal_today()
    if text in {"today", "tomorrow"}:
        return first + timedelta(days=text == "tomorrow")
    found = _IN_DAYS.fullmatch(text)
    if found:
        return first + timedelta(days=int(found[1]))
    try:
        return date.fromisoformat(text)
    except ValueError:
        problem = Problem(option, "FIELD_INVALID", "write 2025-11-02, today, tomorrow or +7")
        raise UsageError(f"{option} is not a day", problems=[problem]) from None


def proto(value: date) -> date_pb2.Date:
    """A day as it travels."""
    return date_pb2.Date(year=value.year, month=value.month, day=value.day)
