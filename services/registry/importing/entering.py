"""Entering a signed import: batch after batch, the next made ready while the one before is written."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import date
from typing import Any, Final
from uuid import UUID

from authority.caller import Actor
from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from chassis.work.pace import Pace
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.registry.v1 import import_service_pb2 as rpc
from document import DigestKey
from registry.importing.batch.batches import (
    Batch,
    BatchDone,
    Batches,
    CrowdedError,
    moved_from,
    settled_columns,
    until_alone,
)
from registry.importing.batch.deciding import Verdict
from registry.importing.found import ImportRecord
from registry.importing.head_times import HeadTimes
from registry.importing.labour import Labour
from registry.importing.papers.claims import Claim
from registry.importing.papers.opening import OpeningJob, open_papers
from registry.importing.portions import Names, Portions, names_of
from registry.importing.queries import ImportQueries
from registry.importing.steps import ImportStep
from registry.importing.telling import Telling
from registry.sealing import Sealer

BATCH_ROWS: Final = 250
"""Rows of a batch at most. More would hold the head longer, and everybody who acts meanwhile."""
_BATCH_ROWS_MIN: Final = 25
# Beside others, on a machine that has other work, the same rows take longer: then fewer at once.
_HELD_AIM_S: Final = 0.08

_SMALLER: Final = 8
_CHUNKS_AT_ONCE: Final = 16
_OPENED_AHEAD: Final = 2
# Whoever waited for the head is woken first; then the next batch may ask for it.
_YIELD_S: Final = 0.005


class Entering:
    """Enters the sound rows of signed imports."""

    def __init__(
        self,
        *,
        postgres: Postgres,
        queries: ImportQueries,
        batches: Batches,
        telling: Telling,
        labour: Labour,
        sealer: Sealer,
        digest_keys: Sequence[DigestKey],
        head_times: HeadTimes,
        batch_rows: int = BATCH_ROWS,
        on_step: Callable[[ImportStep], None] = lambda _: None,
    ) -> None:
        self._postgres = postgres
        self._queries = queries
        self._batches = batches
        self._telling = telling
        self._labour = labour
        self._sealer = sealer
        self._digest_keys = digest_keys
        self._pace = Pace(
            least=min(_BATCH_ROWS_MIN, batch_rows), most=batch_rows, aim_s=_HELD_AIM_S
        )
        self._uncrowded_rows = self._batch_rows_max = batch_rows
        self._on_step = on_step
        self._head_times = head_times

    @property
    def batch_rows(self) -> int:
        """Rows of the next batch."""
        return min(self._pace.size, self._uncrowded_rows)

    async def work(self, record: ImportRecord, today: date, draining: asyncio.Event) -> bool:
        """Enter the rows of some chunks, in order; False if nothing was left."""
        async with self._postgres.connection() as connection:
            chunks = await connection.fetch(
                self._queries.unentered_chunks, record.import_id, 0, _CHUNKS_AT_ONCE
            )
        if not chunks:
            return False
        line = _Line(self, record)
        try:
            async with aclosing(self._claims(record, chunks, today)) as opened:
                async for claims in opened:
                    line.portions.add(claims)
                    while line.portions.is_full and not draining.is_set():
                        await line.advance()
                    if draining.is_set():
                        break
            while len(line.portions) and not draining.is_set():
                await line.advance()
            await line.end()
            self._uncrowded_rows = self._batch_rows_max
        except CrowdedError:
            # A smaller batch is ready sooner, and fewer come before it.
            self._uncrowded_rows = max(1, self.batch_rows // _SMALLER)
        finally:
            await line.cut()
        async with self._postgres.connection() as connection:
            await connection.execute(
                self._queries.drop_papers,
                record.import_id,
                [chunk["first_record"] for chunk in chunks],
                record.record_of(0),
            )
        return True

    async def _claims(
        self, record: ImportRecord, chunks: Sequence[Any], today: date
    ) -> AsyncGenerator[Sequence[Claim], None]:
        """The rows of each chunk that wait; the papers of the next ones are opened meanwhile."""
        opening: list[asyncio.Task[Sequence[Claim]]] = []
        try:
            for place in range(len(chunks)):
                while len(opening) < min(place + _OPENED_AHEAD, len(chunks)):
                    job = self._open(record.import_id, chunks[len(opening)], today)
                    opening.append(asyncio.create_task(job, name="open papers"))
                yield await opening[place]
        finally:
            for task in opening:
                task.cancel()

    async def _open(self, import_id: UUID, chunk: Any, today: date) -> Sequence[Claim]:
        first_record = chunk["first_record"]
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(
                self._queries.sound_rows,
                import_id,
                # A CSV header shifts rows by one; a chunk has no more records than this.
                first_record - 1,
                first_record + chunk["record_count"],
            )
        job = OpeningJob(
            import_id=import_id,
            first_record=first_record,
            papers_sealed=chunk["papers_sealed"],
            row_numbers=frozenset(row["row_number"] for row in rows),
            today=today,
            sealer=self._sealer.to_hand_on(chunk["papers_sealed"]),
            digest_keys=tuple(self._digest_keys),
        )
        return await self._labour.run(open_papers, job)

    async def enter(self, batch: Batch, before: "asyncio.Task[None] | None") -> None:
        """One batch in one transaction; its head is asked for when the batch before has ended."""

        async def turn() -> None:
            if before is not None:
                await asyncio.shield(before)

        async def settle(connection: Connection, verdicts: Sequence[Verdict]) -> None:
            await self._settle(connection, batch, verdicts)

        async def work(connection: Connection) -> tuple[BatchDone, bool]:
            done = await self._batches.enter(connection, batch, settle, turn)
            position = None if done.appended is None else done.appended.position.position
            await connection.execute(
                self._queries.count_entered,
                batch.import_id,
                len(batch.claims),
                position,
                moved_from(rpc.ROW_OUTCOME_SOUND, done.verdicts),
            )
            self._on_step(ImportStep.WRITTEN)
            return done, bool(await connection.fetchval(self._queries.awaiting_the_head))

        # What came first may be the batch before.
        done, awaited = await until_alone(lambda: self._postgres.transaction(work), turn)
        self._on_step(ImportStep.COMMITTED)
        if done.appended is not None:
            held_s = time.monotonic() - done.appended.held_since_s
            self._head_times.note(held_s, done.appended.count)
            self._pace.note(held_s)
            self._telling.tell(done, before=batch.signed_position)
        if awaited:
            await asyncio.sleep(_YIELD_S)

    async def _settle(
        self, connection: Connection, batch: Batch, verdicts: Sequence[Verdict]
    ) -> None:
        """What became of the rows; exactly once, whoever else may be at work."""
        settled = await connection.execute(
            self._queries.settle_sound_rows,
            batch.import_id,
            *settled_columns(verdicts),
            verdicts[0].claim.row_number,
            verdicts[-1].claim.row_number,
        )
        if settled != f"UPDATE {len(verdicts)}":
            raise SettledElsewhereError


class _Line:
    """Batches of one import, one behind the other: while one is written the next is made ready."""

    def __init__(self, entering: Entering, record: ImportRecord) -> None:
        self.portions = Portions(size=entering.batch_rows)
        self._entering = entering
        self._import_id = record.import_id
        self._signed_position = record.signed_position
        self._actor = Actor(
            person_id=record.signed_by or "",
            role=pb.ROLE_PRESIDENT,
            court_code=record.court_code,
        )
        self._before: asyncio.Task[None] | None = None
        self._busy: Names = frozenset()

    async def advance(self) -> None:
        """Begin the next batch; returns when the one before it has ended."""
        self.portions.size = self._entering.batch_rows
        claims = self.portions.take(self._busy)
        if self._before is not None and len(claims) < self._entering.batch_rows // 2:
            # Too many name what is on its way: let it arrive.
            await self._before
            claims += self.portions.take(frozenset(), beside=len(claims))
            claims.sort(key=lambda claim: claim.row_number)
        batch = Batch(
            import_id=self._import_id,
            actor=self._actor,
            claims=claims,
            signed_position=self._signed_position,
        )
        before = self._before
        self._before = asyncio.create_task(self._entering.enter(batch, before), name="enter batch")
        self._busy = names_of(claims)
        if before is not None:
            await before

    async def end(self) -> None:
        """Wait until the last batch has ended."""
        if self._before is not None:
            await self._before

    async def cut(self) -> None:
        """End what is on its way, after a fault; nothing else is left then."""
        if self._before is not None:
            self._before.cancel()
            await asyncio.gather(self._before, return_exceptions=True)


class SettledElsewhereError(Exception):
    """Another importer has settled some of these rows: look anew what is left."""
