"""Legal days of Asia/Shanghai, as read off instants.

The registry counts alike; the two meet on the wire only, as instants. Days are compared as days:
the first and the last of the calendar have no start or end that UTC could tell.
"""

from datetime import date, datetime, timedelta
from typing import Final

# One time without daylight saving since 1991; a fixed offset needs no time-zone data on the machine.
_OFFSET: Final = timedelta(hours=8)
_LEAST: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)


def legal_day(instant: datetime) -> date:
    """The legal day in which an instant (UTC) lies."""
    return (instant + _OFFSET).date()


def last_day_before(end_at: datetime) -> date:
    """The last legal day of a period that ends at an instant (UTC), exclusive."""
    return legal_day(end_at - _LEAST)


def start_of_day_after(instant: datetime) -> datetime:
    """The instant (UTC) at which the legal day after that of `instant` starts."""
    local = instant + _OFFSET
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY - _OFFSET
