"""Erasing what a file says of persons once the import needs it no more."""

from uuid import UUID

from chassis.postgres import Postgres
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.importing.found import ImportRecord
from registry.importing.papers.chunks import pack, records_context, unpack
from registry.importing.queries import ImportQueries
from registry.sealing import Sealer


class Erasing:
    """Keeps of an entered import the records of rows that can still be completed, and no other."""

    def __init__(self, *, postgres: Postgres, queries: ImportQueries, sealer: Sealer) -> None:
        self._postgres = postgres
        self._queries = queries
        self._sealer = sealer

    async def keep_needy(self, record: ImportRecord) -> None:
        """Erase all others. Broken off, it may begin again."""
        async with self._postgres.connection() as connection:
            await connection.execute(self._queries.erase_sample, record.import_id)
            needy = await connection.fetchval(self._queries.any_needy_row, record.import_id)
            if not needy:
                await connection.execute(self._queries.erase_chunks, record.import_id)
                return
            after = 0
            while chunks := await connection.fetch(
                self._queries.all_chunks, record.import_id, after, 10
            ):
                for chunk in chunks:
                    first = after = chunk["first_record"]
                    last = first + chunk["record_count"] - 1
                    rows = await connection.fetch(
                        self._queries.needy_rows,
                        record.import_id,
                        first - record.record_of(0),
                        last - record.record_of(0),
                    )
                    kept = {record.record_of(row["row_number"]) for row in rows}
                    if record.format == rpc.RECORD_FORMAT_CSV:
                        # Without its header no record of a CSV file can be read.
                        kept.add(1)
                    sealed = self._kept(record.import_id, first, chunk["records_sealed"], kept)
                    await connection.execute(
                        self._queries.keep_records, record.import_id, first, sealed
                    )

    async def erase_all(self, record: ImportRecord) -> None:
        """Nothing of an import that was undone can be completed any more."""
        async with self._postgres.connection() as connection:
            await connection.execute(self._queries.erase_chunks, record.import_id)
            await connection.execute(self._queries.erase_sample, record.import_id)
            await connection.execute(self._queries.erase_completions, record.import_id)

    def _kept(
        self, import_id: UUID, first_record: int, records_sealed: bytes, kept: set[int]
    ) -> bytes | None:
        context = records_context(import_id, first_record)
        records = unpack(self._sealer.unseal(records_sealed, context))
        left = [one for one in records if one.number in kept]
        if len(left) == len(records):
            return records_sealed
        return self._sealer.seal(pack(left), context) if left else None
