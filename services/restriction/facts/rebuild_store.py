"""The store's part in a rebuild: a new generation beside the old, a switch, and what follows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from restriction.facts.postgres_store import PostgresStore, follower_of
from restriction.facts.statements import Statements
from restriction.facts.store import Batch, EndingSeen, Follower, IndexChange, LostEnding
from restriction.model import Measure

_SUBJECTS_PER_PASS: Final = 500
# Of each table, in one transaction: millions in one were seen to outlast the statement's time limit,
# each time anew. What is applied meanwhile waits for one such page at most.
_ROWS_PER_PAGE: Final = 2000
_NEWEST: Final = 2**31 - 1


class PostgresRebuildStore:
    """RebuildStore on the schema of a PostgresStore; deletes at most `rows_per_page` at once."""

    def __init__(
        self,
        *,
        postgres: Postgres,
        statements: Statements,
        projection: PostgresStore,
        rows_per_page: int = _ROWS_PER_PAGE,
    ) -> None:
        self._postgres = postgres
        self._sql = statements
        self._projection = projection
        self._rows_per_page = rows_per_page

    async def read_follower(self) -> Follower:
        """The current generation."""
        return await self._projection.read_follower()

    async def apply(self, batch: Batch) -> IndexChange:
        """As the projection does it, in any generation."""
        return await self._projection.apply(batch)

    async def read_generation(self, generation: int) -> Follower | None:
        """Any generation, or None."""
        async with self._postgres.connection() as connection:
            row = await connection.fetchrow(self._sql.read_generation, generation)
        return None if row is None else follower_of(row)

    async def mark_rebuilding(self) -> None:
        """Committed before the first report: a crash in between finds it again."""
        await self._postgres.transaction(self._mark_rebuilding)

    async def read_seen_endings(
        self, before: EndingSeen | None, limit: int
    ) -> Sequence[EndingSeen]:
        """Newest first."""
        key = (
            (_NEWEST, 0, "", "")
            if before is None
            else (before.generation, before.position, before.basis_id, before.document_id)
        )
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.read_seen_endings, *key, limit)
        return [
            EndingSeen(
                generation=row["generation"],
                position=row["position"],
                basis_id=row["basis_id"],
                document_id=row["document_id"],
                hash=row["hash"],
                measure=None if row["measure"] is None else Measure(row["measure"]),
                subject_id=row["subject_id"],
                incarnation=row["incarnation"],
                void_from_start=row["void_from_start"],
                seal=row["seal"],
            )
            for row in rows
        ]

    async def read_lost_endings(self) -> Sequence[LostEnding]:
        """Oldest first."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.read_lost_endings)
        return [
            LostEnding(
                basis_id=row["basis_id"],
                court_code=row["court_code"],
                incarnation=row["incarnation"],
                position=row["position"],
            )
            for row in rows
        ]

    async def start_generation(self, generation: int) -> Follower:
        """Drop what was left half built, then begin.

        Its row goes first: nobody applies to it or, after a crash, goes on with half of its facts.
        """
        await self._change_generation(self._sql.delete_generation, generation)
        await self.drop_generation(generation)
        await self._change_generation(self._sql.insert_generation, generation)
        started = await self.read_generation(generation)
        assert started is not None, "it was just committed"
        return started

    async def switch_to(self, generation: int) -> None:
        """Three rows, whatever the size of the facts."""

        async def work(connection: Connection) -> None:
            await connection.fetchval(self._sql.lock_engine)
            await connection.execute(self._sql.finish_generation, generation)
            await connection.execute(self._sql.switch_generation, generation)

        await self._postgres.transaction(work)

    async def reconcile(self, now: datetime) -> None:
        """Lifts of what vanished first, then all subjects by pages, each in its transaction."""
        follower = await self.read_follower()
        generation = follower.generation

        async def begin(connection: Connection) -> None:
            await connection.fetchval(self._sql.lock_engine)
            await connection.execute(self._sql.clear_pending_starts)
            await connection.execute(self._sql.lift_vanished, generation, follower.all.number)

        await self._postgres.transaction(begin)
        last = ""
        while subjects := await self._reconcile_page(generation, last, now):
            last = subjects[-1]

    async def mark_reconciled(self, generation: int) -> None:
        """One row."""
        await self._change_generation(self._sql.mark_reconciled, generation)

    async def drop_others(self) -> None:
        """One after the other."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.read_other_generations)
        for row in rows:
            await self.drop_generation(row["generation"])

    async def drop_generation(self, generation: int) -> None:
        """By pages, each in its transaction; its row goes with the last, so that a rest is found."""
        while await self._drop_page(generation):
            pass

    async def count_differences(self, one: int, other: int) -> Mapping[str, int]:
        """Kinds that are equal are left out."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.count_differences, one, other)
        return {row["kind"]: row["count"] for row in rows if row["count"]}

    async def _drop_page(self, generation: int) -> int:
        """Returns how many rows there were; with the first empty page the generation is gone."""

        async def work(connection: Connection) -> int:
            await connection.fetchval(self._sql.lock_engine)
            deleted: int = await connection.fetchval(
                self._sql.delete_facts, generation, self._rows_per_page
            )
            if not deleted:
                await connection.execute(self._sql.delete_generation, generation)
            return deleted

        return await self._postgres.transaction(work)

    async def _change_generation(self, statement: str, generation: int) -> None:
        async def work(connection: Connection) -> None:
            await connection.fetchval(self._sql.lock_engine)
            await connection.execute(statement, generation)

        await self._postgres.transaction(work)

    async def _mark_rebuilding(self, connection: Connection) -> None:
        await connection.fetchval(self._sql.lock_engine)
        await connection.execute(self._sql.mark_rebuilding)

    async def _reconcile_page(self, generation: int, after: str, now: datetime) -> Sequence[str]:
        async def work(connection: Connection) -> Sequence[str]:
            await connection.fetchval(self._sql.lock_engine)
            rows = await connection.fetch(
                self._sql.read_subjects, generation, after, _SUBJECTS_PER_PASS
            )
            subjects = [row["subject_id"] for row in rows]
            if subjects:
                await self._projection.deliver(connection, generation, subjects, now)
            return subjects

        return await self._postgres.transaction(work)
