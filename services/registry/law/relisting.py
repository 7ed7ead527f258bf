"""Listing a debtor again after a deletion (LP Art 10(3) and (4))."""

from datetime import date
from typing import Final

from registry.law.days import add_months, next_day
from registry.law.violation import Reason, Violation, Violations

BAR_MONTHS: Final = 6


def earliest_new_application(deleted_on: date) -> date:
    """LP Art 10(4): the first day on which a creditor whose request deleted may apply again."""
    return next_day(add_months(deleted_on, BAR_MONTHS))


def application_is_not_barred(applied_on: date, deleted_at_request_on: date | None) -> Violations:
    """LP Art 10(4): within six months the same creditor's new application is refused.

    Only an application of that creditor is barred; the court's own motion is not.
    """
    if deleted_at_request_on is None:
        return
    earliest = earliest_new_application(deleted_at_request_on)
    if applied_on < earliest:
        yield Violation(
            reason=Reason.UNLAWFUL,
            field="application.applied_on",
            article="LP Art 10(4)",
            problem="This creditor asked for the deletion less than six months before.",
            next_step=f"Refuse the application; a new one is possible from {earliest}.",
        )


def relisting_is_decided_anew(
    *, decision_number: str, decided_on: date, ended_decision_number: str, ended_on: date
) -> Violations:
    """LP Art 10(3): listing again needs a new decision; a deleted entry is never brought back."""
    if decision_number == ended_decision_number or decided_on < ended_on:
        yield Violation(
            reason=Reason.UNLAWFUL,
            field="decision.number",
            article="LP Art 10(3)",
            problem="The decision is the one of the ended listing, or older than its end.",
            next_step="Decide anew, on a ground that exists now and after a new warning.",
        )
