"""Warning, signature, service and grace."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.law.days import end_of_day, start_of_day
from registry.law.service import (
    decision_is_served,
    decision_is_written_and_signed,
    grace_is_one_to_three_months,
    in_force_from,
    warning_came_before_the_decision,
)
from registry.law.violation import Reason
from tests.unit.registry.law import lawful

TODAY = lawful.TODAY
TOMORROW = TODAY + timedelta(days=1)
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def test_a_signed_decision_is_in_order() -> None:
    assert not list(decision_is_written_and_signed(lawful.decision(), today=TODAY))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", " "),
        ("reasons", ""),
        ("signed_by", ""),
        ("signed_on", None),
        ("signed_on", date(2026, 11, 9)),
        ("signed_on", TOMORROW),
        ("decided_on", date(2009, 1, 1)),
    ],
)
def test_nothing_takes_effect_before_it_is_signed(field: str, value: object) -> None:
    change: dict[str, Any] = {field: value}
    (violation,) = decision_is_written_and_signed(replace(lawful.decision(), **change), today=TODAY)
    assert (violation.reason, violation.field) == (Reason.NOT_SIGNED, f"decision.{field}")
    assert violation.article == "LP Art 5"


def test_no_decision_is_older_than_the_provisions() -> None:
    first_day, day_before = date(2010, 10, 1), date(2010, 9, 30)
    assert not list(decision_is_written_and_signed(lawful.decision("J", first_day), today=TODAY))
    found = decision_is_written_and_signed(lawful.decision("J", day_before), today=TODAY)
    assert lawful.fields(found) == ["decision.decided_on"]


def test_a_decision_of_tomorrow_is_refused() -> None:
    found = decision_is_written_and_signed(lawful.decision(decided_on=TOMORROW), today=TODAY)
    assert "decision.decided_on" in lawful.fields(found)


def test_a_decision_may_be_signed_on_the_day_it_is_entered() -> None:
    assert not list(decision_is_written_and_signed(lawful.decision(decided_on=TODAY), today=TODAY))


def test_a_warning_served_before_the_decision_is_enough() -> None:
    before = lawful.warning(lawful.DECIDED_ON - timedelta(days=1))
    assert not list(warning_came_before_the_decision(before, lawful.DECIDED_ON))


@pytest.mark.parametrize("served_on", [None, lawful.DECIDED_ON, TOMORROW])
def test_nobody_is_listed_without_a_warning_before_the_decision(served_on: date | None) -> None:
    found = list(warning_came_before_the_decision(lawful.warning(served_on), lawful.DECIDED_ON))
    assert lawful.fields(found) == ["warning.served_on"]
    assert found[0].reason is Reason.NOT_WARNED


def test_no_warning_is_no_warning() -> None:
    found = warning_came_before_the_decision(None, lawful.DECIDED_ON)
    assert lawful.fields(found) == ["warning"]


def test_a_warning_names_its_notice_and_its_text() -> None:
    nameless = replace(lawful.warning(), notice_number="", text_version=" ")
    assert lawful.fields(warning_came_before_the_decision(nameless, lawful.DECIDED_ON)) == [
        "warning.notice_number",
        "warning.text_version",
    ]


def test_a_served_decision_is_in_order() -> None:
    assert not list(decision_is_served(lawful.service(), lawful.decision(), today=TODAY))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mode", None),
        ("proof_reference", " "),
        ("served_on", None),
        ("served_on", TOMORROW),
        ("served_on", lawful.DECIDED_ON - timedelta(days=1)),
    ],
)
def test_a_signed_decision_that_was_not_served_is_refused(field: str, value: object) -> None:
    change: dict[str, Any] = {field: value}
    (violation,) = decision_is_served(
        replace(lawful.service(), **change), lawful.decision(), today=TODAY
    )
    assert (violation.reason, violation.field) == (Reason.NOT_SERVED, f"service.{field}")


def test_no_service_at_all_is_refused() -> None:
    assert lawful.fields(decision_is_served(None, lawful.decision(), today=TODAY)) == ["service"]


def test_a_decision_is_served_after_it_is_signed_and_not_after_it_is_made() -> None:
    signed_late = replace(lawful.decision(), signed_on=date(2026, 11, 13))
    assert lawful.fields(decision_is_served(lawful.service(), signed_late, today=TODAY)) == [
        "service.served_on"
    ]


def test_a_decision_may_be_served_on_the_day_it_is_signed() -> None:
    same_day = lawful.service(lawful.DECIDED_ON)
    assert not list(decision_is_served(same_day, lawful.decision(), today=TODAY))


def test_a_decision_may_be_served_today() -> None:
    assert not list(decision_is_served(lawful.service(TODAY), lawful.decision(), today=TODAY))


@pytest.mark.parametrize(
    "grace_until", [None, date(2026, 12, 10), date(2027, 1, 1), date(2027, 2, 10)]
)
def test_grace_of_one_to_three_months_is_lawful(grace_until: date | None) -> None:
    assert not list(grace_is_one_to_three_months(lawful.DECIDED_ON, grace_until))


@pytest.mark.parametrize("grace_until", [date(2026, 11, 10), date(2026, 12, 9), date(2027, 2, 11)])
def test_any_other_grace_is_refused(grace_until: date) -> None:
    (violation,) = grace_is_one_to_three_months(lawful.DECIDED_ON, grace_until)
    assert (violation.reason, violation.field) == (Reason.GRACE_REFUSED, "grace_until")


def test_a_served_basis_counts_from_the_moment_it_is_entered() -> None:
    assert in_force_from(entered_at=NOW, served_on=date(2026, 11, 12)) == NOW


def test_a_basis_in_grace_counts_from_the_end_of_its_last_day() -> None:
    start = in_force_from(
        entered_at=NOW, served_on=date(2026, 11, 12), grace_until=date(2026, 12, 10)
    )
    assert start == datetime(2026, 12, 10, 16, tzinfo=UTC)


@given(
    st.datetimes(datetime(2013, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - made aware below
    st.dates(date(2013, 1, 1), date(2100, 1, 1)),
    st.none() | st.dates(date(2013, 1, 1), date(2100, 1, 1)),
)
def test_a_basis_never_counts_before_entry_service_or_the_end_of_grace(
    entered: datetime, served_on: date, grace_until: date | None
) -> None:
    entered_at = entered.replace(tzinfo=UTC)
    start = in_force_from(entered_at=entered_at, served_on=served_on, grace_until=grace_until)
    assert start >= entered_at
    assert start >= start_of_day(served_on)
    assert grace_until is None or start >= end_of_day(grace_until)
