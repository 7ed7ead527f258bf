"""Applying changes to one generation of the facts, inside the caller's transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from chassis.faults import Connection
from restriction.effects import BasisEnded, Change, DocumentBound
from restriction.model import Item, Measure
from restriction.statements import Statements
from restriction.store import IndexChange


def items_to_bits(items: Iterable[Item]) -> int:
    """Bit n for item n."""
    return sum(1 << item.value for item in items)


def items_from_bits(bits: int) -> frozenset[Item]:
    """The items whose bits are set."""
    return frozenset(item for item in Item if bits & 1 << item.value)


class Projection:
    """Writes effects set by set. Each statement keeps, per row, the effect with the right position.

    `measure` is the one that binds in the field; bases of the other are passed over, but their
    endings are witnessed, because any follower's witness protects the person after a restore. So
    are unbindings: a document that was another person's must not be refused again.
    """

    def __init__(self, *, statements: Statements, measure: Measure) -> None:
        self._sql = statements
        self._measure = measure

    async def apply(
        self, connection: Connection, generation: int, changes: Sequence[Change]
    ) -> tuple[Sequence[str], IndexChange]:
        """Apply `changes`; returns the subjects concerned and what changed among live digests."""
        await self._write_courts(connection, generation, changes)
        await self._write_bindings(connection, generation, changes)
        await self._write_bases(connection, generation, changes)
        await self._witness(connection, generation, changes)
        subjects = self._subjects(changes)
        rows = (
            await connection.fetch(self._sql.refresh_live, generation, subjects) if subjects else []
        )
        # Only now: the index is told of a digest by its row.
        await self._forget_unbound(connection, generation, changes)
        return subjects, IndexChange(
            added=[row["digest"] for row in rows if row["live"]],
            removed=[row["digest"] for row in rows if not row["live"]],
        )

    def _subjects(self, changes: Sequence[Change]) -> list[str]:
        """Whose restrictions or documents the changes concern, in a fixed order."""
        found = {one.subject_id for change in changes for one in change.bindings}
        for change in changes:
            for group in (change.starts, change.endings, change.unsettled):
                found |= {one.subject_id for one in group if one.measure is self._measure}
        return sorted(found)

    async def _write_courts(
        self, connection: Connection, generation: int, changes: Sequence[Change]
    ) -> None:
        latest = {one.court_code: one for change in changes for one in change.courts}
        rows = [(one.court_code, one.name, one.contact, one.position) for one in latest.values()]
        await _execute(connection, self._sql.upsert_courts, generation, rows)

    async def _write_bindings(
        self, connection: Connection, generation: int, changes: Sequence[Change]
    ) -> None:
        pairs: dict[tuple[str, str], tuple[int, int]] = {}
        for change in changes:
            for one in change.bindings:
                pair = one.document_id, one.subject_id
                pairs[pair] = _with_binding(pairs.get(pair, (0, 0)), one)
        rows: list[tuple[Any, ...]] = [(*pair, *positions) for pair, positions in pairs.items()]
        await _execute(connection, self._sql.upsert_bindings, generation, rows)
        digests = {
            (one.document_id, one.epoch): one.digest for change in changes for one in change.digests
        }
        rows = [(*key, digest) for key, digest in digests.items()]
        await _execute(connection, self._sql.upsert_digests, generation, rows)

    async def _forget_unbound(
        self, connection: Connection, generation: int, changes: Sequence[Change]
    ) -> None:
        """Of every document in the batch: a binding, too, may come after its unbinding."""
        documents = {one.document_id for change in changes for one in change.bindings}
        if documents:
            await connection.execute(
                self._sql.delete_unbound_digests, generation, sorted(documents)
            )

    async def _write_bases(
        self, connection: Connection, generation: int, changes: Sequence[Change]
    ) -> None:
        starts = {one.basis_id: one for change in changes for one in change.starts}
        rows: list[tuple[Any, ...]] = [
            (
                one.basis_id,
                one.subject_id,
                one.court_code,
                items_to_bits(one.items),
                one.ground,
                one.start_at,
                one.end_at,
                one.position,
            )
            for one in starts.values()
            if one.measure is self._measure
        ]
        await _execute(connection, self._sql.upsert_starts, generation, rows)
        endings: dict[str, BasisEnded] = {}
        for change in changes:
            for one in change.endings:
                # Within a batch, too, the first ending stays.
                endings.setdefault(one.basis_id, one)
        rows = [
            (one.basis_id, one.subject_id, one.end_at, one.position)
            for one in endings.values()
            if one.measure is self._measure
        ]
        await _execute(connection, self._sql.upsert_endings, generation, rows)
        unsettled = {one.basis_id: one for change in changes for one in change.unsettled}
        rows = [
            (one.basis_id, one.subject_id, one.unsettled, one.position)
            for one in unsettled.values()
            if one.measure is self._measure
        ]
        await _execute(connection, self._sql.upsert_unsettled, generation, rows)
        references = {one.basis_id: one for change in changes for one in change.references}
        rows = [
            (one.basis_id, one.case_number, one.reference, one.position)
            for one in references.values()
        ]
        await _execute(connection, self._sql.update_references, generation, rows)

    async def _witness(
        self, connection: Connection, generation: int, changes: Sequence[Change]
    ) -> None:
        rows: list[tuple[Any, ...]] = []
        for change in changes:
            place = change.position.incarnation, change.position.number
            rows += [
                (change.hash, one.basis_id, "", one.measure.value, one.subject_id, *place)
                for one in change.endings
            ]
            rows += [
                (change.hash, "", one.document_id, None, one.subject_id, *place)
                for one in change.bindings
                if not one.bound
            ]
        await _execute(connection, self._sql.insert_seen_endings, generation, rows)


def _with_binding(positions: tuple[int, int], one: DocumentBound) -> tuple[int, int]:
    bound, unbound = positions
    if one.bound:
        return max(bound, one.position), unbound
    return bound, max(unbound, one.position)


async def _execute(
    connection: Connection, statement: str, generation: int, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Run a statement that takes the generation and one array for each column."""
    if rows:
        await connection.execute(statement, generation, *map(list, zip(*rows, strict=True)))
