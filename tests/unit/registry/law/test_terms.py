"""Terms of Article 2."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.law.days import legal_day
from registry.law.facts import Extension, ExtensionReason, Ground
from registry.law.terms import (
    extension_is_a_decision_of_its_own,
    extension_is_lawful,
    term_end,
    term_still_runs,
)
from registry.law.violation import Reason
from tests.unit.registry.law import lawful

TERMED = [ground for ground in Ground if ground.has_term]
DECIDED_ON = date(2026, 11, 10)


def extension(years: int = 1, decided_on: date = DECIDED_ON) -> Extension:
    return Extension(
        years=years,
        reason=ExtensionReason.SEVERAL_ACTS,
        decision=lawful.decision("J-2", decided_on),
    )


def test_ground_1_has_no_term() -> None:
    assert term_end(Ground.ABLE_BUT_REFUSES, DECIDED_ON) is None


@pytest.mark.parametrize("ground", TERMED)
def test_every_other_ground_runs_for_two_years_to_the_end_of_the_day(ground: Ground) -> None:
    # 24:00 of 10 November 2028 in Shanghai.
    assert term_end(ground, DECIDED_ON) == datetime(2028, 11, 10, 16, tzinfo=UTC)


@pytest.mark.parametrize(("years", "last_year"), [(1, 2029), (2, 2030), (3, 2031)])
def test_an_extension_adds_its_years(years: int, last_year: int) -> None:
    end = term_end(Ground.EVADES, DECIDED_ON, extension(years))
    assert end == datetime(last_year, 11, 10, 16, tzinfo=UTC)


@pytest.mark.parametrize("years", [0, -3])
def test_an_extension_by_nothing_adds_nothing(years: int) -> None:
    assert term_end(Ground.EVADES, DECIDED_ON, extension(years)) == term_end(
        Ground.EVADES, DECIDED_ON
    )


def test_a_term_from_29_february_ends_with_28_february() -> None:
    assert term_end(Ground.EVADES, date(2024, 2, 29)) == datetime(2026, 2, 28, 16, tzinfo=UTC)


@given(st.dates(date(2013, 1, 1), date(2100, 1, 1)), st.sampled_from(TERMED), st.integers(-9, 99))
def test_no_term_outlasts_five_years_whatever_was_granted(
    decided_on: date, ground: Ground, years: int
) -> None:
    end = term_end(ground, decided_on, extension(years))
    assert end is not None
    assert 2 <= (legal_day(end) - decided_on).days / 365.2 <= 5.01


@pytest.mark.parametrize("years", [1, 2, 3])
@pytest.mark.parametrize("ground", TERMED)
def test_one_to_three_years_more_are_lawful(ground: Ground, years: int) -> None:
    assert not list(extension_is_lawful(ground, DECIDED_ON, extension(years)))


@pytest.mark.parametrize("years", [-1, 0, 4])
def test_any_other_number_of_years_is_refused(years: int) -> None:
    (violation,) = extension_is_lawful(Ground.EVADES, DECIDED_ON, extension(years))
    assert violation.reason is Reason.TERM_REFUSED
    assert violation.field == "listing.extension.years"


def test_an_extension_without_its_reason_is_refused() -> None:
    given_none = replace(extension(), reason=None)
    assert lawful.fields(extension_is_lawful(Ground.EVADES, DECIDED_ON, given_none)) == [
        "listing.extension.reason"
    ]


@pytest.mark.parametrize("decided_on", [date(2026, 11, 9), date(2028, 11, 11)])
def test_a_term_is_extended_only_while_it_runs(decided_on: date) -> None:
    late = extension(decided_on=decided_on)
    assert lawful.fields(extension_is_lawful(Ground.EVADES, DECIDED_ON, late)) == [
        "listing.extension.decision.decided_on"
    ]


def test_a_term_may_be_extended_on_its_last_day() -> None:
    last = extension(decided_on=date(2028, 11, 10))
    assert not list(extension_is_lawful(Ground.EVADES, DECIDED_ON, last))


def test_ground_1_cannot_be_extended() -> None:
    found = extension_is_lawful(Ground.ABLE_BUT_REFUSES, DECIDED_ON, extension())
    assert lawful.fields(found) == ["listing.extension"]


@pytest.mark.parametrize("ground", [*Ground, None])
def test_no_extension_is_always_lawful(ground: Ground | None) -> None:
    assert not list(extension_is_lawful(ground, DECIDED_ON, None))


def test_the_decision_that_lists_extends_nothing() -> None:
    assert lawful.fields(extension_is_a_decision_of_its_own("J-2 ", extension())) == [
        "listing.extension.decision.number"
    ]
    assert not list(extension_is_a_decision_of_its_own("J-1", extension()))
    assert not list(extension_is_a_decision_of_its_own("J-1", None))


def test_a_term_that_is_over_is_not_entered() -> None:
    over = term_still_runs(Ground.EVADES, DECIDED_ON, None, today=date(2028, 11, 11))
    assert lawful.fields(over) == ["decision.decided_on"]
    assert not list(term_still_runs(Ground.EVADES, DECIDED_ON, None, today=date(2028, 11, 10)))
    longer = extension()
    assert not list(term_still_runs(Ground.EVADES, DECIDED_ON, longer, today=date(2029, 1, 1)))


def test_what_has_no_term_is_never_over() -> None:
    found = term_still_runs(Ground.ABLE_BUT_REFUSES, date(2014, 1, 1), None, today=DECIDED_ON)
    assert not list(found)
