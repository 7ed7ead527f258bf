"""EpochStore on the schema of a PostgresStore."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from restriction.facts.epochs import DigestPlace, KnownEpoch
from restriction.facts.postgres_store import PostgresStore
from restriction.facts.statements import Statements


class PostgresEpochStore:
    """What writes takes the lock of all who apply: a digest is live as its document is then."""

    def __init__(
        self, *, postgres: Postgres, statements: Statements, projection: PostgresStore
    ) -> None:
        self._postgres = postgres
        self._projection = projection
        self._sql = statements

    async def read_epochs(self, generation: int) -> Sequence[KnownEpoch]:
        """Oldest first."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.read_epochs, generation)
        return [KnownEpoch(**row) for row in rows]

    async def is_loaded(self, generation: int, epoch: int) -> bool:
        """One row: a switch waits for the answer."""
        async with self._postgres.connection() as connection:
            loaded = await connection.fetchval(self._sql.is_loaded, generation, epoch)
        return bool(loaded)

    async def add_digests(
        self,
        generation: int,
        epoch: int,
        digests: Mapping[str, bytes],
        *,
        loaded_to: str,
        is_last: bool,
    ) -> None:
        """A page and how far it brings us, in one transaction."""

        async def work(connection: Connection) -> None:
            await connection.fetchval(self._sql.lock_engine)
            await connection.execute(
                self._sql.add_digests, generation, epoch, list(digests), list(digests.values())
            )
            await connection.execute(self._sql.note_loading, generation, epoch, loaded_to, is_last)

        await self._postgres.transaction(work)

    async def rekey_queries(self, generation: int, limit: int) -> int:
        """One page."""

        async def work(connection: Connection) -> int:
            await connection.fetchval(self._sql.lock_engine)
            keyed: int = await connection.fetchval(self._sql.rekey_queries, generation, limit)
            return keyed

        return await self._postgres.transaction(work)

    async def closed_epochs(self, generation: int) -> Sequence[int]:
        """A few rows."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.closed_epochs, generation)
        return [row["epoch"] for row in rows]

    async def drop_closed_digests(
        self, generation: int, after: DigestPlace, limit: int
    ) -> tuple[int, DigestPlace | None]:
        """One page, by the table's key."""

        async def work(connection: Connection) -> tuple[int, DigestPlace | None]:
            await connection.fetchval(self._sql.lock_engine)
            row = await connection.fetchrow(
                self._sql.drop_closed_digests, generation, *after, limit
            )
            return (
                (0, None) if row is None else (row["dropped"], (row["document_id"], row["epoch"]))
            )

        return await self._postgres.transaction(work)

    async def take_partner_secret(self, version: int) -> int:
        """Which version, and that nothing is delivered by it yet, in one transaction."""

        async def work(connection: Connection) -> int:
            await connection.fetchval(self._sql.lock_engine)
            await connection.execute(self._sql.take_partner_secret, version)
            in_force: int = await connection.fetchval(self._sql.read_partner_secret)
            return in_force

        return await self._postgres.transaction(work)

    async def redeliver(self, generation: int, now: datetime, limit: int) -> int:
        """One page of subjects, in one transaction with how far that brings us."""

        async def work(connection: Connection) -> int:
            current = await connection.fetchval(self._sql.lock_engine)
            after = await connection.fetchval(self._sql.read_redelivery, generation)
            if current != generation or after is None:
                return 0
            rows = await connection.fetch(self._sql.read_subjects, generation, after, limit)
            subjects = [row["subject_id"] for row in rows]
            if subjects:
                await self._projection.deliver(connection, generation, subjects, now)
            await connection.execute(
                self._sql.note_redelivery, generation, subjects[-1] if subjects else None
            )
            return len(subjects)

        return await self._postgres.transaction(work)
