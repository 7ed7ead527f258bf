"""What the engine asks of the registry, and how that may fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from restriction.facts.effects import Change
from restriction.facts.store import Cursor, EndingSeen, Place
from restriction.model import Position, Seen, Standing


class LedgerError(Exception):
    """The registry did not answer, or not usefully. Nothing is known; ask again."""


class EpochClosedError(LedgerError):
    """The digest epoch is not open at the registry: a later one is in force, or it was given up."""


class EndingsUnprovenError(LedgerError):
    """The registry does not believe endings of a page that it has not sealed, and kept none of the page."""


class LedgerRewoundError(LedgerError):
    """The ledger does not hold a change that this service has applied: it was restored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A reply of the feed: changes, the head when it was made, and the registry's clock then."""

    changes: Sequence[Change]
    head: Position
    head_hash: bytes
    as_of_at: datetime


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One document, as the registry is asked about it.

    `name` came with the check, and is compared with the one on record; empty when none did.
    """

    epoch: int
    digest: bytes = field(repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Standings in the order of the inquiries. `withheld`: nobody may be refused now."""

    standings: Sequence[Standing]
    withheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the ledger says to one page of endings."""

    agreed: bool
    kept_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPage:
    """Digests of one epoch by document_id, in the order of these. `is_complete`: every document that is
    bound has one.
    """

    digests: Mapping[str, bytes]
    is_complete: bool


class DigestLedger(Protocol):
    """The registry's digests beside the feed."""

    async def read_digests(self, epoch: int, *, after: str, limit: int) -> DigestPage:
        """Digests after a document_id. Raises EpochClosedError, LedgerError."""


class Ledger(Protocol):
    """The registry's feed. Every method raises LedgerError."""

    async def read_changes(
        self, *, incarnation: str, after: Place, cursor: Cursor, limit: int, wait_ms: int
    ) -> Page:
        """Changes after a place; waits up to `wait_ms` for one. An empty page is the heartbeat."""

    async def report_endings(
        self, endings: Sequence[EndingSeen], *, seen: Position, last: bool
    ) -> Report:
        """Hand in one page of endings, newest first. Raises EndingsUnprovenError, too."""


class Primary(Protocol):
    """The registry's primary, asked before anybody is refused."""

    async def confirm(
        self, inquiries: Sequence[Inquiry], *, seen: Seen, timeout_s: float
    ) -> Confirmation:
        """What it holds now, at most `timeout_s` from now. Raises LedgerError."""
