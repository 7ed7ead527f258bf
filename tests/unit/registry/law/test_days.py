"""Legal days of Asia/Shanghai and periods of months and years."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.law.days import (
    add_months,
    add_years,
    end_of_day,
    legal_day,
    next_day,
    start_of_day,
)

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def test_a_legal_day_runs_from_midnight_to_midnight_in_shanghai() -> None:
    assert start_of_day(date(2026, 11, 22)) == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert end_of_day(date(2026, 11, 22)) == datetime(2026, 11, 22, 16, tzinfo=UTC)


@given(days)
def test_every_instant_of_a_day_is_in_it_and_its_end_is_not(day: date) -> None:
    assert legal_day(start_of_day(day)) == day
    assert legal_day(end_of_day(day) - timedelta(microseconds=1)) == day
    assert legal_day(end_of_day(day)) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "months", "ends"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 10), 3, date(2027, 2, 10)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
        (date(2026, 3, 31), 12, date(2027, 3, 31)),
        (date(9999, 1, 15), 1, date(9999, 2, 15)),
        (date(9999, 12, 1), 1, date.max),
    ],
)
def test_a_period_of_months_ends_on_the_same_number_or_the_months_last_day(
    day: date, months: int, ends: date
) -> None:
    assert add_months(day, months) == ends


@given(days, st.integers(0, 1200))
def test_a_period_of_months_ends_in_the_right_month_and_never_on_a_later_number(
    day: date, months: int
) -> None:
    end = add_months(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day <= day.day


def test_two_years_from_29_february_end_on_28_february() -> None:
    assert add_years(date(2024, 2, 29), 2) == date(2026, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_the_calendars_last_day_has_no_next() -> None:
    assert next_day(date(2026, 12, 31)) == date(2027, 1, 1)
    assert next_day(date.max) == date.max
