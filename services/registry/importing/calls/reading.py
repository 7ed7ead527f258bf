"""Imports, their rows and their samples as a court sees them."""

import asyncio
import json
import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from google.protobuf.message import Message

from authority.caller import Actor
from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from chassis.wire.pages import PageTokens, page_size
from courtlist.registry.v1 import import_service_pb2 as rpc
from courtlist.registry.v1.obligation_pb2 import ObligationTerms
from registry.importing.batch.refusals import Refusal
from registry.importing.calls.doubles import Debt, likely_doubles
from registry.importing.calls.refusing import wrong_state
from registry.importing.found import find
from registry.importing.papers.chunks import file_name_context, sample_context
from registry.importing.queries import ImportQueries
from registry.reading.search import Page
from registry.sealing import Sealer

M = TypeVar("M", bound=Message)

_PAGE_DEFAULT: Final = 50
_PAGE_MAX: Final = 200
_CURSOR: Final = struct.Struct(">q16s")  # begun_at in microseconds, import_id
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SAMPLED: Final = frozenset({rpc.IMPORT_STATE_CHECKED, rpc.IMPORT_STATE_APPROVED})


class ImportReads:
    """Reads imports from the primary."""

    def __init__(
        self,
        *,
        postgres: Postgres,
        queries: ImportQueries,
        sealer: Sealer,
        page_tokens: PageTokens,
    ) -> None:
        self._postgres = postgres
        self._queries = queries
        self._sealer = sealer
        self._page_tokens = page_tokens

    async def get(self, actor: Actor, import_id: UUID) -> rpc.Import:
        """One import of the actor's court. Raises ServiceError NOT_FOUND."""
        async with self._postgres.connection() as connection:
            await find(connection, self._queries, import_id, actor.court_code)
            return await self.show(connection, import_id)

    async def show(self, connection: Connection, import_id: UUID) -> rpc.Import:
        """One import as it is in this connection's transaction."""
        row = await connection.fetchrow(self._queries.imports, [import_id])
        assert row is not None, "an import stays in the record"
        return self._import(row)

    async def page(self, actor: Actor, page: Page) -> rpc.ListImportsResponse:
        """The court's imports, newest first. Raises ServiceError PAGE_TOKEN_INVALID."""
        query = b"imports\x00" + actor.court_code.encode()
        size = page_size(page.size, default=_PAGE_DEFAULT, most=_PAGE_MAX)
        cursor = self._page_tokens.read(page.token, query=query)
        begun_at, after = None, None
        if cursor is not None:
            microseconds, content = _CURSOR.unpack(cursor)
            begun_at, after = _EPOCH + timedelta(microseconds=microseconds), UUID(bytes=content)
        async with self._postgres.connection() as connection:
            found = await connection.fetch(
                self._queries.newest_imports, actor.court_code, begun_at, after, size + 1
            )
            shown = found[:size]
            rows = await connection.fetch(
                self._queries.imports, [row["import_id"] for row in shown]
            )
        by_id = {row["import_id"]: row for row in rows}
        answer = rpc.ListImportsResponse(imports=[self._import(by_id[row[0]]) for row in shown])
        if len(found) > size:
            last_id, last_at = shown[-1]
            place = _CURSOR.pack((last_at - _EPOCH) // timedelta(microseconds=1), last_id.bytes)
            answer.next_page_token = self._page_tokens.issue(query=query, cursor=place)
        return answer

    async def rows(
        self, actor: Actor, import_id: UUID, request: rpc.ReadRowsRequest, limit: int
    ) -> rpc.ReadRowsResponse:
        """Rows with their outcomes, in order."""
        async with self._postgres.connection() as connection:
            await find(connection, self._queries, import_id, actor.court_code)
            rows = await connection.fetch(
                self._queries.rows, import_id, request.after, limit, request.outcome or None
            )
            entered = [
                row["listing_id"] for row in rows if row["outcome"] == rpc.ROW_OUTCOME_ENTERED
            ]
            debts: list[Any] = []
            if entered:
                debts = await connection.fetch(
                    self._queries.debts_of_debtors, actor.court_code, entered
                )
        notes = await asyncio.to_thread(self._notes, debts)
        return rpc.ReadRowsResponse(
            rows=[row_message(row, notes.get(row["listing_id"])) for row in rows]
        )

    def _notes(self, debts: Sequence[Any]) -> Mapping[UUID, Refusal]:
        """Of which of these listings a clerk should ask whether they are one debt."""
        terms: dict[UUID, str] = {}
        for row in debts:
            obligation_id = row["obligation_id"]
            if obligation_id not in terms:
                content = self._sealer.unseal(row["terms_sealed"], f"obligation/{obligation_id}")
                terms[obligation_id] = ObligationTerms.FromString(content).basis_number
        return likely_doubles(
            Debt(
                listing_id=row["listing_id"],
                subject_id=row["subject_id"],
                obligation_id=row["obligation_id"],
                decided_on=row["decided_on"],
                principal_fen=row["principal_fen"],
                basis_number=terms[row["obligation_id"]],
            )
            for row in debts
        )

    async def sample(
        self, actor: Actor, import_id: UUID, after: int, limit: int
    ) -> rpc.ReadSampleResponse:
        """The rows to be read back, as they were understood; documents masked.

        Raises ServiceError NOT_FOUND, IMPORT_STATE.
        """
        async with self._postgres.connection() as connection:
            record = await find(connection, self._queries, import_id, actor.court_code)
            if record.state not in _SAMPLED:
                raise wrong_state(record)
            found = await connection.fetch(self._queries.sample, import_id, after, limit)
        rows = [
            rpc.SampleRow(
                row_number=row["row_number"],
                fields=json.loads(
                    self._sealer.unseal(
                        row["fields_sealed"], sample_context(import_id, row["row_number"])
                    )
                ),
            )
            for row in found
        ]
        return rpc.ReadSampleResponse(rows=rows, manifest_hash=record.manifest_hash or b"")

    def _import(self, row: Any) -> rpc.Import:
        sealed, import_id = row["file_name_sealed"], row["import_id"]
        name = b"" if sealed is None else self._sealer.unseal(sealed, file_name_context(import_id))
        return _import(row, name.decode())


def showing(answer: M, shown: rpc.Import) -> M:
    """The answer with its field `import`, which is a word of Python."""
    getattr(answer, "import").CopyFrom(shown)
    return answer


def row_message(row: Any, note: Refusal | None = None) -> rpc.Row:
    """A row as it may be reported; of one that is entered, with what a clerk should look at."""
    notes = () if note is None or row["outcome"] != rpc.ROW_OUTCOME_ENTERED else (note,)
    return rpc.Row(
        row_number=row["row_number"],
        line=row["line"],
        outcome=row["outcome"],
        problems=[
            rpc.Problem(field=field, reason=reason, text=text)
            for field, reason, text in json.loads(row["problems"] or "[]")
        ],
        listing_id="" if row["listing_id"] is None else str(row["listing_id"]),
        completed_by=row["completed_by"] or "",
        notes=[rpc.Problem(field=one.field, reason=one.reason, text=one.text) for one in notes],
    )


def _import(row: Any, file_name: str) -> rpc.Import:
    message = rpc.Import(
        import_id=str(row["import_id"]),
        court_code=row["court_code"],
        state=row["state"],
        format=row["format"],
        file_name=file_name,
        record_count=row["record_count"],
        staged_count=row["staged_count"],
        outcomes=[
            rpc.OutcomeCount(outcome=rpc.RowOutcome.ValueType(outcome), count=count)
            for outcome, count in enumerate(row["counts"], 1)
            if count
        ],
        sample_count=row["sample_count"],
        prepared_by=row["prepared_by"] or "",
        approved_by=row["approved_by"] or "",
        signed_by=row["signed_by"] or "",
        done_count=row["done_count"],
        begun_time=row["begun_at"],
        stalled_error_id=row["stalled_error_id"] or "",
    )
    if row["manifest_hash"] is not None:
        message.manifest.court_code = row["court_code"]
        message.manifest.file_sha256 = row["file_sha256"]
        message.manifest.records_sha256 = row["records_sha256"]
        is_csv = row["format"] == rpc.RECORD_FORMAT_CSV
        message.manifest.row_count = row["record_count"] - is_csv
        message.manifest.manifest_hash = row["manifest_hash"]
    if row["expired_at"] is not None:
        message.expired_time.FromDatetime(row["expired_at"])
    if row["position"] is not None:
        message.position.incarnation = str(row["incarnation"])
        message.position.position = row["position"]
    return message
