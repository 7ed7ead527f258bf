"""The query log in the field's own PostgreSQL schema."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from chassis.stores.queries import NamedQueries
from restriction.asking.query_counts import CountKey
from restriction.model import Query

BEFORE_ALL: Final = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class _Statements:
    insert_queries: str
    add_counts: str
    list_queries: str
    read_queries: str
    read_counts: str
    purge_queries: str
    purge_counts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedQuery:
    """One row as it is told: without digest, and without who at a court looked.

    `answer` and `reason` are numbers as in the model; `answer` is 0 where a court told the person
    concerned.
    """

    decision_id: uuid.UUID
    decided_at: datetime
    partner_id: str
    purpose: str
    product: str
    answer: int
    reason: int
    basis_ids: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCount:
    """How often on one legal day."""

    day: date
    partner_id: str
    purpose: str
    answer: int
    count: int


class PostgresQueryStore:
    """QuerySink and RefusalStore, and what the log is read by.

    Every method raises ServiceError STORE_UNAVAILABLE when the store does not answer, and a writing
    one OUTCOME_UNKNOWN when the connection was lost while committing.
    """

    def __init__(self, *, postgres: Postgres) -> None:
        self._postgres = postgres
        self._sql = NamedQueries.load("restriction", "sql/queries.sql").into(_Statements)

    # ----------------------------------------------------------------------------- writing

    async def record_refusals(self, refusals: Sequence[Query]) -> None:
        """Commit all in one transaction: their checks wait for the same flush."""
        await self.write_queries(refusals, {})

    async def write_queries(self, queries: Sequence[Query], counts: Mapping[CountKey, int]) -> None:
        """Rows and counts in one transaction."""

        async def work(connection: Connection) -> None:
            await connection.executemany(self._sql.insert_queries, map(_row, queries))
            if counts:
                await connection.execute(self._sql.add_counts, *_count_columns(counts))

        await self._postgres.transaction(work)

    # ----------------------------------------------------------------------------- reading

    async def tell(
        self, told: Query, digests: Sequence[bytes], limit: int
    ) -> Sequence[LoggedQuery]:
        """Who asked about a document, newest first; that it was told is committed with the reading."""

        async def work(connection: Connection) -> Sequence[Any]:
            rows: Sequence[Any] = await connection.fetch(
                self._sql.list_queries, list(digests), limit
            )
            await connection.executemany(self._sql.insert_queries, [_row(told)])
            return rows

        return [LoggedQuery(**row) for row in await self._postgres.transaction(work)]

    async def read_queries(
        self, partner_id: str, after: tuple[datetime, uuid.UUID], limit: int
    ) -> Sequence[LoggedQuery]:
        """The log after a place, oldest first; of all partners where `partner_id` is empty."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.read_queries, partner_id, *after, limit)
        return [LoggedQuery(**row) for row in rows]

    async def read_counts(self, first: date, last: date, limit: int) -> Sequence[LoggedCount]:
        """The counts of the legal days from `first` to `last`."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.read_counts, first, last, limit)
        return [LoggedCount(**row) for row in rows]

    # ----------------------------------------------------------------------------- forgetting

    async def purge_queries(self, before: datetime, limit: int) -> int:
        """Drop at most `limit` rows older than an instant; returns how many."""
        return await self._purge(self._sql.purge_queries, before, limit)

    async def purge_counts(self, before: date, limit: int) -> int:
        """Drop at most `limit` counts of legal days before a day; returns how many."""
        return await self._purge(self._sql.purge_counts, before, limit)

    async def _purge(self, statement: str, before: date | datetime, limit: int) -> int:
        async def work(connection: Connection) -> int:
            gone: int = await connection.fetchval(statement, before, limit)
            return gone

        return await self._postgres.transaction(work)


def _row(query: Query) -> tuple[Any, ...]:
    return (
        uuid.UUID(query.decision_id),
        query.decided_at,
        query.partner_id,
        query.purpose,
        query.product,
        query.answer or 0,
        query.reason,
        list(query.basis_ids),
        [query.articles[basis_id] for basis_id in query.basis_ids if basis_id in query.articles],
        query.digest,
        query.as_of.incarnation,
        query.as_of.number,
        query.person_id,
        query.reference,
        query.epoch,
    )


def _count_columns(counts: Mapping[CountKey, int]) -> Sequence[list[Any]]:
    # In one order everywhere: two processes that add to the same counts never wait for each other in turn.
    keys = sorted(counts, key=lambda one: (one.day, one.partner_id, one.purpose, one.answer))
    return (
        [one.day for one in keys],
        [one.partner_id for one in keys],
        [one.purpose for one in keys],
        [one.answer for one in keys],
        [counts[one] for one in keys],
    )
