"""What a pass may leave free of an order, for how long, and why (CP Arts 3(2) and 8; OP temp lift).

Three different reliefs. What is needed for life or business is approved on application (CP Art 8).
An officer of a restricted entity who pays privately with own money must be allowed (CP Art 3(2)).
The 2019 Opinion lifts the bar on aircraft and fast trains for a listed few causes, for a month at
most. A pass never asks for more than its cause: no rule here looks at the debt.
"""

import enum
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Final

from registry.law.days import add_months
from registry.law.facts import Decision, Item
from registry.law.service import decision_is_written_and_signed
from registry.law.violation import Reason, Violation, Violations


class PassCause(enum.StrEnum):
    """Why a pass is granted."""

    NEED = "NEED"
    PRIVATE_MEANS = "PRIVATE_MEANS"
    ILLNESS = "ILLNESS"
    FUNERAL = "FUNERAL"
    OFFICIAL_DUTY = "OFFICIAL_DUTY"
    FOREIGN_AFFAIRS = "FOREIGN_AFFAIRS"
    EXAM = "EXAM"


CAUSES_OF_THE_OPINION: Final = frozenset(PassCause) - {PassCause.NEED, PassCause.PRIVATE_MEANS}
"""The causes of the 2019 Opinion, for which the bar on aircraft and fast trains is lifted."""

ITEMS_OF_THE_OPINION: Final = frozenset({Item.TRANSPORT, Item.FAST_TRAINS})
MONTHS_MAX_OF_THE_OPINION: Final = 1
MONTHS_MAX: Final = 12
"""The law names no longest time for the other causes. Our own ceiling: who needs an item free for
longer needs another order, not a pass."""

_ARTICLES: Final = {PassCause.NEED: "CP Art 8", PassCause.PRIVATE_MEANS: "CP Art 3(2)"}
_OPINION: Final = "OP temp lift"
_ANY_ARTICLE: Final = "CP Arts 3(2), 8; OP temp lift"


def pass_names_its_cause(cause: PassCause | None) -> Violations:
    """CP Arts 3(2), 8; OP: a pass is granted for one of the causes that the law knows."""
    if cause is None:
        yield _refused(
            "cause",
            _ANY_ARTICLE,
            "The pass has no cause.",
            "Name the need, the private means, or one of the causes of the 2019 Opinion.",
        )


def pass_frees_what_the_order_bars(items: Collection[Item], barred: Collection[Item]) -> Violations:
    """CP Arts 5, 8: a pass leaves items of its order free, at least one, each named once."""
    if not items:
        yield _refused(
            "items",
            _ANY_ARTICLE,
            "The pass leaves nothing free.",
            "Name at least one item that the order bars.",
        )
    elif len(set(items)) != len(items):
        yield _refused("items", _ANY_ARTICLE, "An item is named twice.", "Name each item once.")
    if not set(items) <= set(barred):
        yield _refused(
            "items",
            _ANY_ARTICLE,
            "The order does not bar one of these items.",
            "Leave it out; what no order bars is free without a pass.",
        )


def opinion_frees_travel_alone(cause: PassCause | None, items: Collection[Item]) -> Violations:
    """OP: its causes lift the bar on aircraft and fast trains, and on nothing else."""
    if cause in CAUSES_OF_THE_OPINION and not set(items) <= ITEMS_OF_THE_OPINION:
        yield _refused(
            "items",
            _OPINION,
            "For this cause only TRANSPORT and FAST_TRAINS are left free.",
            "Leave the other items out, or decide on a need for life or business (CP Art 8).",
        )


def pass_has_its_days(first_on: date, last_on: date, *, today: date) -> Violations:
    """CP Art 8: a pass is for days that are still to come, and not in the wrong order.

    That its first day is at most a year ahead is our own ceiling: later ones are slips in the year.
    """
    if last_on < first_on:
        yield _refused(
            "last_day",
            _ANY_ARTICLE,
            "The last day comes before the first.",
            "Check both days.",
        )
    elif last_on < today:
        yield _refused(
            "last_day",
            _ANY_ARTICLE,
            "The last day has passed.",
            "Give days that are still to come.",
        )
    elif first_on > add_months(today, MONTHS_MAX):
        yield _refused(
            "first_day",
            _ANY_ARTICLE,
            "The first day is more than a year ahead.",
            "Check the year; the court may decide nearer to the day.",
        )


def pass_is_no_longer_than_its_cause_allows(
    cause: PassCause | None, first_on: date, last_on: date
) -> Violations:
    """OP: one month at most. For the other causes our own ceiling is one year."""
    is_of_the_opinion = cause in CAUSES_OF_THE_OPINION
    months_max = MONTHS_MAX_OF_THE_OPINION if is_of_the_opinion else MONTHS_MAX
    if last_on > add_months(first_on, months_max):
        yield _refused(
            "last_day",
            _OPINION if is_of_the_opinion else _article(cause),
            "The pass runs for more than a month."
            if is_of_the_opinion
            else "The pass runs for more than a year.",
            "Give an earlier last day; the court may decide again then.",
        )


def pass_is_signed(cause: PassCause | None, decision: Decision, *, today: date) -> Violations:
    """OP, CP Art 8: after approval only: a written decision that the court's president signed."""
    for violation in decision_is_written_and_signed(decision, today=today, article=_article(cause)):
        yield replace(violation, reason=Reason.PASS_REFUSED)


def signer_is_the_president(
    cause: PassCause | None, signed_by: str, *, is_president: bool
) -> Violations:
    """OP, CP Art 8: who signed is enrolled as president of the ordering court."""
    if signed_by.strip() and not is_president:
        yield _refused(
            "decision.signed_by",
            _article(cause),
            "The signer is not enrolled as president of the ordering court.",
            "Have the court's president sign, or enrol her.",
        )


def pass_is_granted_once(cause: PassCause | None, *, is_granted: bool) -> Violations:
    """OP, CP Art 8: one decision grants a pass once; one that was taken back needs a new decision.

    Otherwise a president's signature would be good for as many passes as anybody likes.
    """
    if is_granted:
        yield _refused(
            "decision.number",
            _article(cause),
            "This decision has granted this very pass before.",
            "Have the court decide anew, under another number.",
        )


def _article(cause: PassCause | None) -> str:
    if cause is None:
        return _ANY_ARTICLE
    return _ARTICLES.get(cause, _OPINION)


def _refused(field: str, article: str, problem: str, next_step: str) -> Violation:
    return Violation(
        reason=Reason.PASS_REFUSED,
        field=field,
        article=article,
        problem=problem,
        next_step=next_step,
    )
