"""An import as it stands in the record. Plain values; enums are the protos' numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.stores.faults import Connection
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.errors import not_found
from registry.importing.queries import ImportQueries
from registry.intake.reading import RecordFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """One import."""

    import_id: UUID
    court_code: str
    state: int
    format: int
    record_count: int
    staged_count: int
    staged_by: list[str]
    records_sha256: bytes | None
    manifest_hash: bytes | None
    prepared_by: str | None
    approved_by: str | None
    signed_by: str | None
    signed_position: int | None
    expired_at: datetime | None

    @property
    def state_name(self) -> str:
        """The state as it is told."""
        state = rpc.ImportState.ValueType(self.state)
        return rpc.ImportState.Name(state).removeprefix("IMPORT_STATE_")

    @property
    def row_count(self) -> int:
        """Rows of the file: a CSV header is none."""
        return self.record_count - (self.format == rpc.RECORD_FORMAT_CSV)

    @property
    def record_format(self) -> RecordFormat:
        """The shape of the records."""
        is_csv = self.format == rpc.RECORD_FORMAT_CSV
        return RecordFormat.CSV if is_csv else RecordFormat.JSONL

    def record_of(self, row_number: int) -> int:
        """The number of the record that holds a row."""
        return row_number + (self.format == rpc.RECORD_FORMAT_CSV)


async def find(
    connection: Connection,
    queries: ImportQueries,
    import_id: UUID,
    court_code: str,
    *,
    hold: bool = False,
) -> ImportRecord:
    """An import of this court, held until commit where asked. Raises ServiceError NOT_FOUND."""
    query = queries.hold_import if hold else queries.find_import
    row: Any = await connection.fetchrow(query, import_id)
    if row is None or row["court_code"] != court_code:
        # Another court's import is not to be told from none.
        raise not_found("import", "import_id")
    return ImportRecord(**row)
