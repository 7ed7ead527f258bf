"""Applying changes to one generation of the facts, inside the caller's transaction."""

from collections.abc import Sequence
from dataclasses import replace

from asyncpg import Record

from chassis.stores.faults import Connection
from restriction.facts import projection_rows as rows_of
from restriction.facts.effects import Change
from restriction.facts.projection_rows import Row
from restriction.facts.statements import Statements
from restriction.facts.store import IndexChange
from restriction.model import Measure


class Projection:
    """Writes effects set by set. Each statement keeps, per row, the effect with the right position.

    `measure` is the one that binds in the field; bases of the other are passed over, but their
    endings are witnessed, because any follower's witness protects the person after a restore. So
    are unbindings: a document that was another person's must not be refused again.

    `recalls_ended`: who is under no basis but ended ones is live, too, for a field that tells of
    them. It is for good: rows written under the other choice are not looked at again.
    """

    def __init__(
        self, *, statements: Statements, measure: Measure, recalls_ended: bool = False
    ) -> None:
        self._sql = statements
        self._measure = measure
        self._recalls_ended = recalls_ended

    async def apply(
        self,
        connection: Connection,
        generation: int,
        changes: Sequence[Change],
        epoch: int | None,
    ) -> tuple[Sequence[str], IndexChange]:
        """Apply `changes`; returns the subjects concerned and what changed among live digests.

        `epoch` is in force once they are applied: the index holds no other's digests.
        """
        unbound = await _fetch(
            connection, self._sql.upsert_bindings, generation, rows_of.bindings(changes)
        )
        for statement, rows in self._rows(changes):
            await _fetch(connection, statement, generation, rows)
        bound = self._subjects(changes)
        live = (
            await connection.fetch(self._sql.refresh_live, generation, bound, self._recalls_ended)
            if bound
            else []
        )
        if unbound:
            # Only now: the index is told of a digest by its row. A binding, too, may come after its
            # unbinding, and bring a digest.
            gone = [row["document_id"] for row in unbound]
            await connection.execute(self._sql.delete_unbound_digests, generation, gone)
        documents = sorted({one.document_id for change in changes for one in change.bindings})
        if documents:
            await connection.execute(self._sql.note_lacking, generation, documents)
        performed = await self._subjects_of_obligations(connection, generation, changes)
        moved = [row for row in live if row["epoch"] == epoch]
        return sorted({*bound, *performed}), IndexChange(
            added=[row["digest"] for row in moved if row["live"]],
            removed=[row["digest"] for row in moved if not row["live"]],
            epoch=epoch,
        )

    async def erase(
        self, connection: Connection, generation: int, subjects: Sequence[str], index: IndexChange
    ) -> tuple[Sequence[str], IndexChange]:
        """Drop all that a generation holds of these subjects, once partners are told of their endings.

        Returns the bases dropped, and `index` with the digests that were live until now.
        """
        documents = await connection.fetch(self._sql.erase_documents, generation, subjects)
        bases = await connection.fetch(self._sql.erase_bases, generation, subjects)
        gone = [row["digest"] for row in documents if row["live"] and row["epoch"] == index.epoch]
        return [row["basis_id"] for row in bases], replace(index, removed=[*index.removed, *gone])

    def _rows(self, changes: Sequence[Change]) -> Sequence[tuple[str, Sequence[Row]]]:
        """Every other statement that writes rows, in order, with its rows."""
        sql, measure = self._sql, self._measure
        return (
            (sql.upsert_courts, rows_of.courts(changes)),
            (sql.upsert_digests, rows_of.digests(changes)),
            (sql.upsert_starts, rows_of.starts(changes, measure)),
            (sql.upsert_endings, rows_of.endings(changes, measure)),
            (sql.upsert_unsettled, rows_of.unsettled(changes, measure)),
            (sql.update_references, rows_of.later_references(changes)),
            (sql.upsert_obligations, rows_of.obligations(changes)),
            (sql.upsert_passes_granted, rows_of.granted(changes, measure)),
            (sql.upsert_passes_withdrawn, rows_of.withdrawn(changes, measure)),
            (sql.upsert_partners_enrolled, rows_of.enrolled(changes)),
            (sql.upsert_partners_retired, rows_of.retired(changes)),
            (sql.insert_ratings, rows_of.ratings(changes)),
            (sql.upsert_courts_retired, rows_of.retired_courts(changes)),
            (sql.upsert_officers, rows_of.officers(changes)),
            (sql.upsert_keys, rows_of.keys(changes)),
            (sql.upsert_keys_retired, rows_of.retired_keys(changes)),
            (sql.insert_seen_endings, rows_of.seen_endings(changes)),
            (sql.upsert_epochs, rows_of.epochs(changes)),
            (sql.end_erased, rows_of.erased(changes)),
        )

    def _subjects(self, changes: Sequence[Change]) -> list[str]:
        """Whose bases or documents the changes concern, in a fixed order; nobody who is erased by them."""
        found = {one.subject_id for change in changes for one in change.bindings}
        for change in changes:
            for group in (change.starts, change.endings, change.unsettled):
                found |= {one.subject_id for one in group if one.measure is self._measure}
        return sorted(found.difference(erased_by(changes)))

    async def _subjects_of_obligations(
        self, connection: Connection, generation: int, changes: Sequence[Change]
    ) -> list[str]:
        """Whose listings rest on what was performed, or is owed again: partners are told."""
        moved = {one.obligation_id for change in changes for one in change.obligations}
        if not moved:
            return []
        rows = await connection.fetch(self._sql.subjects_of_obligations, generation, sorted(moved))
        return [row["subject_id"] for row in rows]


def erased_by(changes: Sequence[Change]) -> list[str]:
    """The subjects that the changes erase, in a fixed order."""
    return sorted({one.subject_id for change in changes for one in change.erased})


async def _fetch(
    connection: Connection, statement: str, generation: int, rows: Sequence[Row]
) -> Sequence[Record]:
    """Run a statement that takes the generation and one array for each column."""
    if not rows:
        return ()
    found: Sequence[Record] = await connection.fetch(
        statement, generation, *map(list, zip(*rows, strict=True))
    )
    return found
