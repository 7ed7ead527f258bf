"""Facts that break no rule; each test changes the one thing it is about."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from document import Document, DocumentKind, parse
from registry.law.case_number import parse_case_number
from registry.law.entry import CaseFacts, ListingFacts, OrderFacts, SubjectFacts
from registry.law.facts import (
    Ability,
    Article3Bars,
    Decision,
    Ground,
    Item,
    RiskWarning,
    Service,
    ServiceMode,
    SubjectKind,
)
from registry.law.violation import Violation
from tests import builders

TODAY: Final = date(2026, 11, 22)
DECIDED_ON: Final = date(2026, 11, 10)


def fields(violations: Iterable[Violation]) -> list[str]:
    """Return the fields of what was found, in order."""
    return [violation.field for violation in violations]


def document(number: str | None = None, kind: str = DocumentKind.RESIDENT_ID) -> Document:
    return parse(kind, "CHN", number or builders.resident_id(), TODAY)


def decision(number: str = "J-1", decided_on: date = DECIDED_ON) -> Decision:
    return Decision(
        number=number,
        decided_on=decided_on,
        signed_by="president-1",
        signed_on=decided_on,
        reasons="Assets were moved.",
    )


def service(served_on: date = date(2026, 11, 12)) -> Service:
    return Service(mode=ServiceMode.DIRECT, served_on=served_on, proof_reference="slip 1")


def warning(served_on: date | None = date(2026, 10, 1)) -> RiskWarning:
    return RiskWarning(notice_number="N-1", served_on=served_on, text_version="2026-1")


def bars() -> Article3Bars:
    return Article3Bars(
        security_given=False,
        assets_cover_debt=False,
        turn_not_come=False,
        otherwise_not_able=False,
        answered_by="judge-1",
    )


def subject() -> SubjectFacts:
    return SubjectFacts(
        kind=SubjectKind.PERSON,
        name="甲",
        documents=[document()],
        birth=None,
        legal_representative="",
    )


def case() -> CaseFacts:
    return CaseFacts(
        number=parse_case_number("（2099）京0199执1234号"),
        filed_on=date(2026, 9, 1),
        court_code="京0199",
    )


def listing(ground: Ground = Ground.ABLE_BUT_REFUSES) -> ListingFacts:
    return ListingFacts(
        decision=decision(),
        service=service(),
        warning=warning(),
        ground=ground,
        evidence_reference="file 3, sheet 12",
        conduct="Moved two cars to a cousin's name.",
        ability=Ability.ABLE,
        article_3=bars(),
        extension=None,
    )


def order() -> OrderFacts:
    return OrderFacts(
        decision=decision("X-1"),
        service=service(),
        items=[Item.TRANSPORT, Item.FAST_TRAINS],
        end_on=None,
        review_on=date(2027, 11, 10),
        consequences_stated=True,
        conduct_finding="Evasive.",
        ability_finding="Able: owns two cars.",
        notice_period_ended_on=date(2026, 10, 15),
    )
