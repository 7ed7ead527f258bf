"""Listing a debtor again after a deletion (LP Art 10(3))."""

from datetime import date

from registry.law.violation import Reason, Violation, Violations


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
