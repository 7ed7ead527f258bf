"""What a row claims, as far as the record decides on it. Read from its paper. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from google.type import date_pb2

from courtlist.identity.v1 import document_pb2
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1.registry_service_pb2 import EnterListingRequest
from document import DigestKey, Document, DocumentKind, digest, parse
from registry.acts.subjects import birth_in
from registry.codes import ground_of, law_value
from registry.importing.papers.paper import paper_of
from registry.intake.row import ImportRow
from registry.law.days import end_of_day
from registry.law.facts import Decision, Extension, ExtensionReason, RecordedBirth
from registry.law.terms import term_end

# By number: looking a name up for each row costs more than the rest of reading it.
_DOCUMENT_KINDS: Final = {
    number: value.name.removeprefix("DOCUMENT_KIND_")
    for number, value in document_pb2.DocumentKind.DESCRIPTOR.values_by_number.items()
}
_END: Final = b"\x00"


class Claim(NamedTuple):
    """One sound row: whom it names, in which case, by which decisions.

    Plain values, because it travels between processes by the hundred thousand: `papers` are the
    documents as (kind, issuing state, number, birth date), and `digests` the (epoch, digest) pairs of
    each; `paper` is the row's EnterListingRequest. Kinds are the protos' numbers.
    """

    row_number: int
    kind: int
    name: str
    papers: tuple[tuple[str, str, str, date | None], ...]
    digests: tuple[tuple[tuple[int, bytes], ...], ...]
    birth_date: date | None
    birth_proof: str
    case_number: str
    obligation_kind: int
    decision_number: str
    decided_on: date
    term_end_at: datetime | None
    order_number: str
    order_decided_on: date
    period_end_at: datetime | None
    review_at: datetime | None
    owed_fen: int | None
    paper: bytes

    def __repr__(self) -> str:
        """A claim names a person: what shows it in a log shows its place only."""
        return f"Claim(row_number={self.row_number})"

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents, in the order of `digests`."""
        return tuple(
            Document(DocumentKind(kind), state, number, birth_date)
            for kind, state, number, birth_date in self.papers
        )

    @property
    def keys(self) -> tuple[tuple[int, bytes], ...]:
        """All (epoch, digest) pairs."""
        return tuple(key for keys in self.digests for key in keys)

    @property
    def birth(self) -> RecordedBirth | None:
        """The birth date with its proof."""
        if self.birth_date is None:
            return None
        return RecordedBirth(birth_date=self.birth_date, proof_reference=self.birth_proof)


def claim_piece(row: ImportRow) -> bytes:
    """A sound row as it is kept until it is entered: its case in canonical form, and its paper."""
    paper = paper_of(row).SerializeToString(deterministic=True)
    return row.case.canonical.encode() + _END + paper


def read_claim(
    row_number: int, content: bytes, digest_keys: Sequence[DigestKey], today: date
) -> Claim:
    """The claim in a piece. `today` is the legal day."""
    case_number, _, paper_content = content.partition(_END)
    paper = EnterListingRequest.FromString(paper_content)
    documents = tuple(_document(one, today) for one in paper.subject.documents)
    birth = birth_in(paper.subject)
    order, terms = paper.order, paper.obligation_terms
    decided_on = _day(paper.decision.decided_on)
    return Claim(
        row_number=row_number,
        kind=paper.subject.kind,
        name=paper.subject.name,
        papers=tuple(
            (one.kind.value, one.issuing_state, one.number, one.birth_date) for one in documents
        ),
        digests=tuple(
            tuple((key.epoch, digest(document, key)) for key in digest_keys)
            for document in documents
        ),
        birth_date=None if birth is None else birth.birth_date,
        birth_proof="" if birth is None else birth.proof_reference,
        case_number=case_number.decode(),
        obligation_kind=terms.kind,
        decision_number=paper.decision.number,
        decided_on=decided_on,
        term_end_at=term_end(
            ground_of(paper.listing.ground), decided_on, _extension(paper.listing)
        ),
        order_number=order.decision.number,
        order_decided_on=_day(order.decision.decided_on),
        period_end_at=end_of_day(_day(order.end_on)) if order.HasField("end_on") else None,
        review_at=end_of_day(_day(order.review_on)) if order.HasField("review_on") else None,
        owed_fen=terms.principal.minor_units if terms.HasField("principal") else None,
        paper=paper_content,
    )


def _document(message: document_pb2.Document, today: date) -> Document:
    return parse(_DOCUMENT_KINDS[message.kind], message.issuing_state, message.number, today)


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
