"""Entering a signed import: batch after batch, the next made ready while the one before is written."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from chassis.faults import Connection
from chassis.postgres import Postgres
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.registry.v1 import import_service_pb2 as rpc
from document import DigestKey
from registry.importing.batches import (
    Batch,
    BatchDone,
    Batches,
    moved_from,
    settled_columns,
    until_alone,
)
from registry.importing.claims import Claim
from registry.importing.deciding import Verdict
from registry.importing.found import ImportRecord
from registry.importing.head_times import HeadTimes
from registry.importing.labour import Labour
from registry.importing.opening import OpeningJob, open_papers
from registry.importing.queries import ImportQueries
from registry.importing.steps import ImportStep
from registry.importing.telling import Telling
from registry.registrar import Actor
from registry.sealing import Sealer

BATCH_ROWS: Final = 250
"""Rows of a batch. More would hold the head longer, and everybody who acts meanwhile."""

_CHUNKS_AT_ONCE: Final = 16
_OPENED_AHEAD: Final = 2
# Whoever waited for the head is woken first; then the next batch may ask for it.
_YIELD_S: Final = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """A batch, and the chunk that it is the last of, if it is."""

    batch: Batch
    last_of: int | None
    names: frozenset[object] = field(repr=False)

    @classmethod
    def of(cls, batch: Batch, last_of: int | None) -> "Portion":
        """`names` are its cases and digests: batches that share one follow one another."""
        names: set[object] = {claim.case_number for claim in batch.claims}
        names.update(key for claim in batch.claims for key in claim.keys)
        return cls(batch=batch, last_of=last_of, names=frozenset(names))


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
        digest_keys: tuple[DigestKey, ...],
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
        self._batch_rows = batch_rows
        self._on_step = on_step
        self._head_times = head_times

    async def work(self, record: ImportRecord, today: date, draining: asyncio.Event) -> bool:
        """Enter the rows of some chunks, in order; False if nothing was left."""
        async with self._postgres.connection() as connection:
            chunks = await connection.fetch(
                self._queries.unentered_chunks, record.import_id, 0, _CHUNKS_AT_ONCE
            )
        if not chunks:
            return False
        before: asyncio.Task[None] | None = None
        names: frozenset[object] = frozenset()
        try:
            async with aclosing(self._portions(record, chunks, today)) as portions:
                async for portion in portions:
                    if draining.is_set():
                        break
                    # What shares a person or a case must find what the batch before has entered.
                    if before is not None and not names.isdisjoint(portion.names):
                        await before
                    task = asyncio.create_task(self._enter(portion, before), name="enter batch")
                    names = portion.names
                    before, waiting = task, before
                    if waiting is not None:
                        await waiting
            if before is not None:
                await before
        finally:
            if before is not None and not before.done():
                before.cancel()
                await asyncio.wait((before,))
        return True

    async def _portions(
        self, record: ImportRecord, chunks: Sequence[Any], today: date
    ) -> AsyncGenerator[Portion, None]:
        """The batches of the chunks; the papers of the next ones are opened meanwhile."""
        actor = Actor(
            person_id=record.signed_by or "",
            role=pb.ROLE_PRESIDENT,
            court_code=record.court_code,
        )
        opening: list[asyncio.Task[Sequence[Claim]]] = []
        try:
            for place, chunk in enumerate(chunks):
                while len(opening) < min(place + _OPENED_AHEAD, len(chunks)):
                    job = self._open(record.import_id, chunks[len(opening)], today)
                    opening.append(asyncio.create_task(job, name="open papers"))
                claims = await opening[place]
                for portion in self._cut(record.import_id, actor, claims, chunk["first_record"]):
                    yield portion
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
            sealer=self._sealer,
            digest_keys=self._digest_keys,
        )
        return await self._labour.run(open_papers, job)

    def _cut(
        self, import_id: UUID, actor: Actor, claims: Sequence[Claim], first_record: int
    ) -> Iterator[Portion]:
        """Batches of one chunk; the last one, which may be empty, ends the chunk."""
        starts = range(0, len(claims), self._batch_rows) or (0,)
        for start in starts:
            part = claims[start : start + self._batch_rows]
            batch = Batch(import_id=import_id, actor=actor, claims=part)
            yield Portion.of(batch, first_record if start == starts[-1] else None)

    async def _enter(self, portion: Portion, before: "asyncio.Task[None] | None") -> None:
        """One batch in one transaction; its head is asked for when the batch before has ended."""
        batch = portion.batch

        async def turn() -> None:
            if before is not None:
                await asyncio.shield(before)

        async def settle(connection: Connection, verdicts: Sequence[Verdict]) -> None:
            await self._settle(connection, portion, verdicts)

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
            self._telling.tell(done)
        if awaited:
            await asyncio.sleep(_YIELD_S)

    async def _settle(
        self, connection: Connection, portion: Portion, verdicts: Sequence[Verdict]
    ) -> None:
        """What became of the rows; exactly once, whoever else may be at work."""
        if verdicts:
            settled = await connection.execute(
                self._queries.settle_sound_rows,
                portion.batch.import_id,
                *settled_columns(verdicts),
                verdicts[0].claim.row_number,
                verdicts[-1].claim.row_number,
            )
            if settled != f"UPDATE {len(verdicts)}":
                raise SettledElsewhereError
        if portion.last_of is not None:
            await connection.execute(
                self._queries.drop_papers, portion.batch.import_id, portion.last_of
            )


class SettledElsewhereError(Exception):
    """Another importer has settled some of these rows: look anew what is left."""
