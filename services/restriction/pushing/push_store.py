"""How far each partner is: what is kept of it across restarts."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from chassis.stores.queries import NamedQueries
from restriction.pushing.partner_book import PushTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerPosition:
    """How far one partner has applied what it was sent.

    Attributes:
        series: names the life of the numbers; the partner's copy belongs to one.
        acknowledged: last number that the partner says it has applied; 0 for none.
        unproven_above: until it was first heard from under this leading engine, the last number
            that can have been sent to it; None once it was heard from.
    """

    partner_id: str
    series: str
    acknowledged: int = 0
    unproven_above: int | None = None


class WritesPositions(Protocol):
    """All that writing positions together needs of a store."""

    async def write_positions(self, positions: Sequence[PartnerPosition]) -> None:
        """Keep what was acknowledged; one of a series that is over changes nothing."""


class PositionStore(WritesPositions, Protocol):
    """Where positions of partners are kept.

    Every method raises ServiceError STORE_UNAVAILABLE when the store does not answer, and a writing
    one OUTCOME_UNKNOWN when the connection was lost while committing. Each may be repeated.
    """

    async def doubt_positions(self) -> None:
        """An engine begins to lead; called before anything new is numbered."""

    async def open_position(self, partner_id: str, series: str) -> PartnerPosition:
        """What is kept of the partner; a row in `series` is made for one that is new."""

    async def begin_series(self, position: PartnerPosition, series: str) -> None:
        """The numbers of that partner count anew, from 0."""


@dataclass(frozen=True, slots=True)
class _Statements:
    doubt_positions: str
    open_position: str
    read_position: str
    write_positions: str
    begin_series: str
    read_push_targets: str


class PostgresPushStore:
    """PositionStore and PartnerBook in the schema of `field`."""

    def __init__(self, *, postgres: Postgres, field: str) -> None:
        self._postgres = postgres
        self._field = field
        self._sql = NamedQueries.load("restriction", "sql/push.sql").into(_Statements)

    async def read_push_targets(self) -> Sequence[PushTarget]:
        """As the current generation of facts has them."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.read_push_targets, self._field)
        return [PushTarget(row["partner_id"], row["push_address"]) for row in rows]

    async def doubt_positions(self) -> None:
        """One statement over a row for each partner."""

        async def work(connection: Connection) -> None:
            await connection.execute(self._sql.doubt_positions)

        await self._postgres.transaction(work)

    async def open_position(self, partner_id: str, series: str) -> PartnerPosition:
        """Made and read in one transaction."""

        async def work(connection: Connection) -> PartnerPosition:
            await connection.execute(self._sql.open_position, partner_id, series)
            row = await connection.fetchrow(self._sql.read_position, partner_id)
            assert row is not None, "it was made just now, and nobody deletes one"
            return PartnerPosition(
                partner_id=row["partner_id"],
                series=row["series"],
                acknowledged=row["acknowledged"],
                unproven_above=row["unproven_above"],
            )

        return await self._postgres.transaction(work)

    async def write_positions(self, positions: Sequence[PartnerPosition]) -> None:
        """All of them in one statement."""
        columns = (
            [one.partner_id for one in positions],
            [one.series for one in positions],
            [one.acknowledged for one in positions],
        )

        async def work(connection: Connection) -> None:
            await connection.execute(self._sql.write_positions, *columns)

        await self._postgres.transaction(work)

    async def begin_series(self, position: PartnerPosition, series: str) -> None:
        """One row."""

        async def work(connection: Connection) -> None:
            await connection.execute(
                self._sql.begin_series, position.partner_id, position.series, series
            )

        await self._postgres.transaction(work)


class PositionWriter:
    """Writes positions of many partners on one connection: who waits is written with the next."""

    def __init__(self, *, store: WritesPositions) -> None:
        self._store = store
        self._writing = asyncio.Lock()
        self._waiting: dict[str, PartnerPosition] = {}

    async def write(self, position: PartnerPosition) -> None:
        """Return once `position`, or a later one of that partner, is committed.

        Raises ServiceError when it is not known to be; whoever writes next then writes it again.
        """
        self._waiting[position.partner_id] = position
        async with self._writing:
            batch, self._waiting = self._waiting, {}
            if not batch:
                return
            written = False
            try:
                await self._store.write_positions(list(batch.values()))
                written = True
            finally:
                if not written:
                    self._waiting = batch | self._waiting
