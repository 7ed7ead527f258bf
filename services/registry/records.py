"""What an act finds in the record, as plain values. Enum fields hold the protos' numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from courtlist.ledger.v1 import change_pb2
from registry.law.performance import Payment, PayoffStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRecord:
    """A listing that has not ended by an act; its term may be past."""

    listing_id: UUID
    subject_id: UUID
    obligation_id: UUID
    court_code: str
    case_number: str
    ground: int
    decided_on: date
    start_at: datetime
    term_end_at: datetime | None
    position: int

    def is_past(self, now: datetime) -> bool:
        """Whether its term has ended, so that it stands no more."""
        return self.term_end_at is not None and self.term_end_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """An order that has not ended by an act; its period may be past."""

    order_id: UUID
    subject_id: UUID
    obligation_id: UUID
    court_code: str
    case_number: str
    listing_id: UUID | None
    decided_on: date
    period_end_at: datetime | None
    position: int

    def is_past(self, now: datetime) -> bool:
        """Whether its period has ended, so that it stands no more."""
        return self.period_end_at is not None and self.period_end_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerKeyRecord:
    """A key that was enrolled for a person at a court; `retired_at` is None while it counts."""

    person_id: str
    court_code: str
    purpose: int
    algorithm: str
    public_key: bytes
    retired_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepaymentRecord:
    """A repayment, reversed or not; `reversed_position` is of the act that took it back."""

    repayment_id: UUID
    obligation_id: UUID
    payment: Payment
    receipt_number: str
    reversed_position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationRecord:
    """An obligation with all that rests on it, held until the act commits.

    `performed_position` is of the act by which it was performed; None while it is owed.
    """

    obligation_id: UUID
    kind: int
    principal_fen: int | None
    performed_position: int | None
    court_codes: frozenset[str]
    debtor_ids: frozenset[UUID]
    statements: tuple[PayoffStatement, ...]
    repayments: tuple[RepaymentRecord, ...]
    listings: tuple[ListingRecord, ...]
    orders: tuple[OrderRecord, ...]

    @property
    def performed(self) -> bool:
        """Whether nothing is owed any more."""
        return self.performed_position is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRecord:
    """A subject, held until the act commits. `facts` is a registry.v1.Subject without documents."""

    subject_id: UUID
    kind: int
    facts: bytes
    listings: tuple[ListingRecord, ...]
    orders: tuple[OrderRecord, ...]

    @property
    def basis_ids(self) -> tuple[UUID, ...]:
        """What has not ended against it by an act."""
        return (
            *(one.listing_id for one in self.listings),
            *(one.order_id for one in self.orders),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecord:
    """A decision that a court owes."""

    task_id: UUID
    kind: int
    court_code: str
    basis_id: UUID | None
    obligation_id: UUID | None

    @classmethod
    def of(cls, columns: Sequence[Any]) -> "TaskRecord":
        """A task from its columns in the order of the attributes."""
        task_id, kind, court_code, basis_id, obligation_id = columns
        return cls(
            task_id=task_id,
            kind=kind,
            court_code=court_code,
            basis_id=basis_id,
            obligation_id=obligation_id,
        )


@dataclass(frozen=True, slots=True)
class ListingEnd:
    """How an act ended a listing: `kind` is a ledger.v1 EndingKind."""

    ended_at: datetime
    kind: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsettledRecord:
    """An ending that a restore lost; `void_from_start` where it was a revocation (LP Art 9).

    `document_id` where it was no ending but the unbinding of this document.
    """

    basis_id: UUID
    measure: int
    subject_id: UUID
    court_code: str
    task_id: UUID
    void_from_start: bool
    document_id: UUID | None = None

    @property
    def is_lost_revocation(self) -> bool:
        """Whether what was lost is that a listing was void, which no deletion says."""
        return self.void_from_start and self.measure == change_pb2.MEASURE_LISTING


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """A key that counts."""

    key_id: str
    person_id: str
    purpose: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRecord:
    """Who acts at a court, held until the act commits. `officers` holds (person, role)."""

    court_code: str
    is_retired: bool
    officers: frozenset[tuple[str, int]]
    keys: tuple[KeyRecord, ...]

    def roles_of(self, person_id: str) -> frozenset[int]:
        """What the person is here."""
        return frozenset(role for one, role in self.officers if one == person_id)

    def keys_of(self, person_id: str, *purposes: int) -> tuple[KeyRecord, ...]:
        """The person's keys for any of these purposes."""
        return tuple(
            key for key in self.keys if key.person_id == person_id and key.purpose in purposes
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationRecord:
    """A prepared binding, held until the act commits. `binding` is a registry.v1.PrepareBindingRequest."""

    preparation_id: UUID
    binding: bytes
    prepared_by: str
    court_code: str
    prepared_at: datetime
    used: bool
