"""The ledger's changes as this engine understands them. Pure.

Every effect carries its position, so that endings may be applied ahead of a long queue of entries:
an older effect never undoes a newer one (design §3.4).
"""

import enum
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from restriction.model import Item, Measure, Position

NO_HASH: Final = bytes(32)
"""The hash before position 1."""
_CHAIN: Final = b"courtlist.change.v1\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtNamed:
    """A court and where the person concerned can turn to."""

    position: int
    court_code: str
    name: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentBound:
    """A document identifies a subject (`bound`) or no longer does."""

    position: int
    document_id: str
    subject_id: str
    bound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisStarted:
    """An order was issued or a listing entered."""

    position: int
    basis_id: str
    measure: Measure
    subject_id: str
    obligation_id: str
    court_code: str
    items: frozenset[Item]
    ground: int | None
    start_at: datetime
    end_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisEnded:
    """An act ended a basis; `void_from_start` when it revoked it (LP Art 9)."""

    position: int
    basis_id: str
    measure: Measure
    subject_id: str
    end_at: datetime
    void_from_start: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisUnsettled:
    """A restore lost the basis's ending (`unsettled`), or a judge has let the basis stand again."""

    position: int
    basis_id: str
    measure: Measure
    subject_id: str
    unsettled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationMoved:
    """An obligation was performed in full at an instant, or is owed again (None)."""

    position: int
    obligation_id: str
    performed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassGranted:
    """An order leaves some items free from one instant to another."""

    position: int
    pass_id: str
    order_id: str
    items: frozenset[Item]
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PassWithdrawn:
    """It no longer does."""

    position: int
    pass_id: str
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerEnrolled:
    """A partner may ask in some fields; it is pushed to unless the address is empty.

    `checks_per_s` and `checks_per_day` are what it may ask in each field; 0 for the field's default.
    """

    position: int
    partner_id: str
    fields: frozenset[str]
    push_address: str
    checks_per_s: int = 0
    checks_per_day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRetired:
    """It no longer is one."""

    position: int
    partner_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtRetired:
    """A court acts no more, nor do its people; its bases stay."""

    position: int
    court_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerMoved:
    """A person was given a role at a court (`enrolled`), or it was taken. Roles as in ledger/v1 Role."""

    position: int
    person_id: str
    role: int
    court_code: str
    enrolled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEnrolled:
    """A person's public key, raw Ed25519, with which she says at that court that she acts."""

    position: int
    key_id: str
    person_id: str
    court_code: str
    public_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRetired:
    """It no longer counts."""

    position: int
    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRecorded:
    """The official rating of a partner's site, 0 to 5 stars, from one instant to another."""

    position: int
    partner_id: str
    site_code: str
    stars: int
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """How a person finds the case of a basis, as it stood when the change was read."""

    position: int
    basis_id: str
    case_number: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestKnown:
    """A document's keyed digest in one epoch."""

    document_id: str
    epoch: int
    digest: bytes


class EpochStep(enum.Enum):
    """A step in the life of a digest epoch."""

    OPENED = "OPENED"
    SWITCHED = "SWITCHED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochMoved:
    """A digest epoch was opened, is the one in force from here on, or was closed."""

    position: int
    epoch: int
    step: EpochStep


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectErased:
    """Nothing personal is kept of a subject any more; what is held of it here goes, too."""

    position: int
    subject_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: its place in the chain, and the effects this engine knows; others are left out.

    `recorded_at` is the registry database's clock inside the act's transaction. `seals` are the
    registry's word for what it ends, by basis or document.
    """

    position: Position
    recorded_at: datetime
    previous_hash: bytes
    hash: bytes
    body: bytes
    courts: Sequence[CourtNamed] = ()
    bindings: Sequence[DocumentBound] = ()
    starts: Sequence[BasisStarted] = ()
    endings: Sequence[BasisEnded] = ()
    unsettled: Sequence[BasisUnsettled] = ()
    obligations: Sequence[ObligationMoved] = ()
    granted: Sequence[PassGranted] = ()
    withdrawn: Sequence[PassWithdrawn] = ()
    enrolled: Sequence[PartnerEnrolled] = ()
    retired: Sequence[PartnerRetired] = ()
    ratings: Sequence[RatingRecorded] = ()
    retired_courts: Sequence[CourtRetired] = ()
    officers: Sequence[OfficerMoved] = ()
    keys: Sequence[KeyEnrolled] = ()
    retired_keys: Sequence[KeyRetired] = ()
    references: Sequence[Reference] = ()
    digests: Sequence[DigestKnown] = ()
    epochs: Sequence[EpochMoved] = ()
    erased: Sequence[SubjectErased] = ()
    seals: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def switches_to(self) -> int | None:
        """The digest epoch that is in force from this change on; None when the change says nothing of it."""
        switched = [one.epoch for one in self.epochs if one.step is EpochStep.SWITCHED]
        return switched[-1] if switched else None


class ChainBrokenError(Exception):
    """The feed's bytes do not continue the chain; nothing of the batch is applied."""


def hash_of(previous_hash: bytes, body: bytes) -> bytes:
    """The hash of a change: SHA-256 of a tag, the hash before, and the stored bytes."""
    return hashlib.sha256(_CHAIN + previous_hash + body).digest()


def verify_chain(changes: Sequence[Change], *, after: int, last_hash: bytes) -> None:
    """Check that `changes` continue the chain at `after` without a gap.

    Raises:
        ChainBrokenError: a position is missing, a hash is wrong or does not follow the one before.
    """
    expected = after
    for change in changes:
        expected += 1
        if change.position.number != expected:
            raise ChainBrokenError(f"position {expected} is missing from the feed")
        if change.previous_hash != last_hash:
            raise ChainBrokenError(f"the change at {expected} does not follow the one before")
        verify_hash(change)
        last_hash = change.hash


def verify_hash(change: Change) -> None:
    """Check one change's own hash, for a cursor that does not see every change.

    Raises:
        ChainBrokenError: the hash is not that of the bytes.
    """
    if change.hash != hash_of(change.previous_hash, change.body):
        raise ChainBrokenError(f"the hash of the change at {change.position.number} is wrong")
