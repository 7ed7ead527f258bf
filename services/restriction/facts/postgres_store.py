"""The engine's store in its field's own PostgreSQL schema: what gates read and the feed writes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from chassis.work.turns import in_turns
from restriction.facts.effects import Change, PartnerEnrolled, PartnerRetired, RatingRecorded
from restriction.facts.projection import Projection, erased_by
from restriction.facts.projection_rows import items_from_bits, items_to_bits
from restriction.facts.statements import Statements
from restriction.facts.store import (
    Batch,
    Cursor,
    Delivery,
    DeliveryEvent,
    DeliveryHead,
    Follower,
    IndexChange,
    MovedError,
    Place,
    Step,
)
from restriction.model import Basis, Facts, Item, Measure, Pass, Position, Seen

# Of the index: read while checks are waited for.
_TAKEN_AT_ONCE: Final = 10_000


class PostgresStore:
    """FactStore, ProjectionStore and DeliveryStore on one schema."""

    def __init__(
        self,
        *,
        postgres: Postgres,
        statements: Statements,
        measure: Measure,
        items: frozenset[Item],
        recalls_ended: bool = False,
        on_step: Callable[[Step], None] = lambda _: None,
    ) -> None:
        """`on_step` is told when a batch is applied and not yet committed.

        `measure`, `items` and `recalls_ended` are the policy's.
        """
        self._postgres = postgres
        self._sql = statements
        self._measure = measure
        self._items = items_to_bits(items)
        self._on_step = on_step
        self._projection = Projection(
            statements=statements, measure=measure, recalls_ended=recalls_ended
        )

    async def ping(self) -> None:
        """Raise unless the store answers now."""
        await self._postgres.ping()

    # ----------------------------------------------------------------------------- reading

    async def read_facts(self, digests: Sequence[bytes]) -> Facts:
        """One statement, so facts and cursors are of one moment."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.read_facts, list(digests))
        follower = follower_of(rows[0], reconciled=True)
        furthest = follower.furthest
        return Facts(
            bases=tuple(self._basis(row) for row in rows if row["basis_id"] is not None),
            seen=Seen(
                generation=follower.generation,
                position=Position(follower.incarnation, furthest.number),
                hash=furthest.hash,
            ),
            as_of=follower.position,
            as_of_at=follower.as_of_at,
            rebuilding=follower.rebuilding,
        )

    async def read_live_digests(self, epoch: int | None = None) -> Sequence[bytes]:
        """See FactStore. All of them are held in memory at once."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.read_live_digests, epoch)
        return [row["digest"] async for row in in_turns(rows, every=_TAKEN_AT_ONCE)]

    async def read_ratings(self) -> Sequence[RatingRecorded]:
        """Thousands at most: one for each rated site and period."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.read_ratings)
        return [RatingRecorded(**row) for row in rows]

    async def read_partners(self) -> Sequence[PartnerEnrolled | PartnerRetired]:
        """Thousands at most."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.read_partners)
        return [one for row in rows for one in _partner(row)]

    async def read_follower(self) -> Follower:
        """The current generation."""
        async with self._postgres.connection() as connection:
            row = await connection.fetchrow(self._sql.read_follower)
        assert row is not None, "the first migration makes a generation"
        return follower_of(row)

    async def read_deliveries(self, after: int, limit: int) -> Sequence[Delivery]:
        """Steps after a number, in order."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._sql.read_deliveries, after, limit)
        return [_delivery(row) for row in rows]

    async def read_delivery_head(self) -> DeliveryHead:
        """The last number and what it reflects."""
        async with self._postgres.connection() as connection:
            row = await connection.fetchrow(self._sql.read_delivery_head)
        assert row is not None, "the first migration makes a generation"
        return DeliveryHead(
            number=row["delivery_head"],
            as_of=Position(row["incarnation"], row["position"]),
            as_of_at=row["as_of_at"],
            series=row["series"],
        )

    # ----------------------------------------------------------------------------- writing

    async def apply(self, batch: Batch) -> IndexChange:
        """Effects, place, live digests and deliveries in one transaction."""

        async def work(connection: Connection) -> IndexChange:
            current = await connection.fetchval(self._sql.lock_engine)
            row = await connection.fetchrow(self._sql.lock_follower, batch.generation)
            if row is None or _place(follower_of(row), batch.cursor) != batch.after:
                raise MovedError(f"generation {batch.generation} does not stand where expected")
            epoch = await self._move_epoch(connection, batch, row["epoch"])
            changes = _unapplied(batch, row["position"])
            subjects, index_change = await self._projection.apply(
                connection, batch.generation, changes, epoch
            )
            await self._advance(connection, batch)
            erased, is_current = erased_by(changes), current == batch.generation
            if is_current:
                await self.deliver(connection, batch.generation, [*subjects, *erased], batch.now)
            if erased:
                bases, index_change = await self._projection.erase(
                    connection, batch.generation, erased, index_change
                )
                if is_current:
                    await connection.execute(self._sql.erase_deliveries, bases)
            self._on_step(Step.APPLIED)
            return index_change

        return await self._postgres.transaction(work)

    async def note_heartbeat(self, generation: int, number: int, as_of_at: datetime) -> None:
        """Only the time moves."""
        async with self._postgres.connection() as connection:
            noted = await connection.fetchval(
                self._sql.note_heartbeat, generation, number, as_of_at
            )
        if noted is None:
            raise MovedError(f"generation {generation} does not stand at {number}")

    async def deliver_pending(self, now: datetime, limit: int) -> int:
        """Take what is due and number it, in one transaction."""

        async def work(connection: Connection) -> int:
            generation = await connection.fetchval(self._sql.lock_engine)
            rows = await connection.fetch(self._sql.take_pending_starts, generation, now, limit)
            subjects = [row["subject_id"] for row in rows]
            await self.deliver(connection, generation, subjects, now)
            return len(subjects)

        return await self._postgres.transaction(work)

    async def _move_epoch(
        self, connection: Connection, batch: Batch, epoch: int | None
    ) -> int | None:
        """The epoch in force after a batch. The first is the least that documents come with: of the one
        in force at the registry none of them lacks its digest.
        """
        if batch.switches_to is not None:
            await connection.execute(self._sql.switch_epoch, batch.generation, batch.switches_to)
            return batch.switches_to
        if epoch is not None:
            return epoch
        first = min((one.epoch for change in batch.changes for one in change.digests), default=None)
        if first is not None:
            await connection.execute(self._sql.begin_epoch, batch.generation, first)
        return first

    async def _advance(self, connection: Connection, batch: Batch) -> None:
        generation, place = batch.generation, batch.place
        if batch.cursor is Cursor.ALL:
            await connection.execute(
                self._sql.advance_all,
                generation,
                batch.incarnation,
                place.number,
                place.hash,
                batch.as_of_at,
            )
        else:
            await connection.execute(
                self._sql.advance_endings, generation, batch.incarnation, place.number, place.hash
            )

    async def deliver(
        self, connection: Connection, generation: int, subjects: Sequence[str], now: datetime
    ) -> None:
        """Number what partners lack of some subjects, within the caller's transaction."""
        if subjects:
            await connection.execute(self._sql.deliver, generation, subjects, now, self._items)
            await connection.execute(self._sql.note_pending_starts, generation, subjects, now)

    def _basis(self, row: asyncpg.Record) -> Basis:
        return Basis(
            basis_id=row["basis_id"],
            measure=self._measure,
            subject_id=row["subject_id"],
            start_at=row["start_at"],
            end_at=row["end_at"],
            items=items_from_bits(row["items"]),
            ground=row["ground"],
            court_code=row["court_code"],
            court_name=row["court_name"],
            court_contact=row["court_contact"],
            case_number=row["case_number"],
            reference=row["reference"],
            unsettled=row["unsettled"],
            ended=row["ended"],
            performed_at=row["performed_at"],
            ended_at=row["ended_at"],
            void_from_start=row["void_from_start"],
            passes=tuple(_passes(row)),
        )


