"""How listings and orders end: deleted, revoked and lifted are three different acts.

The table is LP Arts 2(2), 9 and 10 and CP Art 9. One point is kept as it stands in the law: the
seven cases of LP Art 10(1) do not end a listing that has a term, while full performance must lift
the order. So performance lifts every order and deletes ground 1 at once, and puts the early deletion
of a termed listing before a judge.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from registry.law.days import add_months
from registry.law.facts import Ground, Role
from registry.law.violation import Reason, Violation, Violations

BAR_MONTHS: Final = 6
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


_RECORDED: Final = frozenset({Role.CLERK, Role.JUDGE, Role.PRESIDENT})
_DECIDED: Final = frozenset({Role.JUDGE, Role.PRESIDENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingRule:
    """What one cause ends, and who may say so.

    Attributes:
        article: the article that names the cause.
        roles: who may decide or, where the law leaves nothing to decide, record it.
        ends_untermed_listing: whether it ends a listing on ground 1.
        ends_termed_listing: whether it ends a listing on grounds 2 to 6.
        ends_order: whether an order may be lifted for it on its own.
        takes_the_order: whether ending a listing for it ends the accompanying order too.
        revokes: whether the basis is void from the start.
    """

    article: str
    roles: frozenset[Role] = _DECIDED
    ends_untermed_listing: bool = False
    ends_termed_listing: bool = False
    ends_order: bool = False
    takes_the_order: bool = False
    revokes: bool = False


ENDING_RULES: Final = {
    EndingCause.PERFORMED: EndingRule(
        article="LP Art 10(1)1; CP Art 9",
        roles=_RECORDED,
        ends_untermed_listing=True,
        ends_order=True,
        takes_the_order=True,
    ),
    EndingCause.SETTLEMENT_PERFORMED: EndingRule(
        article="LP Art 10(1)2; CP Art 9",
        ends_untermed_listing=True,
        ends_order=True,
        takes_the_order=True,
    ),
    # The creditor gives up the publicity, not the debt; the order needs its own consent.
    EndingCause.CREDITOR_REQUEST: EndingRule(article="LP Art 10(1)3", ends_untermed_listing=True),
    # A parked case keeps its order: it was a condition of parking it.
    EndingCause.NO_ASSETS_FOUND: EndingRule(article="LP Art 10(1)4", ends_untermed_listing=True),
    EndingCause.ENFORCEMENT_STAYED: EndingRule(
        article="LP Art 10(1)5",
        ends_untermed_listing=True,
        ends_order=True,
        takes_the_order=True,
    ),
    EndingCause.NOT_ENFORCED: EndingRule(
        article="LP Art 10(1)6",
        ends_untermed_listing=True,
        ends_order=True,
        takes_the_order=True,
    ),
    EndingCause.ENFORCEMENT_ENDED: EndingRule(
        article="LP Art 10(1)7",
        ends_untermed_listing=True,
        ends_order=True,
        takes_the_order=True,
    ),
    EndingCause.EARLY_DELETION: EndingRule(article="LP Art 2(2)", ends_termed_listing=True),
    EndingCause.TERM_ENDED: EndingRule(
        article="LP Art 10(2)", roles=_RECORDED, ends_termed_listing=True
    ),
    EndingCause.WRONG_PERSON: EndingRule(
        article="LP Art 9",
        ends_untermed_listing=True,
        ends_termed_listing=True,
        ends_order=True,
        takes_the_order=True,
        revokes=True,
    ),
    EndingCause.WRONGLY_LISTED: EndingRule(
        article="LP Art 9",
        ends_untermed_listing=True,
        ends_termed_listing=True,
        takes_the_order=True,
        revokes=True,
    ),
    EndingCause.SECURITY_GIVEN: EndingRule(article="CP Art 9", ends_order=True),
    EndingCause.CREDITOR_CONSENT: EndingRule(article="CP Art 9", ends_order=True),
    EndingCause.OFFICER_REPLACED: EndingRule(article="OP replaced officer", ends_order=True),
    EndingCause.REVIEW: EndingRule(article="CP Art 5; LP Art 12", ends_order=True),
}
"""Every cause with its rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceConsequence:
    """What full performance does to one listing; every order on the obligation is lifted anyway."""

    deletes: bool
    opens_early_deletion_task: bool


def consequence_of_performance(ground: Ground) -> PerformanceConsequence:
    """LP Arts 2(2), 10(1)1 and 10(2): ground 1 goes at once; a termed listing awaits a judge."""
    return PerformanceConsequence(
        deletes=not ground.has_term, opens_early_deletion_task=ground.has_term
    )


def cause_may_delete(cause: EndingCause | None, ground: Ground) -> Violations:
    """LP Art 10: the seven cases delete ground 1 only; a termed listing goes by Art 2(2) or term."""
    rule = ENDING_RULES[cause] if cause is not None else None
    if rule is None or rule.revokes or not (rule.ends_untermed_listing or rule.ends_termed_listing):
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


def role_may_decide(cause: EndingCause, role: Role) -> Violations:
    """LP Arts 2(2), 9, 10 and 13: who decides is named; a clerk records what leaves no choice."""
    roles = ENDING_RULES[cause].roles
    if role not in roles:
        names = ",".join(sorted(roles))
        yield Violation(
            reason=Reason.ROLE_REFUSED,
            field="actor.role",
            article=ENDING_RULES[cause].article,
            problem="This role does not decide on this cause.",
            next_step=f"Have it decided by one of: {names}.",
            metadata=(("roles", names),),
        )


def ending_has_its_proof(proof_reference: str) -> Violations:
    """LP Arts 10 and 13: a decision, ruling, request or receipt stands behind every ending."""
    if not proof_reference.strip():
        yield _refused(
            "proof_reference",
            "LP Art 13",
            "Nothing is named that the ending rests on.",
            "Give the reference of the decision, ruling, written request or receipt.",
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


def no_assets_were_found(
    *, parked_on: date | None, empty_queries_on: Iterable[date], useful_lead: bool | None
) -> Violations:
    """LP Art 10(1)4: two empty queries after the case was parked (终本), and no useful lead."""
    if parked_on is None:
        yield _refused(
            "parked_on",
            "LP Art 10(1)4",
            "The case was not parked.",
            "Give the day of the ruling that parked it.",
        )
        return
    # Two queries of one day are one look.
    after = {day for day in empty_queries_on if day > parked_on}
    if len(after) < EMPTY_QUERIES_MIN:
        yield _refused(
            "empty_queries_on",
            "LP Art 10(1)4",
            "Fewer than two empty asset queries were made after the case was parked.",
            "Make a further query; those made before do not count.",
        )
    if useful_lead is not False:
        yield _refused(
            "useful_lead",
            "LP Art 10(1)4",
            "A useful lead was given, or nobody said that none was.",
            "Follow the lead, or record that none was given.",
        )


def earliest_new_application(deleted_on: date) -> date:
    """LP Art 10(4): the first day on which a creditor whose request deleted may apply again."""
    return add_months(deleted_on, BAR_MONTHS) + timedelta(days=1)


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


def _refused(field: str, article: str, problem: str, next_step: str) -> Violation:
    return Violation(
        reason=Reason.ENDING_REFUSED,
        field=field,
        article=article,
        problem=problem,
        next_step=next_step,
    )
