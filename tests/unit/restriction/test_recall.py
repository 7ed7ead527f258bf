"""Which ended bases are told: those that once counted, for five years from their end."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from restriction.model import Basis
from restriction.serving.recall import ended_on, recall
from tests.fakes.restriction_doubles import NOW, listing

START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    "basis",
    [
        listing(),
        listing(end_at=NOW + MOMENT),
        listing(ended_at=NOW + MOMENT),
        listing(start_at=NOW + MOMENT),
        # An act has ended it, and when that was is not known.
        replace(listing(), ended=True),
        replace(listing(end_at=NOW - MOMENT), ended=True),
        # Ended in grace: it never counted, and nobody learns of it.
        listing(start_at=NOW - MOMENT, ended_at=NOW - MOMENT),
        listing(start_at=NOW + timedelta(days=9), ended_at=NOW - timedelta(days=9)),
        # A restore lost its ending: nothing is said until a judge has settled it.
        listing(ended_at=NOW - MOMENT, unsettled=True),
        listing(end_at=NOW - MOMENT, unsettled=True),
    ],
    ids=[
        "in force",
        "its term runs",
        "ends later",
        "in grace",
        "end unknown",
        "end unknown, past its term",
        "never counted",
        "ended in grace",
        "unsettled",
        "unsettled, past its term",
    ],
)
def test_what_is_not_over_or_never_counted_is_not_told(basis: Basis) -> None:
    assert recall([basis], NOW) == ()


@pytest.mark.parametrize(
    "basis",
    [
        listing(ended_at=NOW),
        listing(end_at=NOW),
        listing(end_at=NOW + MOMENT, ended_at=NOW),
        listing(start_at=NOW - 2 * MOMENT, ended_at=NOW - MOMENT),
        replace(listing(ended_at=NOW), void_from_start=True),
    ],
)
def test_what_once_counted_and_is_over_is_told(basis: Basis) -> None:
    assert recall([basis], NOW) == (basis,)


@pytest.mark.parametrize(
    ("ended_at", "last_told"),
    [
        (datetime(2026, 3, 1, 4, tzinfo=UTC), date(2031, 3, 1)),
        (datetime(2028, 2, 29, 4, tzinfo=UTC), date(2033, 2, 28)),
    ],
)
def test_an_ended_basis_is_told_for_five_years_and_not_a_day_longer(
    ended_at: datetime, last_told: date
) -> None:
    basis = listing(ended_at=ended_at)
    # 24:00 in Asia/Shanghai is 16:00 UTC.
    over_at = datetime(last_told.year, last_told.month, last_told.day, 16, tzinfo=UTC)
    assert recall([basis], over_at - MOMENT) == (basis,)
    assert recall([basis], over_at) == ()


def test_the_latest_end_is_told_first() -> None:
    bases = [
        listing("l1", ended_at=NOW - timedelta(days=2)),
        listing("l2", end_at=NOW - timedelta(days=1)),
        listing("l3", ended_at=NOW - timedelta(days=3)),
    ]
    assert [one.basis_id for one in recall(bases, NOW)] == ["l2", "l1", "l3"]


@pytest.mark.parametrize(
    ("basis", "day"),
    [
        # A term ends at 24:00, on its last day; an act on the day on which it is made.
        (listing(end_at=datetime(2026, 5, 1, 16, tzinfo=UTC)), date(2026, 5, 1)),
        (listing(ended_at=datetime(2026, 5, 1, 16, tzinfo=UTC)), date(2026, 5, 2)),
        (listing(ended_at=datetime(2026, 5, 1, 15, 59, tzinfo=UTC)), date(2026, 5, 1)),
        # Whichever came first.
        (
            listing(
                end_at=datetime(2026, 5, 1, 16, tzinfo=UTC),
                ended_at=datetime(2026, 5, 3, 4, tzinfo=UTC),
            ),
            date(2026, 5, 1),
        ),
        # The court deletes what its term has ended, from the instant at which it had (LP Art 10(2)).
        (
            listing(
                end_at=datetime(2026, 5, 1, 16, tzinfo=UTC),
                ended_at=datetime(2026, 5, 1, 16, tzinfo=UTC),
            ),
            date(2026, 5, 1),
        ),
    ],
)
def test_a_basis_ended_on_the_legal_day_of_its_act_or_the_last_of_its_term(
    basis: Basis, day: date
) -> None:
    assert ended_on(basis) == day
