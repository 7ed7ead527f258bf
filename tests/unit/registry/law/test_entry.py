"""Whole acts: every rule is asked, and everything wrong is said at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from document import DocumentKind
from registry.law.case_number import parse_case_number
from registry.law.entry import (
    CaseFacts,
    ListingFacts,
    OrderFacts,
    SubjectFacts,
    listing_violations,
    order_violations,
)
from registry.law.facts import (
    Ability,
    Decision,
    Extension,
    ExtensionReason,
    Ground,
    RecordedBirth,
    SubjectKind,
)
from registry.law.violation import Violation
from tests import builders
from tests.unit.registry.law import lawful


def enter(
    *,
    subject: SubjectFacts | None = None,
    case: CaseFacts | None = None,
    listing: ListingFacts | None = None,
    order: OrderFacts | None = None,
    grace_until: date | None = None,
    today: date = lawful.TODAY,
) -> list[Violation]:
    return listing_violations(
        subject=subject or lawful.subject(),
        case=case or lawful.case(),
        listing=listing or lawful.listing(),
        order=order or lawful.order(),
        grace_until=grace_until,
        today=today,
    )


def issue(
    *,
    subject: SubjectFacts | None = None,
    case: CaseFacts | None = None,
    order: OrderFacts | None = None,
    grace_until: date | None = None,
) -> list[Violation]:
    return order_violations(
        subject=subject or lawful.subject(),
        case=case or lawful.case(),
        order=order or lawful.order(),
        grace_until=grace_until,
        today=lawful.TODAY,
    )


@pytest.mark.parametrize("ground", Ground)
def test_a_lawful_listing_breaks_no_rule_on_any_ground(ground: Ground) -> None:
    assert enter(listing=lawful.listing(ground)) == []


def test_a_lawful_order_breaks_no_rule() -> None:
    assert issue() == []


ORGANISATION = SubjectFacts(
    kind=SubjectKind.ORGANISATION,
    name="甲公司",
    documents=[lawful.document(builders.uscc(), DocumentKind.USCC)],
    birth=None,
    legal_representative="乙",
)
UNREPRESENTED = replace(ORGANISATION, legal_representative="")
PROVEN_ADULT = RecordedBirth(birth_date=date(1980, 1, 1), proof_reference="passport copy")


def test_an_organisation_is_listed_by_its_code() -> None:
    assert enter(subject=ORGANISATION) == []
    assert issue(subject=ORGANISATION) == []


MINOR = replace(
    lawful.subject(), documents=[lawful.document(builders.resident_id(date(2017, 1, 1)))]
)


def test_a_minor_is_neither_listed_nor_restricted() -> None:
    assert lawful.fields(enter(subject=MINOR)) == ["subject.birth_date"]
    assert lawful.fields(issue(subject=MINOR)) == ["subject.birth_date"]


def test_the_earlier_decision_counts_where_listing_and_order_differ() -> None:
    eighteen = replace(
        lawful.subject(), documents=[lawful.document(builders.resident_id(date(2008, 11, 9)))]
    )
    assert enter(subject=eighteen) == []
    earlier = replace(lawful.order(), decision=lawful.decision("X-1", date(2026, 11, 9)))
    assert lawful.fields(enter(subject=eighteen, order=earlier)) == ["subject.birth_date"]


def listing_with(**change: Any) -> Callable[[], list[Violation]]:
    return lambda: enter(listing=replace(lawful.listing(), **change))


def order_with(**change: Any) -> Callable[[], list[Violation]]:
    return lambda: enter(order=replace(lawful.order(), **change))


def subject_with(**change: Any) -> Callable[[], list[Violation]]:
    return lambda: enter(subject=replace(lawful.subject(), **change))


def case_with(**change: Any) -> Callable[[], list[Violation]]:
    return lambda: enter(case=replace(lawful.case(), **change))


UNSIGNED = replace(lawful.decision(), signed_by="")
UNSIGNED_EXTENSION = Extension(
    years=1,
    reason=ExtensionReason.VIOLENCE_OR_THREATS,
    decision=replace(lawful.decision("J-2"), signed_by=""),
)


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (case_with(number=parse_case_number("（2099）京0199民初1号")), "case.number"),
        (case_with(filed_on=None), "case.filed_on"),
        (subject_with(name=""), "subject.name"),
        (listing_with(decision=UNSIGNED), "decision.signed_by"),
        (listing_with(service=None), "service"),
        (listing_with(warning=None), "warning"),
        (listing_with(ground=None), "listing.ground"),
        (listing_with(evidence_reference=""), "listing.evidence_reference"),
        (listing_with(conduct=""), "listing.conduct"),
        (listing_with(ability=Ability.UNKNOWN), "listing.ability"),
        (listing_with(article_3=None), "listing.article3"),
        (order_with(decision=UNSIGNED), "order.decision.signed_by"),
        (order_with(service=None), "order.service"),
        (order_with(notice_period_ended_on=None), "order.notice_period_ended_on"),
        (order_with(conduct_finding=""), "order.conduct_finding"),
        (order_with(ability_finding=""), "order.ability_finding"),
        (order_with(items=[]), "order.items"),
        (order_with(review_on=None), "order.end_on"),
        (order_with(consequences_stated=False), "order.consequences_stated"),
        (lambda: enter(grace_until=date(2026, 11, 30)), "grace_until"),
        (lambda: issue(grace_until=date(2026, 11, 30)), "grace_until"),
        (lambda: issue(order=replace(lawful.order(), items=[])), "order.items"),
        (lambda: issue(subject=replace(lawful.subject(), name="")), "subject.name"),
        (lambda: issue(case=replace(lawful.case(), filed_on=None)), "case.filed_on"),
        (subject_with(documents=[], birth=PROVEN_ADULT), "subject.documents"),
        (lambda: enter(subject=UNREPRESENTED), "subject.legal_representative"),
    ],
)
def test_each_rule_is_asked_and_names_the_field_the_clerk_filled_in(
    act: Callable[[], list[Violation]], field: str
) -> None:
    assert lawful.fields(act()) == [field]


def test_an_extension_is_signed_like_any_decision() -> None:
    listing = replace(lawful.listing(Ground.EVADES), extension=UNSIGNED_EXTENSION)
    assert lawful.fields(enter(listing=listing)) == ["listing.extension.decision.signed_by"]


def test_an_extension_has_a_number_of_its_own_and_lawful_years() -> None:
    extension = replace(UNSIGNED_EXTENSION, years=4, decision=lawful.decision("J-1"))
    listing = replace(lawful.listing(Ground.EVADES), extension=extension)
    assert lawful.fields(enter(listing=listing)) == [
        "listing.extension.years",
        "listing.extension.decision.number",
    ]


def test_a_listing_whose_term_is_over_is_not_entered() -> None:
    order = replace(lawful.order(), review_on=None, end_on=date(2030, 1, 1))
    listing = lawful.listing(Ground.EVADES)
    assert lawful.fields(enter(listing=listing, order=order, today=date(2028, 11, 11))) == [
        "decision.decided_on"
    ]


def test_everything_wrong_is_said_at_once() -> None:
    found = enter(
        subject=replace(MINOR, name=""),
        listing=replace(lawful.listing(), ground=None, warning=None, service=None),
        order=replace(lawful.order(), items=[], consequences_stated=False),
    )
    assert len(found) == 7


@pytest.mark.parametrize("absurd", [date.min, date.max])
def test_absurd_dates_are_refused_and_break_nothing(absurd: date) -> None:
    decision = Decision(
        number="J-1", decided_on=absurd, signed_by="p", signed_on=absurd, reasons="r"
    )
    listing = replace(
        lawful.listing(Ground.EVADES),
        decision=decision,
        service=lawful.service(absurd),
        warning=lawful.warning(absurd),
        extension=replace(UNSIGNED_EXTENSION, decision=decision),
    )
    order = replace(lawful.order(), decision=decision, end_on=absurd, review_on=absurd)
    assert "decision.decided_on" in lawful.fields(
        enter(listing=listing, order=order, grace_until=absurd)
    )


def test_every_violation_names_a_field_an_article_and_a_next_step_and_nobody() -> None:
    found = enter(
        subject=replace(MINOR, name=""),
        listing=replace(lawful.listing(), ground=None, evidence_reference="", warning=None),
        order=replace(lawful.order(), items=[], review_on=None),
    )
    for violation in found:
        assert violation.field
        assert violation.article
        assert violation.problem.endswith(".")
        assert violation.next_step.endswith(".")
        assert "20170101" not in repr(violation)
