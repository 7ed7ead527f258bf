"""Reading the ledger for followers: changes with its head from one snapshot, and what is joined."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from chassis.work.turns import in_turns
from courtlist.ledger.v1 import change_pb2
from courtlist.ledger.v1 import ledger_service_pb2 as pb
from registry.feed.ending_seals import EndingSeals
from registry.feed.feed_queries import FeedQueries
from registry.feed.feed_requests import ReadOrder
from registry.feed.ledger_rows import entry_of, head_of, position_of
from registry.ledger import BrokenChainError, Entry, Head
from registry.sealing import Sealer
from registry.verification import verify_all

# Half of what a message may hold; what is joined takes less than the bodies themselves.
_BODIES_BYTES_MAX: Final = 1024 * 1024
# Courts' acts and confirmations wait for the loop on which a reply is made.
_JOINED_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one statement found, all in one snapshot.

    `seen_hash` and `known_hash` are the ledger's hashes at the positions that the reader and this
    process know; None where it holds none. `awaited` is None for a reader never met before.
    """

    head: Head
    as_of_at: datetime
    seen_hash: bytes | None
    known_hash: bytes | None
    awaited: bool | None
    entries: tuple[Entry, ...]


class LedgerReader:
    """Reads changes as stored."""

    def __init__(self, *, postgres: Postgres, queries: FeedQueries) -> None:
        self._postgres = postgres
        self._queries = queries

    async def look(self, order: ReadOrder, *, known_position: int) -> Look:
        """One reading; no waiting. Raises ServiceError STORE_UNAVAILABLE."""
        query = self._queries.read_endings if order.endings_only else self._queries.read_changes
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(
                query, order.claim.position, order.limit, known_position, order.reader
            )
        first = rows[0]
        return Look(
            head=head_of(first),
            as_of_at=first["as_of_at"],
            seen_hash=first["seen_hash"],
            known_hash=first["known_hash"],
            awaited=first["awaited"],
            entries=tuple(_fitting(entry_of(row) for row in rows if row["position"] is not None)),
        )

    async def stored(self, after: int, limit: int) -> tuple[Head, tuple[Entry, ...]]:
        """The changes after a position with the head, in one snapshot. Raises STORE_UNAVAILABLE."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._queries.read_stored, after, limit)
        entries = (entry_of(row) for row in rows if row["position"] is not None)
        return head_of(rows[0]), tuple(_fitting(entries))

    async def head(self) -> Head:
        """The ledger's head now. Raises ServiceError STORE_UNAVAILABLE."""
        async with self._postgres.connection() as connection:
            row = await connection.fetchrow(self._queries.head)
        return head_of(row)

    async def verify_all(self, sealer: Sealer) -> dict[str, Any]:
        """Follow the whole chain; the outcome as a line for operators, with `verified` and why not."""
        try:
            verified = await verify_all(
                postgres=self._postgres, queries=self._queries, sealer=sealer
            )
        except BrokenChainError as error:
            return {"verified": False, "problem": str(error)}
        return {
            "verified": True,
            "incarnation": verified.head.incarnation,
            "position": verified.head.position,
            "hash": verified.head.hash.hex(),
            "facts_compared": verified.facts,
            "facts_erased": verified.erased,
        }

    async def reply(self, look: Look, seals: EndingSeals) -> pb.ReadChangesResponse:
        """The look as a reply, with digests and references joined as they stand now, and seals made."""
        response = pb.ReadChangesResponse(head=position_of(look.head), head_hash=look.head.hash)
        response.as_of_time.FromDatetime(look.as_of_at)
        if not look.entries:
            return response
        mentions = [
            _mentioned(entry) async for entry in in_turns(look.entries, every=_JOINED_AT_ONCE)
        ]
        async with self._postgres.connection() as connection:
            digests = await self._digests(connection, mentions)
            references = await self._references(connection, mentions)
        both = zip(look.entries, mentions, strict=True)
        async for entry, mentioned in in_turns(both, every=_JOINED_AT_ONCE):
            response.changes.add(
                body=entry.body,
                previous_hash=entry.previous_hash,
                hash=entry.hash,
                digests=[one for key in mentioned.document_ids for one in digests.get(key, ())],
                references=[references[key] for key in mentioned.basis_ids if key in references],
                ending_seals=seals.of(mentioned.body, entry.hash),
            )
        return response

    async def _digests(
        self, connection: Connection, mentions: Sequence["_Mentioned"]
    ) -> dict[str, list[pb.DocumentDigest]]:
        wanted = [UUID(key) for one in mentions for key in one.document_ids]
        found: dict[str, list[pb.DocumentDigest]] = {}
        if not wanted:
            return found
        for row in await connection.fetch(self._queries.digests_of, wanted):
            key = str(row["document_id"])
            found.setdefault(key, []).append(
                pb.DocumentDigest(document_id=key, epoch=row["epoch"], digest=row["digest"])
            )
        return found

    async def _references(
        self, connection: Connection, mentions: Sequence["_Mentioned"]
    ) -> dict[str, pb.BasisReference]:
        listing_ids = [UUID(key) for one in mentions for key in one.listing_ids]
        order_ids = [UUID(key) for one in mentions for key in one.order_ids]
        rows: list[Any] = []
        if listing_ids:
            rows += await connection.fetch(self._queries.listing_references, listing_ids)
        if order_ids:
            rows += await connection.fetch(self._queries.order_references, order_ids)
        return {
            str(row["basis_id"]): pb.BasisReference(
                basis_id=str(row["basis_id"]),
                case_number=row["case_number"],
                reference=row["reference"],
            )
            for row in rows
        }


@dataclass(frozen=True, slots=True)
class _Mentioned:
    """Whose digests and references belong to a change, in the order of its effects."""

    body: change_pb2.ChangeBody
    document_ids: tuple[str, ...]
    listing_ids: tuple[str, ...]
    order_ids: tuple[str, ...]

    @property
    def basis_ids(self) -> tuple[str, ...]:
        return self.listing_ids + self.order_ids


def _mentioned(entry: Entry) -> _Mentioned:
    documents: list[str] = []
    listings: list[str] = []
    orders: list[str] = []
    body = change_pb2.ChangeBody.FromString(entry.body)
    for effect in body.effects:
        match effect.WhichOneof("effect"):
            case "document_bound":
                documents.append(effect.document_bound.document_id)
            case "listing_entered":
                listings.append(effect.listing_entered.listing_id)
            case "listing_corrected":
                listings.append(effect.listing_corrected.listing_id)
            case "order_issued":
                orders.append(effect.order_issued.order_id)
    return _Mentioned(body, tuple(documents), tuple(listings), tuple(orders))


def _fitting(entries: Iterable[Entry]) -> Iterable[Entry]:
    """The first entry, and those after it that a reply has room for; the reader asks for the rest."""
    room = _BODIES_BYTES_MAX
    for number, entry in enumerate(entries):
        room -= len(entry.body)
        if room < 0 and number > 0:
            return
        yield entry
