"""What a row claims, as far as the record decides on it. Read from its paper. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from google.type import date_pb2

from courtlist.identity.v1 import document_pb2
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1.registry_service_pb2 import EnterListingRequest
from document import DigestKey, Document, digest, parse
from registry.acts.subjects import birth_in
from registry.codes import ground_of, law_value, number_of_subject_kind
from registry.law.case_number import parse_case_number
from registry.law.days import end_of_day
from registry.law.facts import Decision, Extension, ExtensionReason, RecordedBirth, SubjectKind
from registry.law.terms import term_end

# By number: looking a name up for each row costs more than the rest of reading it.
_DOCUMENT_KINDS: Final = {
    number: value.name.removeprefix("DOCUMENT_KIND_")
    for number, value in document_pb2.DocumentKind.DESCRIPTOR.values_by_number.items()
}
_SUBJECT_KINDS: Final = {number_of_subject_kind(kind): kind for kind in SubjectKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sound row: whom it names, in which case, by which decisions.

    `digests` holds the (epoch, digest) pairs of each document, in the order of `documents`;
    `paper` is the row's EnterListingRequest. Enums are the protos' numbers where they say so.
    """

    row_number: int
    kind: SubjectKind
    name: str = field(repr=False)
    documents: tuple[Document, ...] = field(repr=False)
    digests: tuple[tuple[tuple[int, bytes], ...], ...] = field(repr=False)
    birth: RecordedBirth | None = field(repr=False)
    case_number: str
    obligation_kind: int
    decision_number: str
    decided_on: date
    term_end_at: datetime | None
    order_number: str
    order_decided_on: date
    period_end_at: datetime | None
    paper: bytes = field(repr=False)

    @property
    def keys(self) -> tuple[tuple[int, bytes], ...]:
        """All (epoch, digest) pairs."""
        return tuple(key for keys in self.digests for key in keys)


def read_claim(
    row_number: int, content: bytes, digest_keys: Sequence[DigestKey], today: date
) -> Claim:
    """The claim in a paper. `today` is the legal day."""
    paper = EnterListingRequest.FromString(content)
    documents = tuple(_document(one, today) for one in paper.subject.documents)
    order = paper.order
    return Claim(
        row_number=row_number,
        kind=_SUBJECT_KINDS[paper.subject.kind],
        name=paper.subject.name,
        documents=documents,
        digests=tuple(
            tuple((key.epoch, digest(document, key)) for key in digest_keys)
            for document in documents
        ),
        birth=birth_in(paper.subject),
        case_number=parse_case_number(paper.case.number).canonical,
        obligation_kind=paper.obligation_terms.kind,
        decision_number=paper.decision.number,
        decided_on=_day(paper.decision.decided_on),
        term_end_at=_term_end_at(paper),
        order_number=order.decision.number,
        order_decided_on=_day(order.decision.decided_on),
        period_end_at=end_of_day(_day(order.end_on)) if order.HasField("end_on") else None,
        paper=content,
    )


def _document(message: document_pb2.Document, today: date) -> Document:
    return parse(_DOCUMENT_KINDS[message.kind], message.issuing_state, message.number, today)


def _term_end_at(paper: EnterListingRequest) -> datetime | None:
    decided_on = _day(paper.decision.decided_on)
    return term_end(ground_of(paper.listing.ground), decided_on, _extension(paper.listing))


def _extension(terms: listing_pb2.ListingTerms) -> Extension | None:
    if not terms.HasField("extension"):
        return None
    extension = terms.extension
    decision = extension.decision
    return Extension(
        years=extension.years,
        reason=law_value(
            ExtensionReason,
            listing_pb2.TermExtensionReason.DESCRIPTOR,
            "TERM_EXTENSION_REASON_",
            extension.reason,
        ),
        decision=Decision(
            number=decision.number,
            decided_on=_day(decision.decided_on),
            signed_by="",
            signed_on=None,
            reasons="",
        ),
    )


def _day(message: date_pb2.Date) -> date:
    return date(message.year, message.month, message.day)
