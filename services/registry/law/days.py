"""Legal days of Asia/Shanghai, and the instants at which they start and end.

The period arithmetic is that of the Civil Code, Arts 200 to 204: the first day is not counted, a
period of months or years ends on the day of the same number, or on the month's last day where
there is none, and a day ends at 24:00. Working days are not counted here.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

# China keeps one time without daylight saving since 1991, and no period counted here is older; a
# fixed offset needs no time-zone data on the machine.
CHINA_TIME: Final = timezone(timedelta(hours=8), "Asia/Shanghai")

_MONTHS_IN_YEAR: Final = 12


def start_of_day(day: date) -> datetime:
    """Return the instant, in UTC, at which a legal day starts (00:00)."""
    return datetime.combine(day, time.min, CHINA_TIME).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the instant, in UTC, at which a legal day ends (24:00); it is in no such day."""
    return start_of_day(day + timedelta(days=1))


def legal_day(instant: datetime) -> date:
    """Return the legal day of an aware instant."""
    return instant.astimezone(CHINA_TIME).date()


def next_day(day: date) -> date:
    """Return the day after; the calendar's last day has none and is returned itself."""
    return day + timedelta(days=1) if day < date.max else day


def add_months(day: date, months: int) -> date:
    """Return the day on which a period of `months` (0 or more) that starts with `day` ends.

    Past the end of the calendar it is the calendar's last day: rules compare dates that a request
    made up, and must say what is wrong with them instead of failing.
    """
    years, month_index = divmod(day.month - 1 + months, _MONTHS_IN_YEAR)
    year, month = day.year + years, month_index + 1
    if year > date.max.year:
        return date.max
    last_day = calendar.monthrange(year, month)[1]
    return date(year, month, min(day.day, last_day))


def add_years(day: date, years: int) -> date:
    """Return the day on which a period of `years` that starts with `day` ends."""
    return add_months(day, years * _MONTHS_IN_YEAR)
