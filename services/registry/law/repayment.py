"""What a payoff statement and a recorded payment must be (CP Art 9; LP Art 10(1)1)."""

from datetime import date
from typing import Final

from registry.law.days import add_months
from registry.law.violation import Reason, Violation, Violations

STATEMENT_MONTHS_MAX: Final = 3
"""Our own ceiling: interest runs on, and a sum that stays good for longer is a slip in the date."""


def statement_stays_good_for_a_while(good_until: date, *, today: date) -> Violations:
    """CP Art 9: the debtor needs a day on which paying the sum still performs the obligation."""
    latest = add_months(today, STATEMENT_MONTHS_MAX)
    if not today <= good_until <= latest:
        yield Violation(
            reason=Reason.FIELD_INVALID,
            field="good_until",
            article="CP Art 9",
            problem="The statement's last day is past, or further off than three months.",
            next_step=f"Give a day from {today} to {latest}.",
        )


def payment_was_made(paid_on: date, *, today: date) -> Violations:
    """LP Art 10(1)1: money counts when it has been paid, not when it is promised."""
    if paid_on > today:
        yield Violation(
            reason=Reason.FIELD_INVALID,
            field="paid_on",
            article="LP Art 10(1)1",
            problem="The day of payment lies in the future.",
            next_step="Record the payment when it has been made.",
        )


def payment_fits_the_statement(
    *, paid_on: date, obligation_id: str, statement_obligation_id: str, good_until: date
) -> Violations:
    """CP Art 9: a payment that names a statement is one on its obligation, and in time for it."""
    if statement_obligation_id != obligation_id:
        yield _unusable(
            "The statement is about another obligation.",
            "Name a statement of this obligation, or none.",
        )
    if paid_on > good_until:
        yield _unusable(
            "The payment was made after the statement's last day.",
            "Record the payment without a statement, then issue a statement of what is left.",
        )


def _unusable(problem: str, next_step: str) -> Violation:
    return Violation(
        reason=Reason.STATEMENT_UNUSABLE,
        field="statement_id",
        article="CP Art 9",
        problem=problem,
        next_step=next_step,
    )
