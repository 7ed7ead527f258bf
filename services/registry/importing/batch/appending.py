"""Appending a batch to the ledger and the record: the part that nobody else can act beside."""

import struct
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.stores.faults import Connection
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from document import digest
from registry import ledger
from registry.epochs.filing import Filing
from registry.importing.batch import binary_copy as copy
from registry.importing.batch.deciding import Entering
from registry.importing.batch.endings import EndingWriter, PlacedRow
from registry.importing.batch.tables import (
    CHANGE_COLUMNS,
    CHANGE_TABLE,
    FACTS_COLUMNS,
    FACTS_TABLE,
    POSITIONS,
    TABLES,
)
from registry.importing.batch.writing_up import RenewedObligation, WrittenChange, WrittenUp
from registry.importing.queries import ImportQueries
from registry.row_writer import RowWriter
from registry.sealing import Sealer

POSITIONS_MAX: Final = 1000
"""Positions for which the head is held at most (design §3.2)."""

_TAIL: Final = struct.Struct(">iq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """Where a batch stands: its last position, how many it has, and since when the head is held.

    `held_since_s` is of the monotonic clock.
    """

    position: position_pb2.Position
    count: int
    held_since_s: float


class Appending:
    """Takes the head, gives positions, chains the changes and copies everything in."""

    def __init__(
        self, *, queries: ImportQueries, rows: RowWriter, filing: Filing, sealer: Sealer
    ) -> None:
        self._queries = queries
        self._filing = filing
        self._endings = EndingWriter(queries=queries, rows=rows)
        self._sealer = sealer

    async def append(
        self,
        connection: Connection,
        act: pb.Act.ValueType,
        entering: Sequence[Entering],
        written: WrittenUp,
    ) -> Appended:
        """Append every row's change; the head is held until the caller commits."""
        assert 0 < len(entering) <= POSITIONS_MAX, "a batch is bounded, and not empty"
        head, recorded_at = await self.hold_head(connection)
        held_since_s = time.monotonic()
        first = head.position + 1
        # What has lapsed or is replaced makes room first: nothing may stand twice.
        await self.end(
            connection,
            [(first + index, row) for index, one in enumerate(entering) for row in one.ended_rows],
        )
        for table, columns in TABLES.items():
            if table == "document_digest":
                rows = await self._filed(connection, entering)
            else:
                rows = _placed(table, written.tables[table], first)
            await _copy(connection, table, columns, rows)
        await self._move_obligations(connection, entering, first)
        await self._renew_obligations(connection, written.renewed, first)
        last = await self.chain(connection, head, recorded_at, act, written.changes)
        return Appended(
            position=position_pb2.Position(incarnation=last.incarnation, position=last.position),
            count=len(entering),
            held_since_s=held_since_s,
        )

    async def hold_head(self, connection: Connection) -> tuple[ledger.Head, datetime]:
        """The head, held until the caller commits, and the database's clock under it."""
        row = await connection.fetchrow(self._queries.hold_head)
        assert row is not None, "the ledger has a head from its first migration"
        return ledger.Head(str(row["incarnation"]), row["position"], row["hash"]), row["now"]

    async def end(self, connection: Connection, placed: Sequence[PlacedRow]) -> None:
        """Write what ends, which no COPY does."""
        await self._endings.write(connection, placed)

    async def _filed(self, connection: Connection, entering: Sequence[Entering]) -> list[bytes]:
        """The digests of the documents bound, in every epoch that is open at this position.

        Nearly always those that the claims were read with.
        """
        if not any(one.documents for one in entering):
            return []
        keys = await self._filing.keys(connection)
        head = copy.count(len(TABLES["document_digest"]))
        rows = []
        for one in entering:
            for index, document_id in one.documents:
                known = dict(one.claim.digests[index])
                for key in keys:
                    value = known.get(key.epoch) or digest(one.claim.documents[index], key)
                    row = (
                        head,
                        copy.integer(key.epoch),
                        copy.blob(value),
                        copy.uuid(document_id.bytes),
                    )
                    rows.append(b"".join(row))
        return rows

    async def _move_obligations(
        self, connection: Connection, entering: Sequence[Entering], first: int
    ) -> None:
        """An obligation that a further debtor joins is changed by it."""
        moved = {
            one.obligation_id: first + index
            for index, one in enumerate(entering)
            if one.joins and not one.is_new_obligation
        }
        if moved:
            await connection.execute(
                self._queries.move_obligations, list(moved), list(moved.values())
            )

    async def _renew_obligations(
        self, connection: Connection, renewed: Sequence[RenewedObligation], first: int
    ) -> None:
        """What an undone import left behind becomes what this one says."""
        if renewed:
            await connection.execute(
                self._queries.renew_obligations,
                [one.obligation_id for one in renewed],
                [one.kind for one in renewed],
                [one.principal_fen for one in renewed],
                [one.terms_sealed for one in renewed],
                [first + one.row for one in renewed],
            )

    async def chain(
        self,
        connection: Connection,
        head: ledger.Head,
        recorded_at: datetime,
        act: pb.Act.ValueType,
        changes: Sequence[WrittenChange],
    ) -> ledger.Head:
        """Hash the changes into the chain, store them and move the head, which is held."""
        incarnation = copy.uuid(UUID(head.incarnation).bytes)
        instant, kind = copy.instant(recorded_at), copy.smallint(act)
        count, two = copy.count(len(CHANGE_COLUMNS)), copy.count(len(FACTS_COLUMNS))
        rows, facts = [], []
        for change in changes:
            entry = ledger.append_written(head, recorded_at=recorded_at, body=change.body)
            head = ledger.Head(head.incarnation, entry.position, entry.hash)
            position = copy.bigint(entry.position)
            if change.facts:
                sealed = self._sealer.seal(change.facts, f"change/{entry.position}")
                facts.append(b"".join((two, copy.blob(sealed), position)))
            rows.append(
                b"".join(
                    (
                        count,
                        incarnation,
                        kind,
                        copy.boolean(change.ends),
                        instant,
                        copy.blob(entry.body),
                        copy.blob(entry.previous_hash),
                        copy.blob(entry.hash),
                        position,
                    )
                )
            )
        await _copy(connection, CHANGE_TABLE, CHANGE_COLUMNS, rows)
        await _copy(connection, FACTS_TABLE, FACTS_COLUMNS, facts)
        await connection.execute(self._queries.move_head, head.position, head.hash)
        return head


def _placed(table: str, rows: Sequence[tuple[int, bytes]], first: int) -> list[bytes]:
    """The rows with their positions."""
    places = POSITIONS[table]
    return [row + _TAIL.pack(8, first + index) * places for index, row in rows]


async def _copy(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[bytes]
) -> None:
    if rows:
        await connection.copy_to_table(
            table, source=_whole(copy.stream(rows)), columns=columns, format="binary"
        )


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    """All in one piece: it is in memory anyway."""
    yield content