def follower_of(row: asyncpg.Record, *, reconciled: bool | None = None) -> Follower:
    """A generation's row as a Follower; `reconciled` where the statement does not return it."""
    return Follower(
        generation=row["generation"],
        incarnation=row["incarnation"],
        all=Place(row["position"], row["hash"]),
        endings=Place(row["endings_position"], row["endings_hash"]),
        as_of_at=row["as_of_at"],
        rebuilding=row["rebuilding"] or row["outdated"],
        outdated=row["outdated"],
        epoch=row["epoch"],
        reconciled=row["reconciled"] if reconciled is None else reconciled,
    )


def _place(follower: Follower, cursor: Cursor) -> Place:
    return follower.all if cursor is Cursor.ALL else follower.endings


def _unapplied(batch: Batch, position: int) -> Sequence[Change]:
    """The changes that the cursor ALL, at `position`, has not applied. One of ENDINGS that lags behind it
    brings endings of subjects that were erased since, and nothing of those is held again.
    """
    if batch.cursor is Cursor.ALL:
        return batch.changes
    return [one for one in batch.changes if one.position.number > position]


def _passes(row: asyncpg.Record) -> Iterator[Pass]:
    columns = (row["pass_ids"], row["pass_items"], row["pass_starts"], row["pass_ends"])
    for pass_id, bits, start_at, end_at in zip(*(one or () for one in columns), strict=True):
        yield Pass(pass_id=pass_id, items=items_from_bits(bits), start_at=start_at, end_at=end_at)


def _partner(row: asyncpg.Record) -> Iterator[PartnerEnrolled | PartnerRetired]:
    if row["enrolled_position"]:
        yield PartnerEnrolled(
            position=row["enrolled_position"],
            partner_id=row["partner_id"],
            fields=frozenset(row["fields"]),
            push_address=row["push_address"],
            checks_per_s=row["checks_per_s"],
            checks_per_day=row["checks_per_day"],
        )
    if row["retired_position"]:
        yield PartnerRetired(position=row["retired_position"], partner_id=row["partner_id"])


def _delivery(row: Any) -> Delivery:
    return Delivery(
        number=row["number"],
        restriction_id=row["restriction_id"],
        event=DeliveryEvent(row["event"]),
        digests=row["digests"],
        items=items_from_bits(row["items"]),
        start_at=row["start_at"],
        end_at=row["end_at"],
        case_number=row["case_number"],
        order_number=row["order_number"],
        court_name=row["court_name"],
        court_contact=row["court_contact"],
        position=row["position"],
        secret_version=row["secret_version"],
        ground=row["ground"],
        performed_at=row["performed_at"],
        ended_at=row["ended_at"],
        void_from_start=row["void_from_start"],
    )
