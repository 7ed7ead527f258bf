"""From the announcement of a file to the approval of its sample: nothing of it takes effect here."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from authority.caller import Actor
from chassis.clock import Clock
from chassis.errors import ServiceError
from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.importing.calls.refusing import (
    manifest_mismatch,
    other_file,
    other_records,
    require_neither_staged_nor_prepared,
    require_state,
    wrong_state,
)
from registry.importing.found import ImportRecord, find
from registry.importing.papers.chunks import (
    RECORDS_MAX,
    Piece,
    file_name_context,
    pack_staged,
    records_context,
    staged_bytes,
    unpack,
)
from registry.importing.queries import ImportQueries
from registry.offices import Offices
from registry.sealing import Sealer

_ENDABLE: Final = frozenset(
    {
        rpc.IMPORT_STATE_STAGING,
        rpc.IMPORT_STATE_CHECKING,
        rpc.IMPORT_STATE_CHECKED,
        rpc.IMPORT_STATE_APPROVED,
    }
)

# Some megabytes of records are in memory at once.
_CHUNKS_AT_ONCE: Final = 8


class Staging:
    """Keeps files until a president signs them."""

    def __init__(
        self, *, postgres: Postgres, queries: ImportQueries, sealer: Sealer, clock: Clock
    ) -> None:
        self._postgres = postgres
        self._queries = queries
        self._sealer = sealer
        self._clock = clock
        self._offices = Offices()

    async def begin(self, actor: Actor, request: rpc.BeginImportRequest) -> tuple[UUID, bool]:
        """(import, whether it was begun before).

        Raises ServiceError ACTOR_UNKNOWN, GO_LIVE_UNSET, MANIFEST_MISMATCH.
        """

        async def work(connection: Connection) -> tuple[UUID, bool]:
            await self._offices.keep(connection, actor)
            court = await connection.fetchrow(self._queries.court, actor.court_code)
            assert court is not None, "nobody acts for a court that is not enrolled"
            if court["go_live_on"] is None:
                raise ServiceError(
                    reasons.ERROR_REASON_GO_LIVE_UNSET,
                    "the court has no go-live day, so nothing can be imported; "
                    "have its president set one (SetGoLive)",
                )
            import_id = self._clock.uuid()
            begun = await connection.fetchval(
                self._queries.begin_import,
                import_id,
                actor.court_code,
                request.format,
                self._sealer.seal(request.file_name.encode(), file_name_context(import_id)),
                request.file_sha256,
                request.record_count,
            )
            if begun is not None:
                return begun, False
            found = await connection.fetchrow(
                self._queries.find_same_file, actor.court_code, request.file_sha256
            )
            assert found is not None, "the same file was begun"
            if (found["format"], found["record_count"]) != (request.format, request.record_count):
                # Records numbered otherwise would go on where others were staged.
                raise manifest_mismatch(
                    "this file was begun with another format or number of records"
                )
            return found["import_id"], True

        return await self._postgres.transaction(work)

    async def stage(
        self, actor: Actor, import_id: UUID, records: Sequence[Piece], before: Sequence[bytes]
    ) -> int:
        """Keep what is new of these records, and what stands before each; how many are there then."""
        first_record = records[0].number

        async def work(connection: Connection) -> int:
            record = await self._hold(connection, import_id, actor)
            require_state(record, rpc.IMPORT_STATE_STAGING)
            if first_record > record.staged_count + 1:
                raise ServiceError(
                    reasons.ERROR_REASON_MANIFEST_MISMATCH,
                    "records between those staged and these are missing; "
                    f"go on at record {record.staged_count + 1}",
                )
            known = min(len(records), record.staged_count + 1 - first_record)
            staged = record.staged_count + len(records) - known
            if staged > record.record_count:
                raise manifest_mismatch("the file holds more records than were announced")
            for start in range(known, len(records), RECORDS_MAX):
                end = start + RECORDS_MAX
                await self._insert(connection, import_id, records[start:end], before[start:end])
            if len(records) > known:
                await connection.execute(
                    self._queries.count_staged, import_id, staged, actor.person_id
                )
            return staged

        return await self._postgres.transaction(work)

    async def _insert(
        self,
        connection: Connection,
        import_id: UUID,
        records: Sequence[Piece],
        before: Sequence[bytes],
    ) -> None:
        first = records[0].number
        content = pack_staged(records, before)
        sealed = self._sealer.seal(content, records_context(import_id, first))
        await connection.execute(self._queries.insert_chunk, import_id, first, len(records), sealed)

    async def prepare(
        self, actor: Actor, import_id: UUID, records_sha256: bytes, rest: bytes
    ) -> None:
        """The file is whole; it is checked from now on. Repeated by the same clerk, with the same records, it is as it is.

        `records_sha256` is over the records as the clerk has them: whoever else has staged any among
        them has staged the same. With `rest`, what stands behind the last of them, they make up the
        file whose hash was announced and is signed. Raises ServiceError IMPORT_STATE,
        MANIFEST_MISMATCH.
        """

        async def work(connection: Connection) -> None:
            record = await self._hold(connection, import_id, actor)
            if record.prepared_by == actor.person_id:
                await self._require_the_same(connection, record, records_sha256, rest)
                return
            require_state(record, rpc.IMPORT_STATE_STAGING)
            if record.staged_count != record.record_count:
                raise manifest_mismatch(
                    f"{record.record_count - record.staged_count} records that were announced are "
                    "missing"
                )
            received_sha256, file_sha256 = await self._hashes(connection, import_id, rest)
            if received_sha256 != records_sha256:
                raise other_records()
            if await connection.fetchval(self._queries.file_hash, import_id) != file_sha256:
                raise other_file()
            await connection.execute(self._queries.prepare_import, import_id, actor.person_id)
            await connection.execute(self._queries.wake_importer)

        await self._postgres.transaction(work)

    async def _require_the_same(
        self, connection: Connection, record: ImportRecord, records_sha256: bytes, rest: bytes
    ) -> None:
        """Who asks again with another file must not take this import for that one's."""
        received_sha256 = record.records_sha256
        if record.state == rpc.IMPORT_STATE_CHECKING:
            received_sha256, _ = await self._hashes(connection, record.import_id, rest)
        if received_sha256 not in (None, records_sha256):
            raise other_records()

    async def _hashes(
        self, connection: Connection, import_id: UUID, rest: bytes
    ) -> tuple[bytes, bytes]:
        """(SHA-256 over each record's SHA-256, in order, as the manifest has it; that of the file)."""
        total, whole, after = hashlib.sha256(), hashlib.sha256(), 0
        while page := await connection.fetch(
            self._queries.all_chunks, import_id, after, _CHUNKS_AT_ONCE
        ):
            for chunk in page:
                after = chunk["first_record"]
                context = records_context(import_id, after)
                hashes = await asyncio.to_thread(
                    self._hashed, chunk["records_sealed"], context, whole
                )
                total.update(hashes)
        whole.update(rest)
        return total.digest(), whole.digest()

    def _hashed(self, records_sealed: bytes, context: str, whole: "hashlib._Hash") -> bytes:
        """The hashes of a chunk's records; what it holds of the file is added to `whole`."""
        content = self._sealer.unseal(records_sealed, context)
        whole.update(staged_bytes(content))
        return b"".join(hashlib.sha256(one.content).digest() for one in unpack(content))

    async def approve(
        self, actor: Actor, import_id: UUID, request: rpc.ApproveImportRequest
    ) -> None:
        """A second person has found every row of the sample to agree with the case file."""

        async def work(connection: Connection) -> None:
            record = await self._hold(connection, import_id, actor)
            if record.manifest_hash is not None and record.manifest_hash != request.manifest_hash:
                raise manifest_mismatch("the manifest is another one than was seen")
            if record.state == rpc.IMPORT_STATE_APPROVED and record.approved_by == actor.person_id:
                return
            require_state(record, rpc.IMPORT_STATE_CHECKED)
            require_neither_staged_nor_prepared(actor, record)
            sample = await connection.fetch(self._queries.sample, import_id, 0, None)
            missing = {row["row_number"] for row in sample}.difference(request.agreeing_rows)
            if missing:
                raise ServiceError(
                    reasons.ERROR_REASON_SAMPLE_INCOMPLETE,
                    f"{len(missing)} rows of the sample were not found to agree; compare them all, "
                    "and abandon the import if one is wrong",
                    metadata={"missing": str(len(missing))},
                )
            await connection.execute(self._queries.approve_import, import_id, actor.person_id)

        await self._postgres.transaction(work)

    async def abandon(self, actor: Actor, import_id: UUID) -> None:
        """Nothing took effect, and nothing will; what the file says of persons is erased."""

        async def work(connection: Connection) -> None:
            record = await self._hold(connection, import_id, actor)
            if record.state == rpc.IMPORT_STATE_ABANDONED:
                return
            if record.state not in _ENDABLE:
                raise wrong_state(record)
            await connection.execute(self._queries.abandon_import, import_id)
            await connection.execute(self._queries.erase_chunks, import_id)
            await connection.execute(self._queries.erase_sample, import_id)

        await self._postgres.transaction(work)

    async def _hold(self, connection: Connection, import_id: UUID, actor: Actor) -> ImportRecord:
        await self._offices.keep(connection, actor)
        return await find(connection, self._queries, import_id, actor.court_code, hold=True)
