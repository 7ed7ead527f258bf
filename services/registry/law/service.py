"""Warning, signature, service and grace: the way a decision takes before it binds (LP Art 5)."""

from datetime import date, datetime
from typing import Final

from registry.law.days import add_months, end_of_day, start_of_day
from registry.law.facts import Decision, RiskWarning, Service
from registry.law.violation import Reason, Violation, Violations

PROVISIONS_IN_FORCE_ON: Final = date(2010, 10, 1)
"""The older of the two provisions, Fa Shi [2010] No. 8, came into force: no decision is older."""

GRACE_MONTHS_MIN: Final = 1
GRACE_MONTHS_MAX: Final = 3


def decision_is_written(
    decision: Decision, *, today: date, article: str = "LP Art 5"
) -> Violations:
    """LP Art 5, CP Art 5: a decision in writing has a number and a day on which it could be made."""
    if not decision.number.strip():
        yield _unsigned(
            "decision.number", article, "The decision has no number.", "Give its number."
        )
    if decision.decided_on > today:
        yield _unsigned(
            "decision.decided_on",
            article,
            "The decision is dated in the future.",
            "Check the date of the decision.",
        )
    if decision.decided_on < PROVISIONS_IN_FORCE_ON:
        yield _unsigned(
            "decision.decided_on",
            article,
            "The decision is older than the provisions it must rest on.",
            "Check the date of the decision.",
        )


def decision_is_written_and_signed(
    decision: Decision, *, today: date, article: str = "LP Art 5"
) -> Violations:
    """LP Art 5, CP Art 5: a written decision, signed by the court's president, before effect."""
    yield from decision_is_written(decision, today=today, article=article)
    if not decision.signed_by.strip():
        yield _unsigned(
            "decision.signed_by",
            article,
            "No president has signed the decision.",
            "Have the court's president sign it.",
        )
    if not decision.reasons.strip():
        yield _unsigned(
            "decision.reasons",
            article,
            "The decision states no reasons.",
            "Give the reasons as the decision states them.",
        )
    if decision.signed_on is None:
        yield _unsigned(
            "decision.signed_on",
            article,
            "The day of the president's signature is missing.",
            "Give the day on which the president signed.",
        )
    elif not decision.decided_on <= decision.signed_on <= today:
        yield _unsigned(
            "decision.signed_on",
            article,
            "The signature is dated before the decision or in the future.",
            "Check both dates.",
        )


def warning_came_before_the_decision(warning: RiskWarning | None, decided_on: date) -> Violations:
    """LP Art 5: the enforcement notice warned of listing, and was served before the decision.

    A notice served on the day of the decision gave nobody time to heed it.
    """
    if warning is None:
        yield _unwarned("warning", "No enforcement notice with a risk warning is named.")
        return
    if not warning.notice_number.strip():
        yield _unwarned("warning.notice_number", "The enforcement notice has no number.")
    if not warning.text_version.strip():
        yield _unwarned("warning.text_version", "The version of the warning's text is missing.")
    if warning.served_on is None:
        yield _unwarned("warning.served_on", "The day on which the warning was served is missing.")
    elif warning.served_on >= decided_on:
        yield _unwarned("warning.served_on", "The warning was not served before the decision.")


def decision_is_served(
    service: Service | None, decision: Decision, *, today: date, article: str = "LP Art 5; OP"
) -> Violations:
    """LP Art 5, OP: served by a lawful mode, with day and proof, after it was signed.

    The 2019 Opinion forbids a decision that is signed and not served: nobody learns from a refused
    ticket that a court decided about them.
    """
    if service is None:
        yield _unserved("service", article, "The decision is not served.")
        return
    if service.mode is None:
        yield _unserved("service.mode", article, "The mode of service is missing.")
    if not service.proof_reference.strip():
        yield _unserved("service.proof_reference", article, "The proof of service is missing.")
    if service.served_on is None:
        yield _unserved("service.served_on", article, "The day of service is missing.")
        return
    if service.served_on > today:
        yield _unserved("service.served_on", article, "The day of service lies in the future.")
    if service.served_on < (decision.signed_on or decision.decided_on):
        yield _unserved("service.served_on", article, "It was served before it was signed.")


def grace_is_one_to_three_months(decided_on: date, grace_until: date | None) -> Violations:
    """OP: the court may give one to three months after deciding; nothing binds meanwhile."""
    if grace_until is None:
        return
    earliest = add_months(decided_on, GRACE_MONTHS_MIN)
    latest = add_months(decided_on, GRACE_MONTHS_MAX)
    if not earliest <= grace_until <= latest:
        yield Violation(
            reason=Reason.GRACE_REFUSED,
            field="grace_until",
            article="OP grace",
            problem="The grace period lies outside one to three months after the decision.",
            next_step=f"Give a last day from {earliest} to {latest}, or no grace.",
        )


def in_force_from(
    *, entered_at: datetime, served_on: date, grace_until: date | None = None
) -> datetime:
    """Return the instant, in UTC, from which a signed and served basis counts.

    Never before it is in the record, never before the day of service starts, and with grace never
    before the last day of grace has ended (24:00): nobody is refused for a time at which no gate
    could have known.
    """
    instants = [entered_at, start_of_day(served_on)]
    if grace_until is not None:
        instants.append(end_of_day(grace_until))
    return max(instants)


def _unsigned(field: str, article: str, problem: str, next_step: str) -> Violation:
    return Violation(
        reason=Reason.NOT_SIGNED,
        field=field,
        article=article,
        problem=problem,
        next_step=next_step,
    )


def _unwarned(field: str, problem: str) -> Violation:
    return Violation(
        reason=Reason.NOT_WARNED,
        field=field,
        article="LP Art 5",
        problem=problem,
        next_step="Serve the enforcement notice with its warning first, then decide anew.",
    )


def _unserved(field: str, article: str, problem: str) -> Violation:
    return Violation(
        reason=Reason.NOT_SERVED,
        field=field,
        article=article,
        problem=problem,
        next_step="Serve the signed decision and record mode, day and proof.",
    )
