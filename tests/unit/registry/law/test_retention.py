"""How long what is over is kept: whole legal days, from the last ending on."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.law.retention import (
    YEARS_LEAST,
    BasisEnd,
    answers_kept_since,
    is_past,
    kept_until,
    over_since,
)

# 02:00 in Beijing, on the day after that of UTC.
ENDED = datetime(2021, 3, 9, 18, 0, tzinfo=UTC)
# The end of 10 March 2026 in Beijing.
KEPT_UNTIL = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def past(*bases: BasisEnd, now: datetime = NOW, known_at: datetime = NOW) -> bool:
    return is_past(bases, known_at=known_at, now=now, years=5)


def test_a_period_ends_with_the_day_of_the_same_number() -> None:
    assert kept_until(ENDED, years=5) == KEPT_UNTIL


def test_a_period_that_begins_on_a_leap_day_ends_on_the_months_last() -> None:
    leap_day = datetime(2024, 2, 29, 4, 0, tzinfo=UTC)
    assert kept_until(leap_day, years=5) == datetime(2029, 2, 28, 16, 0, tzinfo=UTC)


def test_nothing_goes_before_the_last_day_is_over() -> None:
    ended = BasisEnd(ENDED, None)
    assert not past(ended, now=KEPT_UNTIL - INSTANT)
    assert past(ended, now=KEPT_UNTIL)


def test_the_last_ending_counts() -> None:
    early, late = BasisEnd(ENDED, None), BasisEnd(ENDED + timedelta(days=1), None)
    assert over_since([late, early], known_at=NOW, now=NOW) == late.ended_at
    assert not past(late, early, now=KEPT_UNTIL)


@pytest.mark.parametrize("end_at", [None, NOW + INSTANT])
def test_while_anything_stands_nothing_goes(end_at: datetime | None) -> None:
    assert not past(BasisEnd(ENDED, None), BasisEnd(None, end_at))


def test_what_its_own_term_has_ended_stands_no_more() -> None:
    assert past(BasisEnd(None, ENDED))
    assert over_since([BasisEnd(None, NOW)], known_at=ENDED, now=NOW) == NOW


def test_an_act_after_the_terms_end_does_not_begin_the_time_anew() -> None:
    assert BasisEnd(NOW, ENDED).over_at(NOW) == ENDED


def test_who_was_never_under_anything_counts_from_when_she_was_put_on_record() -> None:
    assert past(known_at=ENDED)
    assert not past(known_at=NOW)


def test_answers_are_kept_for_whole_years() -> None:
    assert kept_until(answers_kept_since(NOW, years=5), years=5) <= NOW
    assert answers_kept_since(NOW, years=YEARS_LEAST) < NOW - timedelta(days=3 * 365)
