"""The rules of whole acts: a listing entered, an order issued.

Each function runs every rule of its act and returns every violation, in the order in which a clerk
fills in the form. What depends on other records (uniqueness, who owes) is asked apart, inside the
transaction that holds them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from document import Document
from registry.law.case_number import CaseNumber, case_is_an_enforcement_case_of
from registry.law.facts import (
    Ability,
    Article3Bars,
    Decision,
    Extension,
    Ground,
    Item,
    RecordedBirth,
    RiskWarning,
    Service,
    SubjectKind,
)
from registry.law.grounds import (
    article_3_bars_nothing,
    ground_has_its_evidence,
    ground_is_one_of_the_six,
    refusal_is_of_a_debtor_found_able,
)
from registry.law.identity import subject_has_a_fitting_document, subject_is_named
from registry.law.minors import debtor_is_no_minor
from registry.law.orders import (
    conduct_and_ability_are_weighed,
    notice_period_ended_unpaid,
    order_has_an_end_or_a_review,
    order_names_its_items,
    order_states_its_consequences,
)
from registry.law.service import (
    decision_is_served,
    decision_is_written_and_signed,
    grace_is_one_to_three_months,
    warning_came_before_the_decision,
)
from registry.law.terms import extensions_are_lawful, term_fits_the_ground
from registry.law.violation import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectFacts:
    """The debtor as the request names them."""

    kind: SubjectKind
    name: str
    documents: Sequence[Document]
    birth: RecordedBirth | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What a consumption restriction order states, apart from its decision."""

    items: Sequence[Item]
    end_on: date | None
    review_on: date | None
    consequences_stated: bool
    conduct_finding: str
    ability: Ability
    notice_period_ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFacts:
    """What a listing states, apart from its decision and the order that comes with it."""

    ground: Ground | None
    evidence_reference: str
    ability: Ability
    article_3: Article3Bars | None
    term_years: int | None
    warning: RiskWarning | None
    extensions: Sequence[Extension] = ()


def listing_violations(
    *,
    subject: SubjectFacts,
    listing: ListingFacts,
    order: OrderFacts,
    decision: Decision,
    service: Service | None,
    grace_until: date | None,
    case: CaseNumber,
    court_code: str,
    today: date,
) -> list[Violation]:
    """Return all that forbids entering a listing with its order (LP Arts 1 to 7; CP Arts 1 to 5).

    A listing comes with its order always: listed means restricted (CP Art 1).
    """
    return [
        *_subject_violations(subject, decision.decided_on),
        *case_is_an_enforcement_case_of(case, court_code),
        *ground_is_one_of_the_six(listing.ground),
        *ground_has_its_evidence(listing.evidence_reference),
        *refusal_is_of_a_debtor_found_able(listing.ground, listing.ability),
        *article_3_bars_nothing(listing.ground, listing.article_3),
        *term_fits_the_ground(listing.ground, listing.term_years),
        *extensions_are_lawful(listing.ground, decision.decided_on, listing.extensions),
        *warning_came_before_the_decision(listing.warning, decision.decided_on),
        *_decision_violations(decision, service, grace_until, today),
        *(
            violation.under("order")
            for violation in _order_content_violations(order, decision.decided_on, today)
        ),
    ]


def order_violations(
    *,
    subject: SubjectFacts,
    order: OrderFacts,
    decision: Decision,
    service: Service | None,
    grace_until: date | None,
    case: CaseNumber,
    court_code: str,
    today: date,
) -> list[Violation]:
    """Return all that forbids issuing an order that stands alone (CP Arts 1 to 5; OP)."""
    return [
        *_subject_violations(subject, decision.decided_on),
        *case_is_an_enforcement_case_of(case, court_code),
        *_decision_violations(decision, service, grace_until, today),
        *_order_content_violations(order, decision.decided_on, today),
    ]


def _subject_violations(subject: SubjectFacts, decided_on: date) -> list[Violation]:
    return [
        *subject_is_named(subject.name),
        *subject_has_a_fitting_document(subject.kind, subject.documents),
        *debtor_is_no_minor(
            kind=subject.kind,
            documents=subject.documents,
            recorded=subject.birth,
            decided_on=decided_on,
        ),
    ]


def _decision_violations(
    decision: Decision, service: Service | None, grace_until: date | None, today: date
) -> list[Violation]:
    return [
        *decision_is_written_and_signed(decision, today=today),
        *decision_is_served(service, decision, today=today),
        *grace_is_one_to_three_months(decision.decided_on, grace_until),
    ]


def _order_content_violations(order: OrderFacts, decided_on: date, today: date) -> list[Violation]:
    return [
        *notice_period_ended_unpaid(order.notice_period_ended_on, decided_on),
        *conduct_and_ability_are_weighed(order.conduct_finding, order.ability),
        *order_names_its_items(order.items),
        *order_has_an_end_or_a_review(
            end_on=order.end_on,
            review_on=order.review_on,
            decided_on=decided_on,
            today=today,
        ),
        *order_states_its_consequences(consequences_stated=order.consequences_stated),
    ]
