"""How listings and orders end: deleted, revoked and lifted are three different acts.

The table is LP Arts 2(2), 9 and 10 and CP Art 9. One point is kept as it stands in the law: the
seven cases of LP Art 10(1) do not end a listing that has a term, while full performance must lift
the order. So performance lifts every order and deletes ground 1 at once, and puts the early deletion
of a termed listing before a judge.
"""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from registry.law.facts import Ground
from registry.law.violation import Reason, Violation, Violations

EMPTY_QUERIES_MIN: Final = 2


class EndingKind(enum.StrEnum):
    """The three acts that end a basis."""

    DELETED = "DELETED"
    REVOKED = "REVOKED"
    LIFTED = "LIFTED"


class EndingCause(enum.StrEnum):
    """Why a basis ends."""

    PERFORMED = "PERFORMED"
    SETTLEMENT_PERFORMED = "SETTLEMENT_PERFORMED"
    CREDITOR_REQUEST = "CREDITOR_REQUEST"
    NO_ASSETS_FOUND = "NO_ASSETS_FOUND"
    ENFORCEMENT_STAYED = "ENFORCEMENT_STAYED"
    NOT_ENFORCED = "NOT_ENFORCED"
    ENFORCEMENT_ENDED = "ENFORCEMENT_ENDED"
    EARLY_DELETION = "EARLY_DELETION"
    TERM_ENDED = "TERM_ENDED"
    WRONG_PERSON = "WRONG_PERSON"
    WRONGLY_LISTED = "WRONGLY_LISTED"
    SECURITY_GIVEN = "SECURITY_GIVEN"
    CREDITOR_CONSENT = "CREDITOR_CONSENT"
    OFFICER_REPLACED = "OFFICER_REPLACED"
    REVIEW = "REVIEW"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingRule:
    """What one cause ends.

    Attributes:
        article: the article that names the cause.
        ends_untermed_listing: whether it deletes a listing on ground 1.
        ends_termed_listing: whether it deletes a listing on grounds 2 to 6.
        ends_order: whether an order may be lifted for it on its own.
        takes_the_order: whether ending a listing for it ends the accompanying order too.
        revokes: whether it makes a listing on any ground void from the start, instead of deleting.
        on_review: whether the next-higher court may decide it on a plea (LP Arts 11, 12): what should
            never have been, or ought to have ended by law. What lies in the discretion of the court that
            enforces, or waits for a creditor, stays with it.
    """

    article: str
    ends_untermed_listing: bool = False
    ends_termed_listing: bool = False
    ends_order: bool = False
    takes_the_order: bool = False
    revokes: bool = False
    on_review: bool = False


