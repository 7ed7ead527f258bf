"""The rules of whole acts: a listing entered, an order issued.

Each function runs every rule of its act and returns every violation, in the order in which a clerk
fills in the form. What depends on other records (uniqueness, who owes) is asked apart, inside the
transaction that holds them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from document import Document
from registry.law.case_number import (
    CaseNumber,
    case_is_an_enforcement_case_of,
    case_was_filed_before_the_decision,
)
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
    conduct_is_told,
    ground_has_its_evidence,
    ground_is_one_of_the_six,
    refusal_is_of_a_debtor_found_able,
)
from registry.law.identity import (
    organisation_names_its_representative,
    person_has_one_number_of_a_kind,
    subject_has_a_fitting_document,
    subject_is_named,
)
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
from registry.law.terms import (
    extension_is_a_decision_of_its_own,
    extension_is_lawful,
    term_still_runs,
)
from registry.law.violation import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectFacts:
    """The debtor as the request names them."""

    kind: SubjectKind
    name: str
    documents: Sequence[Document]
    birth: RecordedBirth | None
    legal_representative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """The case in which the court acts, and the court that acts."""

    number: CaseNumber
    filed_on: date | None
    court_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFacts:
    """What a decision to list states, and the warning before it."""

    decision: Decision
    service: Service | None
    warning: RiskWarning | None
    ground: Ground | None
    evidence_reference: str
    conduct: str
    ability: Ability
    article_3: Article3Bars | None
    extension: Extension | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What a consumption restriction order states; its decision is the order itself."""

    decision: Decision
    service: Service | None
    items: Sequence[Item]
    end_on: date | None
    review_on: date | None
    consequences_stated: bool
    conduct_finding: str
    ability_finding: str
    notice_period_ended_on: date | None


def listing_violations(
    *,
    subject: SubjectFacts,
    case: CaseFacts,
    listing: ListingFacts,
    order: OrderFacts,
    grace_until: date | None,
    today: date,
) -> list[Violation]:
    """Return all that forbids entering a listing with its order (LP Arts 1 to 7; CP Arts 1 to 5).

    A listing comes with its order always: listed means restricted (CP Art 1). Fields are those of
    `EnterListingRequest`.
    """
    decision = listing.decision
    return [
        *_case_violations(case, min(decision.decided_on, order.decision.decided_on)),
        # The earlier of the two days is the one on which the debtor was younger.
        *_subject_violations(subject, min(decision.decided_on, order.decision.decided_on)),
        *decision_is_written_and_signed(decision, today=today),
        *decision_is_served(listing.service, decision, today=today),
        *warning_came_before_the_decision(listing.warning, decision.decided_on),
        *_ground_violations(listing),
        *_term_violations(listing, today),
        *_order_violations(order, today),
        *grace_is_one_to_three_months(decision.decided_on, grace_until),
    ]


def order_violations(
    *,
    subject: SubjectFacts,
    case: CaseFacts,
    order: OrderFacts,
    grace_until: date | None,
    today: date,
) -> list[Violation]:
    """Return all that forbids issuing an order that stands alone (CP Arts 1 to 5; OP).

    Fields are those of `IssueOrderRequest`.
    """
    return [
        *_case_violations(case, order.decision.decided_on),
        *_subject_violations(subject, order.decision.decided_on),
        *_order_violations(order, today),
        *grace_is_one_to_three_months(order.decision.decided_on, grace_until),
    ]


def _case_violations(case: CaseFacts, decided_on: date) -> list[Violation]:
    return [
        *case_is_an_enforcement_case_of(case.number, case.court_code),
        *case_was_filed_before_the_decision(case.filed_on, decided_on),
    ]


def _subject_violations(subject: SubjectFacts, decided_on: date) -> list[Violation]:
    return [
        *subject_is_named(subject.name),
        *subject_has_a_fitting_document(subject.kind, subject.documents),
        *person_has_one_number_of_a_kind(subject.documents),
        *organisation_names_its_representative(subject.kind, subject.legal_representative),
        *debtor_is_no_minor(
            kind=subject.kind,
            documents=subject.documents,
            recorded=subject.birth,
            decided_on=decided_on,
        ),
    ]


def _ground_violations(listing: ListingFacts) -> list[Violation]:
    return [
        *ground_is_one_of_the_six(listing.ground),
        *ground_has_its_evidence(listing.evidence_reference),
        *conduct_is_told(listing.conduct),
        *refusal_is_of_a_debtor_found_able(listing.ground, listing.ability),
        *article_3_bars_nothing(listing.ground, listing.article_3),
    ]


def _term_violations(listing: ListingFacts, today: date) -> list[Violation]:
    ground, extension = listing.ground, listing.extension
    decided_on = listing.decision.decided_on
    violations = [
        *extension_is_lawful(ground, decided_on, extension),
        *extension_is_a_decision_of_its_own(listing.decision.number, extension),
        *term_still_runs(ground, decided_on, extension, today=today),
    ]
    if extension is not None:
        signed = decision_is_written_and_signed(extension.decision, today=today)
        violations += [violation.under("listing.extension") for violation in signed]
    return violations


def _order_violations(order: OrderFacts, today: date) -> list[Violation]:
    decided_on = order.decision.decided_on
    violations = [
        *decision_is_written_and_signed(order.decision, today=today, article="CP Art 5"),
        *decision_is_served(order.service, order.decision, today=today, article="CP Art 5; OP"),
        *notice_period_ended_unpaid(order.notice_period_ended_on, decided_on),
        *conduct_and_ability_are_weighed(order.conduct_finding, order.ability_finding),
        *order_names_its_items(order.items),
        *order_has_an_end_or_a_review(
            end_on=order.end_on, review_on=order.review_on, decided_on=decided_on, today=today
        ),
        *order_states_its_consequences(consequences_stated=order.consequences_stated),
    ]
    return [violation.under("order") for violation in violations]
