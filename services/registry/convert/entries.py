"""EnterListing and IssueOrder, read into an Entry."""

from datetime import date
from typing import Final
from uuid import UUID

from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import (
    listing_pb2,
    obligation_pb2,
    order_pb2,
    subject_pb2,
)
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry.commands import Entry, ListingPaper, ObligationPaper, OrderPaper, SubjectPaper
from registry.convert.decisions import NO_DAY, read_decision, read_items, read_service
from registry.convert.fields import Fields
from registry.convert.signatures import read_signature
from registry.law.entry import ListingFacts, OrderFacts, SubjectFacts
from registry.law.facts import (
    Ability,
    Article3Bars,
    Extension,
    ExtensionReason,
    Ground,
    RecordedBirth,
    RiskWarning,
    SubjectKind,
)

_DOCUMENTS_MAX: Final = 20


def read_entry(request: rpc.EnterListingRequest, today: date) -> Entry:
    """Raises ServiceError INVALID_REQUEST naming every field that cannot be read."""
    fields = Fields(today)
    fields.message("listing", given=request.HasField("listing"), what="the listing's terms")
    listing = ListingPaper(
        facts=_listing(fields, request),
        ground=request.listing.ground,
        content=request.listing.SerializeToString(deterministic=True),
    )
    return _entry(fields, request, listing)


def read_order(request: rpc.IssueOrderRequest, today: date) -> Entry:
    """Raises ServiceError INVALID_REQUEST naming every field that cannot be read."""
    return _entry(Fields(today), request, None)


def _entry(
    fields: Fields,
    request: rpc.EnterListingRequest | rpc.IssueOrderRequest,
    listing: ListingPaper | None,
) -> Entry:
    fields.request_id(request.request_id)
    fields.message("subject", given=request.HasField("subject"), what="the debtor")
    fields.message("order", given=request.HasField("order"), what="the order's terms")
    case = fields.case_number(request.case.number, "case.number")
    filed_on = fields.required_day(
        request.case.filed_on, "case.filed_on", given=request.case.HasField("filed_on")
    )
    subject = _subject(fields, request.subject)
    obligation = _obligation(fields, request)
    order = OrderPaper(
        facts=_order(fields, request.order),
        items=tuple(request.order.items),
        content=request.order.SerializeToString(deterministic=True),
    )
    grace_until = fields.day(
        request.grace_until, "grace_until", given=request.HasField("grace_until")
    )
    signed = read_signature(fields, request)
    fields.finish()
    assert case is not None, "a missing part was refused above"
    assert filed_on is not None, "a missing part was refused above"
    assert obligation is not None, "a missing part was refused above"
    return Entry(
        case=case,
        filed_on=filed_on,
        subject=subject,
        obligation=obligation,
        order=order,
        listing=listing,
        grace_until=grace_until,
        signed=signed,
    )


def _subject(fields: Fields, subject: subject_pb2.Subject) -> SubjectPaper:
    proto = subject_pb2.SubjectKind.DESCRIPTOR
    kind = fields.choice(SubjectKind, proto, "SUBJECT_KIND_", subject.kind, "subject.kind")
    if subject.kind == subject_pb2.SUBJECT_KIND_UNSPECIFIED:
        fields.number(proto, subject.kind, "subject.kind")
    if subject.sex not in subject_pb2.Sex.DESCRIPTOR.values_by_number:
        fields.note(
            "subject.sex",
            reasons.ERROR_REASON_ENUM_UNKNOWN,
            "is no value of Sex; leave it unset if it is not recorded",
        )
    if len(subject.documents) > _DOCUMENTS_MAX:
        fields.note(
            "subject.documents",
            reasons.ERROR_REASON_FIELD_TOO_LONG,
            f"has more than {_DOCUMENTS_MAX} documents; bind the others afterwards",
        )
    documents = [
        fields.document(document, f"subject.documents[{index}]")
        for index, document in enumerate(subject.documents[:_DOCUMENTS_MAX])
    ]
    kept = subject_pb2.Subject()
    kept.CopyFrom(subject)
    kept.ClearField("documents")
    return SubjectPaper(
        facts=SubjectFacts(
            kind=kind or SubjectKind.PERSON,
            name=fields.text(subject.name, "subject.name", 200),
            documents=[one for one in documents if one is not None],
            birth=_birth(fields, subject),
            legal_representative=fields.text(
                subject.legal_representative, "subject.legal_representative", 200
            ),
        ),
        content=kept.SerializeToString(deterministic=True),
    )


def _birth(fields: Fields, subject: subject_pb2.Subject) -> RecordedBirth | None:
    if not subject.HasField("birth_date"):
        return None
    birth_date = fields.required_day(
        subject.birth_date.date,
        "subject.birth_date.date",
        given=subject.birth_date.HasField("date"),
    )
    proof = fields.text(
        subject.birth_date.proof_reference, "subject.birth_date.proof_reference", 200
    )
    return RecordedBirth(birth_date=birth_date or NO_DAY, proof_reference=proof)


