"""The term of grounds 2 to 6, as the row states it and as the law counts it (LP Art 2)."""

from datetime import date
from typing import Final

from registry.intake.examination import Examination
from registry.intake.words import EXTENSION_REASON
from registry.law.days import add_years
from registry.law.facts import Decision, Extension, Ground
from registry.law.service import decision_is_written
from registry.law.terms import (
    EXTENSION_YEARS_MAX,
    TERM_YEARS,
    extension_is_a_decision_of_its_own,
    extension_is_lawful,
)
from registry.law.violation import Reason

_EXTENSION_FIELDS: Final = ("extensionReason", "extensionDecisionNumber", "extensionDecidedOn")
_FIELD_OF: Final = {
    "decision.number": "extensionDecisionNumber",
    "decision.decided_on": "extensionDecidedOn",
    "listing.extension": "extensionReason",
    "listing.extension.reason": "extensionReason",
    "listing.extension.years": "termEnd",
    "listing.extension.decision.number": "extensionDecisionNumber",
    "listing.extension.decision.decided_on": "extensionDecidedOn",
}
_PAST: Final = "The term is over. Do not enter the debtor; take the row out."


def read_term(
    row: Examination, *, ground: Ground | None, decision: Decision | None, go_live_on: date
) -> tuple[date | None, Extension | None]:
    """The last day of the term and the extension that makes it so; (None, None) for ground 1.

    Nobody states a term freely: the last day must be the decision's day two years on, or one to
    three years later by a decision of its own.
    """
    last_day = row.day("termEnd", may_come=True)
    extended = [name for name in _EXTENSION_FIELDS if row.holds(name)]
    if ground is not None and not ground.has_term:
        _refuse_term(row, extended)
        return None, None
    if last_day is not None and last_day < row.today:
        row.wrong("termEnd", _PAST, "TERM_PAST")
    if ground is not None and not row.holds("termEnd"):
        _ask_for_term(row, decision)
    if ground is None or decision is None or last_day is None:
        return None, None
    years = _years_extended(decision.decided_on, last_day)
    if years is None:
        row.wrong(
            "termEnd",
            "Is not the decision's day two years on, nor one to three years later. "
            "Check both days.",
            Reason.TERM_REFUSED,
        )
    if years == 0 and extended:
        row.wrong(
            extended[0],
            "An extension is named, but the term ends after two years. Check termEnd.",
            Reason.TERM_REFUSED,
        )
    if not years:
        return last_day, None
    return last_day, _extension(row, years, ground, decision, go_live_on)


def _refuse_term(row: Examination, extended: list[str]) -> None:
    for name in ("termEnd", *extended):
        if row.holds(name):
            row.wrong(
                name,
                "Ground 1 has no term; it ends by Article 10 only. Check the ground, or leave it "
                "out.",
                Reason.TERM_REFUSED,
            )


def _ask_for_term(row: Examination, decision: Decision | None) -> None:
    row.lacks("termEnd", "Is missing. Give the last day of the term, counted from the decision.")
    longest = TERM_YEARS + EXTENSION_YEARS_MAX
    if decision is not None and add_years(decision.decided_on, longest) < row.today:
        row.wrong("decidedOn", _PAST, "TERM_PAST")


def _years_extended(decided_on: date, last_day: date) -> int | None:
    for years in range(EXTENSION_YEARS_MAX + 1):
        if add_years(decided_on, TERM_YEARS + years) == last_day:
            return years
    return None


def _extension(
    row: Examination, years: int, ground: Ground, listed: Decision, go_live_on: date
) -> Extension | None:
    reason = row.needed_choice(
        "extensionReason", EXTENSION_REASON, "VIOLENCE_OR_THREATS or SEVERAL_ACTS"
    )
    number = row.needed_text("extensionDecisionNumber", 100, "the number of the decision to extend")
    decided_on = row.needed_day("extensionDecidedOn", "the day of the decision to extend")
    if decided_on is not None and decided_on >= go_live_on:
        row.wrong(
            "extensionDecidedOn",
            "Was decided on or after the court's go-live day. Enter the debtor with EnterListing.",
            "AFTER_GO_LIVE",
        )
    if decided_on is None or reason is None or not number:
        return None
    decision = Decision(
        number=number, decided_on=decided_on, signed_by="", signed_on=None, reasons=""
    )
    extension = Extension(years=years, reason=reason, decision=decision)
    row.breaks(decision_is_written(decision, today=row.today), _FIELD_OF)
    row.breaks(extension_is_lawful(ground, listed.decided_on, extension), _FIELD_OF)
    row.breaks(extension_is_a_decision_of_its_own(listed.number, extension), _FIELD_OF)
    return extension
