"""A sound row as it is kept until it is entered: an EnterListingRequest without request_id. Pure.

What an entry by hand says is said in the same message; what only a clerk at the desk can answer (the
warning, the checklist of LP Art 3, who signed) is absent: an attestation adds nothing to a row.
"""

from datetime import date
from typing import Final

from google.type import date_pb2

from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import (
    decision_pb2,
    listing_pb2,
    obligation_pb2,
    order_pb2,
    registry_service_pb2,
    subject_pb2,
)
from registry.acts.subjects import PROOF_BY_NUMBER
from registry.codes import number_of_subject_kind
from registry.intake.row import ImportRow
from registry.law.entry import SubjectFacts
from registry.law.facts import Ability, Extension, Service
from registry.messages import day_message, money_message

_ABILITIES: Final = {
    Ability.UNKNOWN: listing_pb2.ABILITY_UNSPECIFIED,
    Ability.ABLE: listing_pb2.ABILITY_ABLE,
    Ability.UNABLE: listing_pb2.ABILITY_UNABLE,
}


def paper_of(row: ImportRow) -> registry_service_pb2.EnterListingRequest:
    """The row as the message in which a court would enter it."""
    paper = registry_service_pb2.EnterListingRequest(
        case=obligation_pb2.Case(number=row.case.raw),
        obligation_terms=_terms(row),
        decision=_decision(row.listing.decision_number, row.listing.decided_on),
        service=_service(row.listing.service),
        listing=_listing(row),
        order=_order(row),
    )
    if row.filed_on is not None:
        paper.case.filed_on.CopyFrom(day_message(row.filed_on))
    _fill_subject(paper.subject, row.subject)
    if row.sex is not None:
        paper.subject.sex = subject_pb2.Sex.Value(f"SEX_{row.sex.value}")
    return paper


def _fill_subject(subject: subject_pb2.Subject, facts: SubjectFacts) -> None:
    subject.kind = number_of_subject_kind(facts.kind)
    subject.name = facts.name
    subject.legal_representative = facts.legal_representative
    for one in facts.documents:
        subject.documents.add(
            kind=document_pb2.DocumentKind.Value(f"DOCUMENT_KIND_{one.kind.value}"),
            issuing_state=one.issuing_state,
            number=one.number,
        )
    shown = [one.birth_date for one in facts.documents if one.birth_date is not None]
    if facts.birth is not None:
        _fill_birth(subject, facts.birth.birth_date, facts.birth.proof_reference)
    elif shown:
        # Kept apart from the number, as for an entry by hand.
        _fill_birth(subject, shown[0], PROOF_BY_NUMBER)


def _fill_birth(subject: subject_pb2.Subject, birth_date: date, proof: str) -> None:
    subject.birth_date.date.CopyFrom(day_message(birth_date))
    subject.birth_date.proof_reference = proof


def _terms(row: ImportRow) -> obligation_pb2.ObligationTerms:
    owed = row.owed
    terms = obligation_pb2.ObligationTerms(
        kind=obligation_pb2.OBLIGATION_KIND_ACT,
        basis_number=owed.basis_number,
        issuing_body=owed.issuing_body,
        duty=owed.duty,
    )
    if owed.amount_fen is not None:
        terms.kind = obligation_pb2.OBLIGATION_KIND_MONEY
        terms.principal.CopyFrom(money_message(owed.amount_fen))
    return terms


def _listing(row: ImportRow) -> listing_pb2.ListingTerms:
    listing = row.listing
    terms = listing_pb2.ListingTerms(
        ground=change_pb2.Ground.Value(f"GROUND_{listing.ground.value}"),
        ability=_ABILITIES[listing.ability],
        conduct=listing.conduct,
        performed_part=listing.performed_part,
    )
    if listing.extension is not None:
        terms.extension.CopyFrom(_extension(listing.extension))
    return terms


def _extension(extension: Extension) -> listing_pb2.TermExtension:
    message = listing_pb2.TermExtension(
        years=extension.years,
        decision=_decision(extension.decision.number, extension.decision.decided_on),
    )
    if extension.reason is not None:
        name = f"TERM_EXTENSION_REASON_{extension.reason.value}"
        message.reason = listing_pb2.TermExtensionReason.Value(name)
    return message


def _order(row: ImportRow) -> order_pb2.OrderTerms:
    order = row.order
    return order_pb2.OrderTerms(
        decision=_decision(order.number, order.decided_on),
        service=_service(order.service),
        items=[change_pb2.Item.Value(f"ITEM_{item.value}") for item in order.items],
        end_on=_day(order.end_on),
        review_on=_day(order.review_on),
    )


def _decision(number: str, decided_on: date) -> decision_pb2.Decision:
    return decision_pb2.Decision(number=number, decided_on=day_message(decided_on))


def _service(service: Service) -> decision_pb2.Service:
    assert service.mode is not None, "a sound row is served"
    return decision_pb2.Service(
        mode=decision_pb2.ServiceMode.Value(f"SERVICE_MODE_{service.mode.value}"),
        served_on=_day(service.served_on),
        proof_reference=service.proof_reference,
    )


def _day(day: date | None) -> date_pb2.Date | None:
    return None if day is None else day_message(day)