def _obligation(
    fields: Fields, request: rpc.EnterListingRequest | rpc.IssueOrderRequest
) -> UUID | ObligationPaper | None:
    which = request.WhichOneof("obligation")
    if which == "obligation_id":
        return fields.id(request.obligation_id, "obligation_id")
    if which is None:
        fields.note(
            "obligation",
            reasons.ERROR_REASON_FIELD_REQUIRED,
            "is missing; give obligation_terms, or the obligation_id of one recorded before",
        )
        return None
    terms = request.obligation_terms
    field = "obligation_terms"
    kind = fields.number(obligation_pb2.ObligationKind.DESCRIPTOR, terms.kind, f"{field}.kind")
    principal_fen = None
    if kind == obligation_pb2.OBLIGATION_KIND_MONEY or terms.HasField("principal"):
        principal_fen = fields.money(
            terms.principal, f"{field}.principal", given=terms.HasField("principal")
        )
    if kind == obligation_pb2.OBLIGATION_KIND_ACT and terms.HasField("principal"):
        fields.note(
            f"{field}.principal",
            reasons.ERROR_REASON_FIELD_INVALID,
            "an obligation to act has no principal; leave it out, or choose MONEY",
        )
    fields.text(terms.basis_number, f"{field}.basis_number", 100, required=True)
    fields.text(terms.issuing_body, f"{field}.issuing_body", 200, required=True)
    fields.text(terms.duty, f"{field}.duty", 4000, required=True)
    return ObligationPaper(
        kind=kind,
        principal_fen=principal_fen,
        content=terms.SerializeToString(deterministic=True),
    )


def _listing(fields: Fields, request: rpc.EnterListingRequest) -> ListingFacts:
    terms = request.listing
    fields.text(terms.performed_part, "listing.performed_part", 1000)
    return ListingFacts(
        decision=read_decision(
            fields, request.decision, "decision", given=request.HasField("decision")
        ),
        service=read_service(fields, request.service, "service", given=request.HasField("service")),
        warning=_warning(fields, request),
        ground=fields.choice(
            Ground, change_pb2.Ground.DESCRIPTOR, "GROUND_", terms.ground, "listing.ground"
        ),
        evidence_reference=fields.text(terms.evidence_reference, "listing.evidence_reference", 500),
        conduct=fields.text(terms.conduct, "listing.conduct", 4000),
        ability=fields.choice(
            Ability,
            listing_pb2.Ability.DESCRIPTOR,
            "ABILITY_",
            terms.ability,
            "listing.ability",
        )
        or Ability.UNKNOWN,
        article_3=_article_3(fields, terms),
        extension=_extension(fields, terms),
    )


def _warning(fields: Fields, request: rpc.EnterListingRequest) -> RiskWarning | None:
    if not request.HasField("warning"):
        return None
    warning = request.warning
    return RiskWarning(
        notice_number=fields.text(warning.notice_number, "warning.notice_number", 100),
        served_on=fields.day(
            warning.served_on, "warning.served_on", given=warning.HasField("served_on")
        ),
        text_version=fields.text(warning.text_version, "warning.text_version", 50),
    )


def _article_3(fields: Fields, terms: listing_pb2.ListingTerms) -> Article3Bars | None:
    if not terms.HasField("article3"):
        return None
    bars = terms.article3
    return Article3Bars(
        security_given=bars.security_given if bars.HasField("security_given") else None,
        assets_cover_debt=bars.assets_cover_debt if bars.HasField("assets_cover_debt") else None,
        turn_not_come=bars.turn_not_come if bars.HasField("turn_not_come") else None,
        otherwise_not_able=(
            bars.otherwise_not_able if bars.HasField("otherwise_not_able") else None
        ),
        answered_by=fields.text(bars.answered_by, "listing.article3.answered_by", 63),
    )


def _extension(fields: Fields, terms: listing_pb2.ListingTerms) -> Extension | None:
    if not terms.HasField("extension"):
        return None
    extension = terms.extension
    return Extension(
        years=extension.years,
        reason=fields.choice(
            ExtensionReason,
            listing_pb2.TermExtensionReason.DESCRIPTOR,
            "TERM_EXTENSION_REASON_",
            extension.reason,
            "listing.extension.reason",
        ),
        decision=read_decision(
            fields,
            extension.decision,
            "listing.extension.decision",
            given=extension.HasField("decision"),
        ),
    )


def _order(fields: Fields, terms: order_pb2.OrderTerms) -> OrderFacts:
    return OrderFacts(
        decision=read_decision(
            fields, terms.decision, "order.decision", given=terms.HasField("decision")
        ),
        service=read_service(
            fields, terms.service, "order.service", given=terms.HasField("service")
        ),
        items=read_items(fields, terms.items, "order.items"),
        end_on=fields.day(terms.end_on, "order.end_on", given=terms.HasField("end_on")),
        review_on=fields.day(terms.review_on, "order.review_on", given=terms.HasField("review_on")),
        consequences_stated=terms.consequences_stated,
        conduct_finding=fields.text(terms.conduct_finding, "order.conduct_finding", 2000),
        ability_finding=fields.text(terms.ability_finding, "order.ability_finding", 2000),
        notice_period_ended_on=fields.day(
            terms.notice_period_ended_on,
            "order.notice_period_ended_on",
            given=terms.HasField("notice_period_ended_on"),
        ),
    )
