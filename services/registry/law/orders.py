"""What a consumption restriction order must hold (CP Arts 1, 2, 3 and 5)."""

from collections.abc import Collection
from datetime import date
from typing import Final

from registry.law.days import add_years
from registry.law.facts import Item
from registry.law.violation import Reason, Violation, Violations

END_YEARS_MAX: Final = 5
REVIEW_YEARS_MAX: Final = 2
"""The law names no longest period. An order outlives no listing, and is looked at within two years:
our own ceilings, so that a slip in a year does not bind a person for a lifetime."""


def notice_period_ended_unpaid(notice_period_ended_on: date | None, decided_on: date) -> Violations:
    """CP Art 1: not performed within the time that the enforcement notice gave."""
    if notice_period_ended_on is None:
        yield _refused(
            "notice_period_ended_on",
            "CP Art 1",
            "The last day of the enforcement notice's period is missing.",
            "Give the day; without an unmet notice there is no order.",
        )
    elif notice_period_ended_on >= decided_on:
        yield _refused(
            "notice_period_ended_on",
            "CP Art 1",
            "The order was decided while the notice's period still ran.",
            "Wait for the period to end, then decide.",
        )


def conduct_and_ability_are_weighed(conduct_finding: str, ability_finding: str) -> Violations:
    """CP Art 2: conduct and ability to perform are weighed; both findings are recorded.

    Who is found unable may be restricted still (an order is a condition of parking a case), but
    not without a look.
    """
    if not conduct_finding.strip():
        yield _refused(
            "conduct_finding",
            "CP Art 2",
            "The finding on the debtor's conduct is missing.",
            "Give the finding: passive, evasive or resisting conduct.",
        )
    if not ability_finding.strip():
        yield _refused(
            "ability_finding",
            "CP Art 2",
            "The finding on the debtor's ability to perform is missing.",
            "Give the finding on what the debtor is able to pay or do.",
        )


def order_names_its_items(items: Collection[Item]) -> Violations:
    """CP Arts 3(1), 5: the order says what is barred, out of the nine items and no others."""
    if not items:
        yield _refused(
            "items",
            "CP Art 5",
            "The order bars nothing.",
            "Name at least one of the nine items.",
        )
    elif len(set(items)) != len(items):
        yield _refused("items", "CP Art 5", "An item is named twice.", "Name each item once.")


def order_has_an_end_or_a_review(
    *, end_on: date | None, review_on: date | None, decided_on: date, today: date
) -> Violations:
    """CP Art 5: the order states its period: a last day, a day of review, or both."""
    if end_on is None and review_on is None:
        yield _refused(
            "end_on",
            "CP Art 5",
            "The order has neither a last day nor a day of review.",
            "State one of them: an order without either binds without limit.",
        )
    limits = {"end_on": (end_on, END_YEARS_MAX), "review_on": (review_on, REVIEW_YEARS_MAX)}
    for field, (day, years_max) in limits.items():
        if day is None:
            continue
        if day <= decided_on or day < today:
            yield _refused(
                field,
                "CP Art 5",
                "The day has passed, or is not after the decision.",
                "State a later day.",
            )
        if day > add_years(decided_on, years_max):
            yield _refused(
                field,
                "CP Art 5",
                f"The day is more than {years_max} years after the decision.",
                "State an earlier day; the court may decide again then.",
            )
    if end_on is not None and review_on is not None and review_on > end_on:
        yield _refused(
            "review_on",
            "CP Art 5",
            "The review comes after the order's last day.",
            "State a day of review within the period.",
        )


def order_states_its_consequences(*, consequences_stated: bool) -> Violations:
    """CP Art 5: the order states the legal consequences of a breach."""
    if not consequences_stated:
        yield _refused(
            "consequences_stated",
            "CP Art 5",
            "The order does not state the consequences of a breach.",
            "Add them to the order, serve it, then record it.",
        )


def _refused(field: str, article: str, problem: str, next_step: str) -> Violation:
    return Violation(
        reason=Reason.ORDER_REFUSED,
        field=field,
        article=article,
        problem=problem,
        next_step=next_step,
    )
