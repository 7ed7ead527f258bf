"""How long a listing runs (LP Art 2)."""

from datetime import date, datetime
from typing import Final

from registry.law.days import add_years, end_of_day
from registry.law.facts import Extension, Ground
from registry.law.violation import Reason, Violation, Violations

TERM_YEARS: Final = 2
EXTENSION_YEARS_MIN: Final = 1
EXTENSION_YEARS_MAX: Final = 3
"""So no listing runs for more than five years."""


def extension_is_lawful(
    ground: Ground | None, decided_on: date, extension: Extension | None
) -> Violations:
    """LP Art 2(1): one to three years more, for violence, threats or several acts.

    An extension is a decision of its own, taken while the two years run: a term that has ended is
    never revived. Ground 1 has no term to extend.
    """
    if extension is None or ground is None:
        return
    if not ground.has_term:
        yield _refused(
            "listing.extension",
            "Ground 1 has no term; it ends by Article 10 only.",
            "Leave the extension out.",
        )
        return
    if not EXTENSION_YEARS_MIN <= extension.years <= EXTENSION_YEARS_MAX:
        yield _refused(
            "listing.extension.years",
            "An extension has one to three years.",
            "State whole years from 1 to 3.",
        )
    if extension.reason is None:
        yield _refused(
            "listing.extension.reason",
            "A term is extended for serious violence or threats, or for several acts, only.",
            "State which of the two the decision finds.",
        )
    if not decided_on <= extension.decision.decided_on <= add_years(decided_on, TERM_YEARS):
        yield _refused(
            "listing.extension.decision.decided_on",
            "The extension was not decided while the term ran.",
            "Check the date; after the term a new listing needs its own ground and warning.",
        )


def extension_is_a_decision_of_its_own(
    decision_number: str, extension: Extension | None
) -> Violations:
    """LP Art 2(1): nothing is extended by the decision that lists."""
    if extension is not None and extension.decision.number.strip() == decision_number.strip():
        yield _refused(
            "listing.extension.decision.number",
            "The extension has the number of the decision to list.",
            "Give the number of the separate decision to extend.",
        )


def term_still_runs(
    ground: Ground | None, decided_on: date, extension: Extension | None, *, today: date
) -> Violations:
    """LP Art 10(2): a listing whose term is over is deleted, so it is not entered either."""
    if ground is None or not ground.has_term:
        return
    if today > _last_day(decided_on, extension):
        yield _refused(
            "decision.decided_on",
            "The term that starts with this decision is over already.",
            "Do not enter it; a new listing needs a new decision.",
        )


def term_end(
    ground: Ground, decided_on: date, extension: Extension | None = None
) -> datetime | None:
    """Return the instant, in UTC, at which the term ends; None where the ground has none.

    Nobody states a term: grounds 2 to 6 have two years and ground 1 none (LP Art 2(1)). It is
    counted from the decision and ends at 24:00 on the day of the same number, so a decision of
    29 February ends with 28 February of a common year (Civil Code Art 202).
    """
    if not ground.has_term:
        return None
    return end_of_day(_last_day(decided_on, extension))


def _last_day(decided_on: date, extension: Extension | None) -> date:
    # What no decision may grant is bounded here, so an absurd figure stays within the calendar.
    granted = min(max(0, extension.years), EXTENSION_YEARS_MAX) if extension is not None else 0
    return add_years(decided_on, TERM_YEARS + granted)


def _refused(field: str, problem: str, next_step: str) -> Violation:
    return Violation(
        reason=Reason.TERM_REFUSED,
        field=field,
        article="LP Art 2(1)",
        problem=problem,
        next_step=next_step,
    )
