"""Writing up the rows of a batch: everything of them but their positions. Pure, and most of the work.

It is done in a process beside the importer's, before the ledger's head is held. What is left for the
moments in which nobody else can act is putting positions behind bytes.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from google.type import date_pb2

from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.registry.v1 import obligation_pb2
from courtlist.registry.v1.registry_service_pb2 import EnterListingRequest
from registry import ledger
from registry.importing.batch import binary_copy as copy
from registry.importing.batch.deciding import Entering
from registry.importing.batch.effects import Entry, add_effects
from registry.importing.batch.tables import TABLES
from registry.law.days import end_of_day
from registry.law.service import in_force_from
from registry.sealing import Sealer

_FACTS_NAME: Final = EnterListingRequest.DESCRIPTOR.full_name.encode() + b"\x00"
_HEADS: Final = {table: copy.count(len(columns)) for table, columns in TABLES.items()}


class BoundDocument(NamedTuple):
    """A document that a row binds."""

    document_id: bytes
    kind: str
    issuing_state: str
    number: bytes


class RowToWrite(NamedTuple):
    """An Entering, flat: ids as 16 bytes, because it travels by the hundred thousand."""

    paper: bytes
    case_number: str
    subject_id: bytes
    is_new_subject: bool
    documents: tuple[BoundDocument, ...]
    obligation_id: bytes
    is_new_obligation: bool
    joins: bool
    listing_id: bytes
    order_id: bytes
    term_end_at: datetime | None
    period_end_at: datetime | None
    endings: tuple[bytes, ...]
    renews: bool

    @classmethod
    def of(cls, entering: Entering) -> "RowToWrite":
        """The row that is entered."""
        claim = entering.claim
        return cls(
            claim.paper,
            claim.case_number,
            entering.subject_id.bytes,
            entering.is_new_subject,
            tuple(
                BoundDocument(
                    document_id.bytes,
                    claim.papers[index][0],
                    claim.papers[index][1],
                    claim.papers[index][2].encode(),
                )
                for index, document_id in entering.documents
            ),
            entering.obligation_id.bytes,
            entering.is_new_obligation,
            entering.joins,
            entering.listing_id.bytes,
            entering.order_id.bytes,
            claim.term_end_at,
            claim.period_end_at,
            entering.endings,
            entering.renews,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingJob:
    """Rows to be written up: what is the same for all of them, and each of them.

    `now` is the batch's instant: nothing is in force before it is in the record.
    """

    court_code: str
    person_id: str
    role: int
    now: datetime
    sealer: Sealer = field(repr=False)
    rows: Sequence[RowToWrite] = field(repr=False)


class WrittenChange(NamedTuple):
    """A change without incarnation, position and instant; its facts with their salt, or no facts."""

    body: bytes
    facts: bytes
    ends: bool


class RenewedObligation(NamedTuple):
    """What an obligation that is known becomes, by this row of the job."""

    row: int
    obligation_id: UUID
    kind: int
    principal_fen: int | None
    terms_sealed: bytes


class WrittenUp(NamedTuple):
    """What a job came to: a change for each row, and (row of the job, bytes) for each table."""

    changes: tuple[WrittenChange, ...]
    tables: dict[str, list[tuple[int, bytes]]]
    renewed: tuple[RenewedObligation, ...]


def write_up(job: WritingJob) -> WrittenUp:
    """Write up every row of the job."""
    tables: dict[str, list[tuple[int, bytes]]] = {table: [] for table in TABLES}
    changes, renewed = [], []
    for index, row in enumerate(job.rows):
        writing = _Writing(job, row)
        for table, content in writing.records():
            tables[table].append((index, content))
        changes.append(writing.change())
        if row.renews:
            renewed.append(writing.renewed(index))
    return WrittenUp(tuple(changes), tables, tuple(renewed))


class _Writing:
    """One row with its paper open."""

    def __init__(self, job: WritingJob, row: RowToWrite) -> None:
        self._job = job
        self._row = row
        self._paper = EnterListingRequest.FromString(row.paper)
        order = self._paper.order
        self._start_at = max(
            in_force_from(entered_at=job.now, served_on=_day(service.served_on))
            for service in (self._paper.service, order.service)
        )
        self._review_at = end_of_day(_day(order.review_on)) if order.HasField("review_on") else None
        # What most of the row's records hold is encoded once.
        self._subject_id = copy.uuid(row.subject_id)
        self._obligation_id = copy.uuid(row.obligation_id)
        self._listing_id = copy.uuid(row.listing_id)
        court_and_case = copy.text(job.court_code) + copy.text(row.case_number)
        self._rests_on = self._subject_id + self._obligation_id + court_and_case

    def records(self) -> Iterator[tuple[str, bytes]]:
        """(table, row without its position)."""
        row = self._row
        if row.is_new_subject:
            yield self._subject()
        for document in row.documents:
            yield self._document(document)
        if row.is_new_obligation:
            yield self._obligation()
            yield self._case()
        if row.joins:
            ids = self._obligation_id + self._subject_id
            yield "obligation_debtor", _HEADS["obligation_debtor"] + ids
        yield self._listing()
        yield self._order()

    def change(self) -> WrittenChange:
        """The change, with its effects as an entry by hand has them."""
        job, row, order = self._job, self._row, self._paper.order
        salt, facts = os.urandom(ledger.SALT_BYTES), _FACTS_NAME + row.paper
        body = pb.ChangeBody(
            act=pb.ACT_IMPORT_LISTING,
            facts_commitment=ledger.commitment(salt, facts),
            algorithm=ledger.ALGORITHM,
        )
        body.actor.person_id, body.actor.court_code = job.person_id, job.court_code
        body.actor.role = pb.Role.ValueType(job.role)
        entry = Entry(
            subject_id=copy.uuid_text(row.subject_id),
            document_ids=tuple(copy.uuid_text(one.document_id) for one in row.documents),
            obligation_id=copy.uuid_text(row.obligation_id),
            opens_obligation=row.is_new_obligation,
            joins=row.joins,
            listing_id=copy.uuid_text(row.listing_id),
            order_id=copy.uuid_text(row.order_id),
            court_code=job.court_code,
            ground=self._paper.listing.ground,
            items=order.items,
            start_at=self._start_at,
            term_end_at=row.term_end_at,
            period_end_at=row.period_end_at,
            review_at=self._review_at,
            endings=row.endings,
        )
        add_effects(body, entry)
        ends = bool(row.endings) and ledger.is_ending(body.effects)
        return WrittenChange(body.SerializeToString(deterministic=True), salt + facts, ends)

    def _sealed(self, content: bytes, context: str, record_id: bytes) -> bytes:
        return copy.blob(self._job.sealer.seal(content, f"{context}/{copy.uuid_text(record_id)}"))

    def _subject(self) -> tuple[str, bytes]:
        kept = self._paper.subject
        kind = copy.smallint(kept.kind)
        # Documents are rows of their own.
        kept.ClearField("documents")
        facts = kept.SerializeToString(deterministic=True)
        sealed = self._sealed(facts, "subject", self._row.subject_id)
        return "subject", b"".join((_HEADS["subject"], self._subject_id, kind, sealed))

    def _document(self, document: BoundDocument) -> tuple[str, bytes]:
        """Its digests are written under the head: which epochs are open is known there only."""
        return "document", b"".join(
            (
                _HEADS["document"],
                copy.uuid(document.document_id),
                self._subject_id,
                copy.text(document.kind),
                copy.text(document.issuing_state),
                self._sealed(document.number, "document", document.document_id),
            )
        )

    def renewed(self, index: int) -> RenewedObligation:
        """What the row makes of its obligation, which an undone import left behind."""
        terms = self._paper.obligation_terms
        obligation_id = UUID(bytes=self._row.obligation_id)
        sealed = self._job.sealer.seal(_content(terms), f"obligation/{obligation_id}")
        return RenewedObligation(index, obligation_id, terms.kind, _principal_fen(terms), sealed)

    def _obligation(self) -> tuple[str, bytes]:
        terms = self._paper.obligation_terms
        return "obligation", b"".join(
            (
                _HEADS["obligation"],
                self._obligation_id,
                copy.smallint(terms.kind),
                copy.bigint(_principal_fen(terms)),
                self._sealed(_content(terms), "obligation", self._row.obligation_id),
            )
        )

    def _case(self) -> tuple[str, bytes]:
        case = self._paper.case
        return "obligation_case", b"".join(
            (
                _HEADS["obligation_case"],
                copy.text(self._row.case_number),
                self._obligation_id,
                copy.text(self._job.court_code),
                copy.text(case.number),
                copy.day(_day(case.filed_on)),
            )
        )

    def _listing(self) -> tuple[str, bytes]:
        decision, terms = self._paper.decision, self._paper.listing
        content = terms.SerializeToString(deterministic=True)
        return "listing", b"".join(
            (
                _HEADS["listing"],
                self._listing_id,
                self._rests_on,
                copy.text(self._paper.case.number),
                copy.text(decision.number),
                copy.day(_day(decision.decided_on)),
                copy.smallint(terms.ground),
                copy.instant(self._start_at),
                copy.instant(self._row.term_end_at),
                self._sealed(content, "listing", self._row.listing_id),
            )
        )

    def _order(self) -> tuple[str, bytes]:
        terms = self._paper.order
        content = terms.SerializeToString(deterministic=True)
        return "consumption_order", b"".join(
            (
                _HEADS["consumption_order"],
                copy.uuid(self._row.order_id),
                self._rests_on,
                self._listing_id,
                copy.text(terms.decision.number),
                copy.day(_day(terms.decision.decided_on)),
                copy.smallints(terms.items),
                copy.instant(self._start_at),
                copy.instant(self._row.period_end_at),
                copy.instant(self._review_at),
                self._sealed(content, "order", self._row.order_id),
            )
        )


def _content(terms: obligation_pb2.ObligationTerms) -> bytes:
    return terms.SerializeToString(deterministic=True)


def _principal_fen(terms: obligation_pb2.ObligationTerms) -> int | None:
    owes_money = terms.kind == obligation_pb2.OBLIGATION_KIND_MONEY
    return terms.principal.minor_units if owes_money else None


def _day(message: date_pb2.Date) -> date:
    return date(message.year, message.month, message.day)
