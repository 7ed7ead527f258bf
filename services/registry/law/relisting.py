"""Listing a debtor again after a deletion (LP Art 10(3))."""

from datetime import date

from registry.law.numbers import same_number
from registry.law.violation import Reason, Violation, Violations


def relisting_is_decided_anew(
    *, decision_number: str, decided_on: date, ended_decision_number: str, ended_on: date
) -> Violations:
    """LP Art 10(3): listing again needs a new decision; a deleted entry is never brought back."""
    if same_number(decision_number, ended_decision_number) or decided_on < ended_on:
        yield Violation(
            reason=Reason.UNLAWFUL,
            field="decision.number",
            article="LP Art 10(3)",
            problem="The decision is the one of the ended listing, or older than its end.",
            next_step="Decide anew, on a ground that exists now and after a new warning.",
        )


def reordering_is_decided_anew(
    *, order_number: str, decided_on: date, ended_order_number: str, ended_on: date
) -> Violations:
    """CP Arts 5 and 9: what was lifted is not brought back by handing in the same order again."""
    if same_number(order_number, ended_order_number) or decided_on < ended_on:
        yield Violation(
            reason=Reason.UNLAWFUL,
            field="order.decision.number",
            article="CP Arts 5 and 9",
            problem="The order is one that has ended, or older than its end.",
            next_step="Decide anew and issue a new order, signed and served.",
        )
