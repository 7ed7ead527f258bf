"""How long a listing runs (LP Art 2)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from registry.law.days import add_years, end_of_day
from registry.law.facts import Extension, Ground
from registry.law.violation import Reason, Violation, Violations

TERM_YEARS: Final = 2
EXTENSION_YEARS_MIN: Final = 1
EXTENSION_YEARS_MAX: Final = 3
"""Of all extensions together, so no listing runs for more than five years."""


def term_fits_the_ground(ground: Ground | None, term_years: int | None) -> Violations:
    """LP Art 2(1): grounds 2 to 6 run for two years; ground 1 has no term."""
    if ground is None:
        return
    if not ground.has_term and term_years is not None:
        yield _refused(
            "term_years",
            "Ground 1 has no term; it ends by Article 10 only.",
            "Leave the term out.",
        )
    if ground.has_term and term_years is None:
        yield _refused(
            "term_years",
            "This ground needs its term.",
            f"State a term of {TERM_YEARS} years.",
        )
    elif ground.has_term and term_years != TERM_YEARS:
        yield _refused(
            "term_years",
            f"The term of this ground is {TERM_YEARS} years, no more and no less.",
            "State that term; a longer one needs its own decision of extension.",
        )


def extensions_are_lawful(
    ground: Ground | None, decided_on: date, extensions: Sequence[Extension]
) -> Violations:
    """LP Art 2(1): one to three years more, for violence, threats or several acts.

    Each extension is a decision of its own, taken while the term still runs: a term that has
    ended is never revived.
    """
    if extensions and ground is not None and not ground.has_term:
        yield _refused(
            "extensions",
            "Ground 1 has no term that could be extended.",
            "Leave the extension out.",
        )
        return
    years_before = 0
    for index, extension in enumerate(extensions):
        field = f"extensions[{index}]"
        if not EXTENSION_YEARS_MIN <= extension.years <= EXTENSION_YEARS_MAX:
            yield _refused(
                f"{field}.years",
                "An extension has one to three years.",
                "State whole years from 1 to 3.",
            )
        if extension.reason is None:
            yield _refused(
                f"{field}.reason",
                "A term is extended for serious violence or threats, or for several acts, only.",
                "State which of the two the decision finds.",
            )
        runs_until = add_years(decided_on, TERM_YEARS + max(0, years_before))
        if not decided_on <= extension.decision.decided_on <= runs_until:
            yield _refused(
                f"{field}.decision.decided_on",
                "The extension was not decided while the term ran.",
                "Check the date; after the term a new listing needs its own ground and warning.",
            )
        # A single figure out of range is named above, and must not make the sums below absurd.
        years_before += min(max(extension.years, 0), EXTENSION_YEARS_MAX)
    if years_before > EXTENSION_YEARS_MAX:
        yield _refused(
            "extensions",
            "All extensions together have at most three years.",
            "Shorten or drop the last extension.",
        )


def term_end(
    ground: Ground, decided_on: date, extensions: Sequence[Extension] = ()
) -> datetime | None:
    """Return the instant, in UTC, at which the term ends; None where the ground has none.

    The term is counted from the decision and ends at 24:00 on the day of the same number, so a
    decision of 29 February ends with 28 February of a common year (Civil Code Art 202).
    """
    if not ground.has_term:
        return None
    years = TERM_YEARS + sum(extension.years for extension in extensions)
    return end_of_day(add_years(decided_on, years))


def _refused(field: str, problem: str, next_step: str) -> Violation:
    return Violation(
        reason=Reason.TERM_REFUSED,
        field=field,
        article="LP Art 2(1)",
        problem=problem,
        next_step=next_step,
    )
