"""Payoff statements and payments as they are recorded."""

from datetime import date

import pytest

from registry.law.repayment import (
    payment_fits_the_statement,
    payment_was_made,
    statement_stays_good_for_a_while,
)
from registry.law.violation import Reason, Violation
from tests.unit.registry.law import lawful

TODAY = lawful.TODAY


@pytest.mark.parametrize("good_until", [TODAY, date(2026, 12, 31), date(2027, 2, 22)])
def test_a_statement_is_good_from_today_for_up_to_three_months(good_until: date) -> None:
    assert not list(statement_stays_good_for_a_while(good_until, today=TODAY))


@pytest.mark.parametrize("good_until", [date(2026, 11, 21), date(2027, 2, 23), date.max, date.min])
def test_a_statement_past_or_far_off_is_refused(good_until: date) -> None:
    found = statement_stays_good_for_a_while(good_until, today=TODAY)
    assert lawful.fields(found) == ["good_until"]


def test_money_counts_when_it_has_been_paid() -> None:
    assert not list(payment_was_made(TODAY, today=TODAY))
    assert lawful.fields(payment_was_made(date(2026, 11, 23), today=TODAY)) == ["paid_on"]


def fit(*, paid_on: date = TODAY, obligation: str = "o1") -> list[Violation]:
    return list(
        payment_fits_the_statement(
            paid_on=paid_on,
            obligation_id=obligation,
            statement_obligation_id="o1",
            good_until=TODAY,
        )
    )


def test_a_payment_in_time_fits_its_statement() -> None:
    assert not fit()


def test_a_late_payment_or_another_debts_statement_is_unusable() -> None:
    found = [*fit(paid_on=date(2026, 11, 23)), *fit(obligation="o2")]
    assert [violation.reason for violation in found] == [Reason.STATEMENT_UNUSABLE] * 2
    assert lawful.fields(found) == ["statement_id"] * 2
