"""What the engine asks of its store, promise by promise.

Every method raises ServiceError STORE_UNAVAILABLE when the store does not answer, and a writing one
OUTCOME_UNKNOWN when the connection was lost while committing.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from restriction.facts.effects import Change, PartnerEnrolled, PartnerRetired, RatingRecorded
from restriction.model import Facts, Item, Measure, Position, Query


class Cursor(enum.Enum):
    """Which of the two cursors of a follower."""

    ALL = "ALL"
    ENDINGS = "ENDINGS"


class Step(enum.StrEnum):
    """The stations of a batch, in order. A crash at any of them leaves it applied whole or not at all,
    and what is held in memory is read from the store again.
    """

    READ = "read"
    APPLIED = "applied"
    COMMITTED = "committed"
    INDEXED = "indexed"


@dataclass(frozen=True, slots=True)
class Place:
    """A position and the hash of the change there."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """Where a generation stands.

    Attributes:
        generation: counts rebuilds; facts of different generations never mix.
        incarnation: the ledger's, as last read; empty before the first change.
        all: place of the cursor ALL.
        endings: place of the cursor ENDINGS.
        as_of_at: when `all` was last known to be the head; None before the first time.
        rebuilding: a restore was noticed, or it is outdated: nothing is decided on this generation.
        reconciled: every delivery agrees with this generation, and no other is left.
        outdated: it was read by a release that kept less of the ledger than this one needs.
        epoch: the digest epoch in force; None before the first document.
    """

    generation: int
    incarnation: str
    all: Place
    endings: Place
    as_of_at: datetime | None
    rebuilding: bool
    reconciled: bool
    outdated: bool = False
    epoch: int | None = None

    @property
    def position(self) -> Position:
        """The place of the cursor ALL as a position."""
        return Position(self.incarnation, self.all.number)

    @property
    def furthest(self) -> Place:
        """The further of the two places: what a rewound ledger is found out by."""
        return max(self.all, self.endings, key=lambda place: place.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one reply of the feed brings to one generation, applied whole or not at all.

    Attributes:
        generation: to which it is applied.
        cursor: by which it was read. Whole changes are applied by either, so that an act is never
            seen by half; those read by ENDINGS come again by ALL, and change nothing more.
        after: the place the cursor must stand at; another engine may have moved it.
        changes: in order; may be empty, to move the place only.
        place: where the cursor stands afterwards.
        incarnation: of the ledger now.
        as_of_at: the registry's clock, when `place` is known to be the head; else None.
        now: by which a restriction is in force for partners.
        switches_to: the digest epoch that is in force afterwards, when the batch puts another in force.
    """

    generation: int
    cursor: Cursor
    after: Place
    changes: Sequence[Change]
    place: Place
    incarnation: str
    as_of_at: datetime | None
    now: datetime
    switches_to: int | None = None


@dataclass(frozen=True, slots=True)
class IndexChange:
    """What a committed batch changed in the set of live digests of the epoch in force.

    With a switch of epochs all of them are others: the whole set is to be read again.
    """

    added: Sequence[bytes]
    removed: Sequence[bytes]
    epoch: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingSeen:
    """Witness of one ending, of a basis or of a document's binding.

    Attributes:
        generation: orders positions of two incarnations.
        position: of the change.
        basis_id: what ended; empty for an unbinding.
        document_id: what was unbound; empty for the ending of a basis.
        hash: of the change.
        measure: of the basis; None for an unbinding.
        subject_id: whom it concerns.
        incarnation: in which the change was made.
        void_from_start: it revoked the basis (LP Art 9).
        seal: the registry's word for it; empty where it was read before the registry gave any.
    """

    generation: int
    position: int
    basis_id: str
    document_id: str = ""
    hash: bytes
    measure: Measure | None
    subject_id: str
    incarnation: str
    void_from_start: bool = False
    seal: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostEnding:
    """An ending that was witnessed and that the restored ledger does not hold."""

    basis_id: str
    court_code: str
    incarnation: str
    position: int


