"""What the record holds on the persons and cases of a batch. Plain values, held by the batch's locks.

It grows with the batch: what one row enters is there for the next, as it would be in the record.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from courtlist.ledger.v1 import change_pb2
from document import Document
from registry.law.facts import RecordedBirth
from registry.records import ListingRecord, OrderRecord

Key = tuple[int, bytes]
"""A document's digest in an epoch: (epoch, digest)."""


@dataclass(slots=True, kw_only=True)
class _Known:
    """A basis that stands or has ended."""

    ended_at: datetime | None = None
    ended_cause: int | None = None

    @property
    def was_undone(self) -> bool:
        """Whether an import brought it and was taken back: as if it had never been."""
        return self.ended_cause == change_pb2.ENDING_CAUSE_IMPORT_UNDONE


@dataclass(slots=True, kw_only=True)
class KnownListing(_Known):
    """A listing that stands or has ended."""

    record: ListingRecord
    decision_number: str


@dataclass(slots=True, kw_only=True)
class KnownOrder(_Known):
    """An order that stands or has ended."""

    record: OrderRecord
    order_number: str


@dataclass(slots=True, kw_only=True)
class KnownSubject:
    """A subject with its documents and its listings, those that stand first.

    `position` is that of its first change; None for one that the batch itself brings. `is_void`: an import that was
    undone brought it and every document of it, and nothing else rests on it; the documents' ids are kept for it alone.
    """

    position: int | None = None
    kind: int
    name: str = field(repr=False)
    birth: RecordedBirth | None = field(repr=False)
    documents: list[Document] = field(default_factory=list, repr=False)
    listings: list[KnownListing] = field(default_factory=list)
    orders: list[KnownOrder] = field(default_factory=list)
    is_void: bool = False
    document_ids: list[UUID] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class KnownObligation:
    """An obligation, and who owes it.

    `sums_fen` are the sum that it began with and what is left of it; None alone where an act is owed. `is_void`: an
    import that was undone brought it, and nothing else rests on it.
    """

    kind: int
    performed: bool
    sums_fen: frozenset[int | None]
    debtor_ids: set[UUID] = field(default_factory=set)
    is_void: bool = False


@dataclass(slots=True, kw_only=True)
class Excerpt:
    """Everything in the record that can decide on the rows of a batch.

    `owners` are the subjects of known documents, `cases` (obligation, court) of known case numbers,
    `unsettled` the bases whose ending a restore lost, `passed` the standing orders with a pass,
    `tasks` the open tasks on lapsed listings.
    """

    owners: dict[Key, UUID] = field(default_factory=dict)
    cases: dict[str, tuple[UUID, str]] = field(default_factory=dict)
    subjects: dict[UUID, KnownSubject] = field(default_factory=dict)
    obligations: dict[UUID, KnownObligation] = field(default_factory=dict)
    unsettled: set[UUID] = field(default_factory=set)
    passed: set[UUID] = field(default_factory=set)
    tasks: dict[UUID, list[UUID]] = field(default_factory=dict)
