"""The ledger's own: its lives, the endings that one of them lost, and the keys of its digests."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnsettledEnding:
    """An ending that a follower saw and a restore lost; `void_from_start` where it was a revocation.

    `document_id` where what was lost is that this document was unbound.
    """

    basis_id: UUID
    measure: int
    subject_id: UUID
    court_code: str
    case_number: str
    reported_by: str
    lost_incarnation: UUID
    lost_position: int
    task_id: UUID
    void_from_start: bool
    document_id: UUID | None


@dataclass(frozen=True, slots=True)
class SettledEnding:
    """A judge has decided on it."""

    basis_id: UUID


@dataclass(frozen=True, slots=True)
class NewIncarnation:
    """The ledger's life begins anew; every follower is awaited."""

    incarnation: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEpoch:
    """Documents are filed under a further key, too."""

    epoch: int
    algorithm: str
    key_id: str


@dataclass(frozen=True, slots=True)
class SwitchedEpoch:
    """Documents are looked up under this epoch's key."""

    epoch: int


@dataclass(frozen=True, slots=True)
class ClosedEpoch:
    """Its digests go."""

    epoch: int
