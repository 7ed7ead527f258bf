"""Writing up the rows of a batch: everything of them but their positions. Pure, and most of the work.

It is done in a process beside the importer's, before the ledger's head is held. What is left for the
moments in which nobody else can act is putting positions behind bytes.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from google.type import date_pb2

from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.registry.v1 import obligation_pb2
from courtlist.registry.v1.registry_service_pb2 import EnterListingRequest
from registry import ledger
from registry.importing import binary_copy as copy
from registry.importing.deciding import Entering
from registry.importing.tables import TABLES
from registry.law.days import end_of_day
from registry.law.service import in_force_from
from registry.sealing import Sealer

_FACTS_NAME: Final = EnterListingRequest.DESCRIPTOR.full_name.encode() + b"\x00"
_HEADS: Final = {table: copy.count(len(columns)) for table, columns in TABLES.items()}


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
    entering: Sequence[Entering]


@dataclass(frozen=True, slots=True)
class WrittenChange:
    """A change without incarnation, position and instant; its facts with their salt."""

    body: bytes
    facts: bytes = field(repr=False)
    ends: bool


@dataclass(frozen=True, slots=True)
class WrittenUp:
    """What a job came to: a change for each row, and (row of the job, bytes) for each table."""

    changes: tuple[WrittenChange, ...]
    tables: dict[str, list[tuple[int, bytes]]]


def write_up(job: WritingJob) -> WrittenUp:
    """Write up every row of the job."""
    tables: dict[str, list[tuple[int, bytes]]] = {table: [] for table in TABLES}
    changes = []
    for index, entering in enumerate(job.entering):
        row = _Row(job, entering)
        for table, content in row.rows():
            tables[table].append((index, content))
        changes.append(row.change())
    return WrittenUp(tuple(changes), tables)


class _Row:
    """One row with its paper open."""

    def __init__(self, job: WritingJob, entering: Entering) -> None:
        self._job = job
        self._entering = entering
        self._claim = entering.claim
        self._paper = EnterListingRequest.FromString(self._claim.paper)
        self._start_at = max(
            in_force_from(entered_at=job.now, served_on=_day(service.served_on))
            for service in (self._paper.service, self._paper.order.service)
        )

    def rows(self) -> Iterator[tuple[str, bytes]]:
        """(table, row without its position)."""
        entering = self._entering
        if entering.is_new_subject:
            yield self._subject()
        for index, document_id in entering.documents:
            yield from self._document(index, document_id)
        if entering.is_new_obligation:
            yield self._obligation()
            yield self._case()
        if entering.joins:
            ids = copy.uuid(entering.obligation_id) + copy.uuid(entering.subject_id)
            yield "obligation_debtor", _HEADS["obligation_debtor"] + ids
        yield self._listing()
        yield self._order()

    def change(self) -> WrittenChange:
        """The change, with its effects as an entry by hand has them."""
        job = self._job
        salt, facts = os.urandom(ledger.SALT_BYTES), _FACTS_NAME + self._claim.paper
        body = pb.ChangeBody(
            actor=pb.Actor(
                person_id=job.person_id,
                role=pb.Role.ValueType(job.role),
                court_code=job.court_code,
            ),
            act=pb.ACT_IMPORT_LISTING,
            effects=list(self._effects()),
            facts_commitment=ledger.commitment(salt, facts),
            algorithm=ledger.ALGORITHM,
        )
        return WrittenChange(
            body.SerializeToString(deterministic=True),
            salt + facts,
            bool(self._entering.endings) and ledger.is_ending(body.effects),
        )

    def _effects(self) -> Iterator[pb.Effect]:
        entering = self._entering
        subject_id, obligation_id = str(entering.subject_id), str(entering.obligation_id)
        for _, document_id in entering.documents:
            bound = pb.DocumentBound(document_id=str(document_id), subject_id=subject_id)
            yield pb.Effect(document_bound=bound)
        if entering.is_new_obligation:
            court_code = self._job.court_code
            yield pb.Effect(obligation_opened=pb.ObligationOpened(obligation_id=obligation_id))
            joined = pb.CaseJoined(obligation_id=obligation_id, court_code=court_code)
            yield pb.Effect(case_joined=joined)
        if entering.joins:
            debtor = pb.DebtorJoined(obligation_id=obligation_id, subject_id=subject_id)
            yield pb.Effect(debtor_joined=debtor)
        for content in entering.endings:
            yield pb.Effect.FromString(content)
        yield self._listing_entered(subject_id, obligation_id)
        yield self._order_issued(subject_id, obligation_id)

    def _listing_entered(self, subject_id: str, obligation_id: str) -> pb.Effect:
        entered = pb.ListingEntered(
            listing_id=str(self._entering.listing_id),
            subject_id=subject_id,
            obligation_id=obligation_id,
            court_code=self._job.court_code,
            ground=self._paper.listing.ground,
            start_time=_timestamp(self._start_at),
            term_end_time=_timestamp(self._claim.term_end_at),
        )
        return pb.Effect(listing_entered=entered)

    def _order_issued(self, subject_id: str, obligation_id: str) -> pb.Effect:
        order = self._paper.order
        issued = pb.OrderIssued(
            order_id=str(self._entering.order_id),
            subject_id=subject_id,
            obligation_id=obligation_id,
            court_code=self._job.court_code,
            listing_id=str(self._entering.listing_id),
            items=order.items,
            start_time=_timestamp(self._start_at),
            end_time=_timestamp(self._claim.period_end_at),
            review_time=_timestamp(self._review_at()),
        )
        return pb.Effect(order_issued=issued)

    def _review_at(self) -> datetime | None:
        order = self._paper.order
        return end_of_day(_day(order.review_on)) if order.HasField("review_on") else None

    def _sealed(self, content: bytes, context: str) -> bytes:
        return copy.blob(self._job.sealer.seal(content, context))

    def _subject(self) -> tuple[str, bytes]:
        subject_id = self._entering.subject_id
        kept = self._paper.subject
        kind = copy.smallint(kept.kind)
        # Documents are rows of their own.
        kept.ClearField("documents")
        facts = self._sealed(kept.SerializeToString(deterministic=True), f"subject/{subject_id}")
        return "subject", b"".join((_HEADS["subject"], copy.uuid(subject_id), kind, facts))

    def _document(self, index: int, document_id: UUID) -> Iterator[tuple[str, bytes]]:
        document = self._claim.documents[index]
        number = self._sealed(document.number.encode(), f"document/{document_id}")
        encoded_id = copy.uuid(document_id)
        yield (
            "document",
            b"".join(
                (
                    _HEADS["document"],
                    encoded_id,
                    copy.uuid(self._entering.subject_id),
                    copy.text(document.kind.value),
                    copy.text(document.issuing_state),
                    number,
                )
            ),
        )
        for epoch, digest in self._claim.digests[index]:
            yield (
                "document_digest",
                _HEADS["document_digest"] + copy.integer(epoch) + copy.blob(digest) + encoded_id,
            )

    def _obligation(self) -> tuple[str, bytes]:
        terms, obligation_id = self._paper.obligation_terms, self._entering.obligation_id
        owes_money = terms.kind == obligation_pb2.OBLIGATION_KIND_MONEY
        return "obligation", b"".join(
            (
                _HEADS["obligation"],
                copy.uuid(obligation_id),
                copy.smallint(terms.kind),
                copy.bigint(terms.principal.minor_units if owes_money else None),
                self._sealed(
                    terms.SerializeToString(deterministic=True), f"obligation/{obligation_id}"
                ),
            )
        )

    def _case(self) -> tuple[str, bytes]:
        case = self._paper.case
        return "obligation_case", b"".join(
            (
                _HEADS["obligation_case"],
                copy.text(self._claim.case_number),
                copy.uuid(self._entering.obligation_id),
                copy.text(self._job.court_code),
                copy.text(case.number),
                copy.day(_day(case.filed_on)),
            )
        )

    def _listing(self) -> tuple[str, bytes]:
        entering, claim, terms = self._entering, self._claim, self._paper.listing
        return "listing", b"".join(
            (
                _HEADS["listing"],
                copy.uuid(entering.listing_id),
                *self._rests_on(),
                copy.text(self._paper.case.number),
                copy.text(claim.decision_number),
                copy.day(claim.decided_on),
                copy.smallint(terms.ground),
                copy.instant(self._start_at),
                copy.instant(claim.term_end_at),
                self._sealed(
                    terms.SerializeToString(deterministic=True), f"listing/{entering.listing_id}"
                ),
            )
        )

    def _order(self) -> tuple[str, bytes]:
        entering, claim, terms = self._entering, self._claim, self._paper.order
        return "consumption_order", b"".join(
            (
                _HEADS["consumption_order"],
                copy.uuid(entering.order_id),
                *self._rests_on(),
                copy.uuid(entering.listing_id),
                copy.text(claim.order_number),
                copy.day(claim.order_decided_on),
                copy.smallints(terms.items),
                copy.instant(self._start_at),
                copy.instant(claim.period_end_at),
                copy.instant(self._review_at()),
                self._sealed(
                    terms.SerializeToString(deterministic=True), f"order/{entering.order_id}"
                ),
            )
        )

    def _rests_on(self) -> tuple[bytes, ...]:
        """Subject, obligation, court and case: a listing's and an order's columns alike."""
        return (
            copy.uuid(self._entering.subject_id),
            copy.uuid(self._entering.obligation_id),
            copy.text(self._job.court_code),
            copy.text(self._claim.case_number),
        )


def _day(message: date_pb2.Date) -> date:
    return date(message.year, message.month, message.day)


def _timestamp(at: datetime | None) -> Timestamp | None:
    if at is None:
        return None
    seconds = int(at.timestamp())
    return Timestamp(seconds=seconds, nanos=at.astimezone(UTC).microsecond * 1000)