class DeliveryEvent(enum.IntEnum):
    """A step of a restriction's life. Numbers as in restriction/v1 RestrictionEvent."""

    SET = 1
    LIFTED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One numbered step as partners pull it; digests are inner ones, never sent as they are.

    Attributes:
        secret_version: of the partners' secret by which the digests are keyed when they are sent.
        ground: of a listing, 1 to 6; None for an order.
        performed_at: when a listing's obligation was performed in full; SET only.
        ended_at: when an act ended a listing, if one has; LIFTED only.
        void_from_start: that act revoked it; LIFTED only.
    """

    number: int
    restriction_id: str
    event: DeliveryEvent
    digests: Sequence[bytes]
    items: frozenset[Item]
    start_at: datetime | None
    end_at: datetime | None
    case_number: str
    order_number: str
    court_name: str
    court_contact: str
    position: int
    secret_version: int = 1
    ground: int | None = None
    performed_at: datetime | None = None
    ended_at: datetime | None = None
    void_from_start: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryHead:
    """The last number, and what the numbers up to it reflect; `series` names the life of the numbers."""

    number: int
    as_of: Position
    as_of_at: datetime | None
    series: str = ""


class MovedError(Exception):
    """The cursor does not stand where the batch begins: nothing was applied."""


class FactStore(Protocol):
    """What a gate reads."""

    async def read_facts(self, digests: Sequence[bytes]) -> Facts:
        """All that is known of the subjects behind `digests`, with the cursors, in one snapshot."""

    async def read_live_digests(self, epoch: int | None = None) -> Sequence[bytes]:
        """The content of the index for the current generation, in an epoch, or in the one in force."""


class RefusalStore(Protocol):
    """Where refusals are recorded."""

    async def record_refusals(self, refusals: Sequence[Query]) -> None:
        """Commit all of them, or raise."""


class ProjectionStore(Protocol):
    """What the feed writes, and reads again when it starts."""

    async def read_follower(self) -> Follower:
        """The current generation."""

    async def read_ratings(self) -> Sequence[RatingRecorded]:
        """Every rating of the current generation, in no order."""

    async def read_partners(self) -> Sequence[PartnerEnrolled | PartnerRetired]:
        """Of every partner of the current generation the latest enrolment and retirement."""

    async def apply(self, batch: Batch) -> IndexChange:
        """Apply a batch and its place in one transaction.

        Applying twice changes nothing more; a batch read ahead never is undone by older changes.
        The index change concerns the generation applied to.

        Raises:
            MovedError: the cursor stands elsewhere.
        """

    async def note_heartbeat(self, generation: int, number: int, as_of_at: datetime) -> None:
        """The head was `number` at `as_of_at`.

        Raises:
            MovedError: the generation stands elsewhere. A commit that was given up may have come
            through since: what is in memory lacks it.
        """

    async def deliver_pending(self, now: datetime, limit: int) -> int:
        """Number the restrictions whose grace has ended by `now`; returns how many subjects."""


class EndingStore(Protocol):
    """Where endings are witnessed."""

    async def read_seen_endings(
        self, before: EndingSeen | None, limit: int
    ) -> Sequence[EndingSeen]:
        """Endings and unbindings witnessed in any incarnation, newest first, after `before`."""


class RebuildStore(Protocol):
    """What follows a restore of the ledger."""

    async def read_follower(self) -> Follower:
        """The current generation."""

    async def read_generation(self, generation: int) -> Follower | None:
        """Any generation, or None."""

    async def mark_rebuilding(self) -> None:
        """Decide nothing on the current generation from now on; survives a crash."""

    async def read_lost_endings(self) -> Sequence[LostEnding]:
        """Endings witnessed that the current generation does not hold, oldest first."""

    async def start_generation(self, generation: int) -> Follower:
        """An empty generation; one of that number that was left half built is dropped first.

        Cut off by a crash, it leaves no generation of that number.
        """

    async def switch_to(self, generation: int) -> None:
        """Make it the current one in one small transaction."""

    async def reconcile(self, now: datetime) -> None:
        """Bring every delivery into agreement with the current generation; may be repeated."""

    async def mark_reconciled(self, generation: int) -> None:
        """Note that everything which follows a switch to that generation is done."""

    async def drop_others(self) -> None:
        """Delete every generation but the current one; when it was cut off, it may be repeated."""

    async def drop_generation(self, generation: int) -> None:
        """Delete one that is not the current one."""

    async def apply(self, batch: Batch) -> IndexChange:
        """As in ProjectionStore."""

    async def count_differences(self, one: int, other: int) -> Mapping[str, int]:
        """Rows that two generations do not have in common, by kind; empty when they are equal."""


class DeliveryStore(Protocol):
    """What partners pull."""

    async def read_deliveries(self, after: int, limit: int) -> Sequence[Delivery]:
        """Steps after a number, in order. What is lifted by now is never returned as set."""

    async def read_delivery_head(self) -> DeliveryHead:
        """The last number."""
