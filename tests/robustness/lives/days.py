"""Legal days of Asia/Shanghai, counted once more and by nobody's code but our own (Civil Code Arts 200 to 204)."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
DAY = timedelta(days=1)


def day_of(at: datetime) -> date:
    """The legal day of an instant."""
    return at.astimezone(CHINA).date()


def start_of(day: date) -> datetime:
    """00:00 of a legal day."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA).astimezone(UTC)


def end_of(day: date) -> datetime:
    """24:00 of a legal day, which is in the next one."""
    return start_of(day + DAY)


def months_after(day: date, months: int) -> date:
    """The day of the same number, or the month's last one where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def first_adult_day(born: date) -> date:
    """A year of age is full on the day after the birthday; 29 February's is 1 March of a common year."""
    birthday = months_after(born, 18 * 12)
    if birthday.day != born.day:
        birthday += DAY
    return birthday + DAY