ENDING_RULES: Final = {
    EndingCause.PERFORMED: EndingRule(
        article="LP Art 10(1)1; CP Art 9",
        ends_untermed_listing=True,
        ends_order=True,
        takes_the_order=True,
        on_review=True,
    ),
    EndingCause.SETTLEMENT_PERFORMED: EndingRule(
        article="LP Art 10(1)2; CP Art 9",
        ends_untermed_listing=True,
        ends_order=True,
        takes_the_order=True,
        on_review=True,
    ),
    # The creditor gives up the publicity, not the debt; the order needs its own consent.
    EndingCause.CREDITOR_REQUEST: EndingRule(article="LP Art 10(1)3", ends_untermed_listing=True),
    # A parked case keeps its order: it was a condition of parking it.
    EndingCause.NO_ASSETS_FOUND: EndingRule(
        article="LP Art 10(1)4", ends_untermed_listing=True, on_review=True
    ),
    EndingCause.ENFORCEMENT_STAYED: EndingRule(
        article="LP Art 10(1)5",
        ends_untermed_listing=True,
        ends_order=True,
        takes_the_order=True,
        on_review=True,
    ),
    EndingCause.NOT_ENFORCED: EndingRule(
        article="LP Art 10(1)6",
        ends_untermed_listing=True,
        ends_order=True,
        takes_the_order=True,
        on_review=True,
    ),
    EndingCause.ENFORCEMENT_ENDED: EndingRule(
        article="LP Art 10(1)7",
        ends_untermed_listing=True,
        ends_order=True,
        takes_the_order=True,
        on_review=True,
    ),
    EndingCause.EARLY_DELETION: EndingRule(article="LP Art 2(2)", ends_termed_listing=True),
    EndingCause.TERM_ENDED: EndingRule(
        article="LP Art 10(2)", ends_termed_listing=True, on_review=True
    ),
    EndingCause.WRONG_PERSON: EndingRule(
        article="LP Art 9",
        ends_order=True,
        takes_the_order=True,
        revokes=True,
        on_review=True,
    ),
    EndingCause.WRONGLY_LISTED: EndingRule(
        article="LP Art 9",
        takes_the_order=True,
        revokes=True,
        on_review=True,
    ),
    EndingCause.SECURITY_GIVEN: EndingRule(article="CP Art 9", ends_order=True),
    EndingCause.CREDITOR_CONSENT: EndingRule(article="CP Art 9", ends_order=True),
    EndingCause.OFFICER_REPLACED: EndingRule(article="OP replaced officer", ends_order=True),
    EndingCause.REVIEW: EndingRule(article="CP Art 5; LP Art 12", ends_order=True, on_review=True),
}
"""Every cause with its rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceConsequence:
    """What full performance does to one listing; every order on the obligation is lifted anyway."""

    deletes: bool
    opens_early_deletion_task: bool


def consequence_of_performance(ground: Ground, *, in_grace: bool) -> PerformanceConsequence:
    """LP Arts 2(2), 10(1)1 and 10(2): ground 1 goes at once; a termed listing awaits a judge.

    OP: performance within the grace leaves no penalty at all, on any ground.
    """
    deletes = in_grace or not ground.has_term
    return PerformanceConsequence(deletes=deletes, opens_early_deletion_task=not deletes)


def listing_ending_kind(cause: EndingCause) -> EndingKind:
    """Return how a listing ends for this cause: void from the start (LP Art 9), or deleted."""
    return EndingKind.REVOKED if ENDING_RULES[cause].revokes else EndingKind.DELETED


def order_ending_kind(cause: EndingCause) -> EndingKind:
    """Return how an order ends for this cause; with a void listing it is void too."""
    return EndingKind.REVOKED if ENDING_RULES[cause].revokes else EndingKind.LIFTED


def cause_may_delete(cause: EndingCause | None, ground: Ground) -> Violations:
    """LP Art 10: the seven cases delete ground 1 only; a termed listing goes by Art 2(2) or term."""
    rule = ENDING_RULES[cause] if cause is not None else None
    if rule is None or not (rule.ends_untermed_listing or rule.ends_termed_listing):
        yield _refused(
            "cause",
            "LP Art 10",
            "This cause deletes no listing.",
            "Name a case of Article 10 or 2(2); revoke what was wrong; lift an order.",
        )
    elif ground.has_term and not rule.ends_termed_listing:
        yield _refused(
            "cause",
            "LP Art 10(2)",
            "A listing that has a term is not deleted for this cause.",
            "Have a judge decide on early deletion (Art 2(2)), or wait for the term to end.",
        )
    elif not ground.has_term and not rule.ends_untermed_listing:
        yield _refused(
            "cause",
            "LP Art 10(1)",
            "A listing on ground 1 has no term and no early deletion.",
            "Name one of the seven cases of Article 10.",
        )


def cause_may_revoke(cause: EndingCause | None) -> Violations:
    """LP Art 9: only what should never have been entered is revoked, as void from the start."""
    if cause is None or not ENDING_RULES[cause].revokes:
        yield _refused(
            "cause",
            "LP Art 9",
            "This cause does not make an entry void.",
            "Say whether the person or the listing was wrong; else delete by Article 10.",
        )


def cause_may_lift(cause: EndingCause | None) -> Violations:
    """CP Art 9, OP: what lifts an order on its own."""
    if cause is None or not ENDING_RULES[cause].ends_order:
        yield _refused(
            "cause",
            "CP Art 9",
            "This cause lifts no order.",
            "Name performance, security, consent, a replaced officer, a ruling or a review.",
        )


def cause_is_within_review(cause: EndingCause | None, *, on_review: bool) -> Violations:
    """LP Arts 11, 12: a review finds that an entry was wrong or ought to have ended; it weighs nothing anew.

    Args:
        cause: why the basis ends.
        on_review: whether a reviewer of the next-higher court decides.
    """
    if on_review and cause is not None and not ENDING_RULES[cause].on_review:
        yield _refused(
            "cause",
            "LP Art 12",
            "This cause is for the court that enforces, not for its review.",
            "Name what was wrong or has to end by law, or have that court decide.",
        )


def ending_states_its_reasons(reasons: str) -> Violations:
    """LP Arts 10 and 13: who ends a basis says why; staff answer for what they delete."""
    if not reasons.strip():
        yield _refused(
            "reasons",
            "LP Art 13",
            "No reasons are stated.",
            "Name the decision, ruling, request or receipt that the ending rests on.",
        )


def term_has_ended(term_end_at: datetime | None, now: datetime) -> Violations:
    """LP Art 10(2): a term ends when it ends, not before."""
    if term_end_at is None or now < term_end_at:
        yield _refused(
            "cause",
            "LP Art 10(2)",
            "The term has not ended.",
            "Wait for it, or have a judge decide on early deletion (Art 2(2)).",
        )


def creditor_asked_in_writing(request_reference: str) -> Violations:
    """LP Art 10(1)3: the creditor asks in writing and the court agrees: a click is no request."""
    if not request_reference.strip():
        yield _refused(
            "creditor_request_reference",
            "LP Art 10(1)3",
            "The creditor's written request is not named.",
            "Give the reference of the request in the case file.",
        )


def no_assets_were_found(*, empty_queries: int, useful_lead_received: bool) -> Violations:
    """LP Art 10(1)4: two empty queries after the case was parked (终本), and no useful lead.

    Args:
        empty_queries: asset queries made after the case was parked that found nothing; earlier
            ones do not count.
        useful_lead_received: whether anybody gave a useful lead on assets.
    """
    if empty_queries < EMPTY_QUERIES_MIN:
        yield _refused(
            "empty_queries",
            "LP Art 10(1)4",
            "Fewer than two empty asset queries were made after the case was parked.",
            "Make a further query; those made before do not count.",
        )
    if useful_lead_received:
        yield _refused(
            "useful_lead_received",
            "LP Art 10(1)4",
            "A useful lead was given.",
            "Follow the lead; the listing stays.",
        )


def _refused(field: str, article: str, problem: str, next_step: str) -> Violation:
    return Violation(
        reason=Reason.ENDING_REFUSED,
        field=field,
        article=article,
        problem=problem,
        next_step=next_step,
    )
