"""Checking an import: chunk by chunk, then the manifest and its sample."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.importing.checking.drawing import rows_named, split_keys
from registry.importing.checking.judging import (
    House,
    JudgedChunk,
    JudgingJob,
    SampledRow,
    SamplingJob,
    judge_chunk,
    sample_chunk,
)
from registry.importing.checking.manifest import OutcomesHash, manifest_hash, sample_of, sample_seed
from registry.importing.found import ImportRecord
from registry.importing.labour import Labour
from registry.importing.papers.chunks import records_context, unpack
from registry.importing.queries import ImportQueries
from registry.importing.steps import ImportStep
from registry.registry_secret import RegistrySecret
from registry.sealing import Sealer

_CHUNKS_AT_ONCE: Final = 4
_PAGE: Final = 20_000
_OUTCOME_LAST: Final = rpc.ROW_OUTCOME_SOUND
_ROW_COLUMNS: Final = ("import_id", "row_number", "line", "outcome", "problems")


class Checking:
    """Reads and judges every row; nothing takes effect by it."""

    def __init__(
        self,
        *,
        postgres: Postgres,
        queries: ImportQueries,
        labour: Labour,
        sealer: Sealer,
        secrets: Sequence[RegistrySecret],
        on_step: Callable[[ImportStep], None] = lambda _: None,
    ) -> None:
        """`secrets` key the choice of the rows that are read back."""
        self._postgres = postgres
        self._queries = queries
        self._labour = labour
        self._sealer = sealer
        self._secrets = secrets
        self._on_step = on_step

    async def work(self, record: ImportRecord, house: House) -> bool:
        """Check some chunks, or make the manifest once all are checked; False if nothing was left."""
        async with self._postgres.connection() as connection:
            chunks = await connection.fetch(
                self._queries.unchecked_chunks, record.import_id, 0, _CHUNKS_AT_ONCE
            )
            header_raw = await self._header(connection, record)
        if not chunks:
            return await self._manifest(record, house, header_raw)
        judging = [
            asyncio.ensure_future(
                self._labour.run(judge_chunk, self._job(record, house, header_raw, chunk))
            )
            for chunk in chunks
        ]
        try:
            for one in judging:
                judged = await one
                self._on_step(ImportStep.JUDGED)
                if not await self._keep(record.import_id, judged):
                    return False
                self._on_step(ImportStep.KEPT)
        finally:
            for one in judging:
                one.cancel()
        return True

    def _job(
        self, record: ImportRecord, house: House, header_raw: bytes | None, chunk: Any
    ) -> JudgingJob:
        return JudgingJob(
            import_id=record.import_id,
            first_record=chunk["first_record"],
            records_sealed=chunk["records_sealed"],
            record_format=record.record_format,
            header_raw=header_raw,
            house=house,
            sealer=self._sealer.to_hand_on(chunk["records_sealed"]),
            secrets=tuple(self._secrets),
        )

    async def _header(self, connection: Connection, record: ImportRecord) -> bytes | None:
        if record.format != rpc.RECORD_FORMAT_CSV:
            return None
        row = await connection.fetchrow(self._queries.first_chunk, record.import_id)
        assert row is not None, "an import that is checked has records"
        return header_raw(self._sealer, record.import_id, row["records_sealed"])

    async def _keep(self, import_id: UUID, judged: JudgedChunk) -> bool:
        """Store what became of a chunk, once; False where the import was abandoned meanwhile."""

        async def work(connection: Connection) -> bool:
            kept = await connection.fetchval(
                self._queries.keep_check,
                import_id,
                judged.first_record,
                judged.hashes,
                judged.papers_sealed,
                judged.debtor_keys,
            )
            if kept is None:
                return True
            counted = await connection.fetchval(
                self._queries.count_checked,
                import_id,
                len(judged.rows),
                counted_by_outcome(one.outcome for one in judged.rows),
            )
            if counted is None:
                raise _AbandonedError
            await connection.copy_records_to_table(
                "import_row", records=_rows(import_id, judged), columns=_ROW_COLUMNS
            )
            return True

        try:
            return await self._postgres.transaction(work)
        except _AbandonedError:
            return False

    async def _manifest(self, record: ImportRecord, house: House, header_raw: bytes | None) -> bool:
        """Every chunk is checked: make the manifest, choose the sample, and let the court look."""
        import_id = record.import_id
        outcomes, sound = OutcomesHash(), []
        async with self._postgres.connection() as connection:
            records_sha256 = await self._records_hash(connection, import_id)
            after = 0
            while page := await connection.fetch(self._queries.outcomes, import_id, after, _PAGE):
                for row_number, outcome in page:
                    outcomes.add(row_number, outcome)
                    if outcome == rpc.ROW_OUTCOME_SOUND:
                        sound.append(row_number)
                after = page[-1]["row_number"]
            file_sha256 = await connection.fetchval(self._queries.file_hash, import_id)
        manifest = manifest_hash(
            court_code=record.court_code,
            file_sha256=file_sha256,
            records_sha256=records_sha256,
            row_count=record.row_count,
            outcomes_sha256=outcomes.digest(),
        )
        seed = sample_seed(
            court_code=record.court_code,
            records_sha256=records_sha256,
            secret=self._secrets[0].secret,
        )
        chosen = set(sample_of(seed, sound, len(sound)))
        chosen.update(await self._drawn_before(record))
        sample = await self._sample(record, house, header_raw, sorted(chosen))

        async def work(connection: Connection) -> bool:
            kept = await connection.fetchval(
                self._queries.keep_manifest, import_id, records_sha256, manifest
            )
            if kept is not None:
                await connection.execute(
                    self._queries.insert_sample,
                    import_id,
                    [one.row_number for one in sample],
                    [one.fields_sealed for one in sample],
                    [one.debtor_keys for one in sample],
                )
                await connection.execute(self._queries.drop_hashes, import_id)
            return kept is not None

        kept = await self._postgres.transaction(work)
        self._on_step(ImportStep.MANIFESTED)
        return kept

    async def _drawn_before(self, record: ImportRecord) -> set[int]:
        """The sound rows of whoever was drawn in a file of this court that did not come into effect.

        Whoever abandons an import because of what was drawn, and hands it in again with a byte more,
        draws others beside the same, and never instead of them.
        """
        rows: set[int] = set()
        async with self._postgres.connection() as connection:
            found = await connection.fetch(
                self._queries.drawn_before, record.court_code, record.import_id
            )
            drawn = frozenset(key for row in found for key in split_keys(row["debtor_keys"]))
            after = 0
            while drawn and (
                page := await connection.fetch(
                    self._queries.keyed_chunks, record.import_id, after, 100
                )
            ):
                for row in page:
                    rows.update(rows_named(row["debtor_keys"], drawn))
                after = page[-1]["first_record"]
        return rows

    async def _sample(
        self,
        record: ImportRecord,
        house: House,
        header_raw: bytes | None,
        chosen: Sequence[int],
    ) -> list[SampledRow]:
        """The chosen rows as they were understood, so that reading them back opens no chunk."""
        sample: list[SampledRow] = []
        numbers = [record.record_of(row_number) for row_number in chosen]
        wanted, after = frozenset(chosen), 0
        while True:
            async with self._postgres.connection() as connection:
                chunks = await connection.fetch(
                    self._queries.chunks_of_records,
                    record.import_id,
                    numbers,
                    after,
                    _CHUNKS_AT_ONCE,
                )
            if not chunks:
                return sample
            for found in await asyncio.gather(
                *(
                    self._labour.run(
                        sample_chunk,
                        SamplingJob(
                            judging=self._job(record, house, header_raw, chunk),
                            row_numbers=wanted,
                        ),
                    )
                    for chunk in chunks
                )
            ):
                sample.extend(found)
            after = chunks[-1]["first_record"]

    async def _records_hash(self, connection: Connection, import_id: UUID) -> bytes:
        total, after = hashlib.sha256(), 0
        while page := await connection.fetch(self._queries.hashed_chunks, import_id, after, 100):
            for row in page:
                total.update(row["hashes"])
            after = page[-1]["first_record"]
        return total.digest()


class _AbandonedError(Exception):
    """The court has abandoned the import while it was checked."""


def header_raw(sealer: Sealer, import_id: UUID, records_sealed: bytes) -> bytes:
    """The first record of the first chunk."""
    return unpack(sealer.unseal(records_sealed, records_context(import_id, 1)))[0].content


def counted_by_outcome(outcomes: Iterable[int]) -> list[int]:
    """How many rows have each outcome, from ENTERED to SOUND."""
    counts = Counter(outcomes)
    return [counts[outcome] for outcome in range(rpc.ROW_OUTCOME_ENTERED, _OUTCOME_LAST + 1)]


def _rows(import_id: UUID, judged: JudgedChunk) -> list[tuple[Any, ...]]:
    return [
        (
            import_id,
            one.row_number,
            one.line,
            one.outcome,
            json.dumps(one.problems, ensure_ascii=False) if one.problems else None,
        )
        for one in judged.rows
    ]


async def house_of(
    connection: Connection, queries: ImportQueries, court_code: str, today: date
) -> House | None:
    """The court for which rows are judged; None while it has no go-live day."""
    row = await connection.fetchrow(queries.court, court_code)
    assert row is not None, "nobody acts for a court that is not enrolled"
    if row["go_live_on"] is None:
        return None
    return House(
        court_code=court_code,
        court_name=row["name"],
        go_live_on=row["go_live_on"],
        today=today,
    )
