"""Calls of ImportService, read. Each raises ServiceError INVALID_REQUEST with every problem."""

from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Final
from uuid import UUID

from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.commands import ImportSigning
from registry.convert.fields import Fields
from registry.convert.signatures import read_signature
from registry.importing.papers.chunks import Piece
from registry.intake.reading import RECORD_BYTES_MAX
from registry.reading.search import Page

_HASH_BYTES: Final = 32
_FILE_NAME_MAX: Final = 200
_RECORDS_OF_A_FILE_MAX: Final = 10_000_000
_RECORDS_OF_A_CALL_MAX: Final = 2000
_BYTES_OF_A_CALL_MAX: Final = 3 * 1024 * 1024
_BETWEEN_BYTES_MAX: Final = 64 * 1024
_ADDED_FIELDS_MAX: Final = 60
_ADDED_NAME_MAX: Final = 64
_ADDED_VALUE_MAX: Final = 8000
_REASONS_MAX: Final = 2000
_PAGE_TOKEN_MAX: Final = 500
_ROWS_MAX: Final = 5000
_ROWS_DEFAULT: Final = 1000
_SAMPLE_MAX: Final = 1000
_SAMPLE_DEFAULT: Final = 500


def check_beginning(request: rpc.BeginImportRequest, today: date) -> None:
    """A file is announced whole."""
    fields = Fields(today)
    fields.number(rpc.RecordFormat.DESCRIPTOR, request.format, "format")
    _hash(fields, request.file_sha256, "file_sha256")
    if not 0 < request.record_count <= _RECORDS_OF_A_FILE_MAX:
        fields.note(
            "record_count",
            reasons.ERROR_REASON_FIELD_INVALID,
            f"is not between 1 and {_RECORDS_OF_A_FILE_MAX}; count the records, or split the file",
        )
    fields.text(request.file_name, "file_name", _FILE_NAME_MAX)
    if request.file_name != PurePosixPath(request.file_name.replace("\\", "/")).name:
        fields.note(
            "file_name", reasons.ERROR_REASON_FIELD_INVALID, "holds folders; give the name alone"
        )
    fields.finish()


def read_records(
    request: rpc.StageRecordsRequest, today: date
) -> tuple[UUID, Sequence[Piece], Sequence[bytes]]:
    """(import, records by their numbers, what stands before each)."""
    fields = Fields(today)
    import_id = fields.id(request.import_id, "import_id")
    if request.first_record < 1:
        fields.note(
            "first_record", reasons.ERROR_REASON_FIELD_INVALID, "counts from 1; give its number"
        )
    if not 0 < len(request.records) <= _RECORDS_OF_A_CALL_MAX:
        fields.note(
            "records",
            reasons.ERROR_REASON_FIELD_TOO_LONG
            if request.records
            else reasons.ERROR_REASON_FIELD_REQUIRED,
            f"holds {len(request.records)} records; hand in 1 to {_RECORDS_OF_A_CALL_MAX} at once",
        )
    if sum(len(one.raw) + len(one.before) for one in request.records) > _BYTES_OF_A_CALL_MAX:
        fields.note(
            "records",
            reasons.ERROR_REASON_FIELD_TOO_LONG,
            f"holds more than {_BYTES_OF_A_CALL_MAX} bytes; hand in fewer records at once",
        )
    for index, one in enumerate(request.records[:_RECORDS_OF_A_CALL_MAX]):
        _record(fields, one, index)
    fields.finish()
    assert import_id is not None, "refused above"
    return (
        import_id,
        [
            Piece(number, one.line, one.raw)
            for number, one in enumerate(request.records, request.first_record)
        ],
        [one.before for one in request.records],
    )


def _record(fields: Fields, record: rpc.Record, index: int) -> None:
    if len(record.raw) > RECORD_BYTES_MAX:
        fields.note(
            f"records[{index}].raw",
            reasons.ERROR_REASON_FIELD_TOO_LONG,
            f"is longer than {RECORD_BYTES_MAX} bytes; mend the file, its lines may not end",
        )
    _between(fields, record.before, f"records[{index}].before")
    if record.line < 1:
        fields.note(
            f"records[{index}].line",
            reasons.ERROR_REASON_FIELD_INVALID,
            "counts from 1; give the line on which the record starts",
        )


def _between(fields: Fields, content: bytes, field: str) -> None:
    if len(content) > _BETWEEN_BYTES_MAX:
        fields.note(
            field,
            reasons.ERROR_REASON_FIELD_TOO_LONG,
            f"is longer than {_BETWEEN_BYTES_MAX} bytes; take out what is no record",
        )


def read_rows(request: rpc.ReadRowsRequest, today: date) -> tuple[UUID, int]:
    """(import, limit)."""
    fields = Fields(today)
    import_id = fields.id(request.import_id, "import_id")
    if request.outcome not in rpc.RowOutcome.DESCRIPTOR.values_by_number:
        fields.number(rpc.RowOutcome.DESCRIPTOR, request.outcome, "outcome")
    limit = _limit(fields, request.after, request.limit, _ROWS_DEFAULT, _ROWS_MAX)
    fields.finish()
    assert import_id is not None, "refused above"
    return import_id, limit


def read_sample(request: rpc.ReadSampleRequest, today: date) -> tuple[UUID, int]:
    """(import, limit)."""
    fields = Fields(today)
    import_id = fields.id(request.import_id, "import_id")
    limit = _limit(fields, request.after, request.limit, _SAMPLE_DEFAULT, _SAMPLE_MAX)
    fields.finish()
    assert import_id is not None, "refused above"
    return import_id, limit


def _limit(fields: Fields, after: int, limit: int, default: int, most: int) -> int:
    if after < 0:
        fields.note(
            "after", reasons.ERROR_REASON_FIELD_INVALID, "is negative; give the last row read"
        )
    if not 0 <= limit <= most:
        fields.note(
            "limit",
            reasons.ERROR_REASON_FIELD_INVALID,
            f"is not between 1 and {most}; leave it out for {default}",
        )
    return limit or default


def read_preparation(request: rpc.PrepareImportRequest, today: date) -> UUID:
    """The import; the hash of the records that the preparer has is given."""
    fields = Fields(today)
    import_id = fields.id(request.import_id, "import_id")
    _hash(fields, request.records_sha256, "records_sha256")
    _between(fields, request.rest, "rest")
    fields.finish()
    assert import_id is not None, "refused above"
    return import_id


def read_approval(request: rpc.ApproveImportRequest, today: date) -> UUID:
    """The import; the manifest that was seen is given."""
    fields = Fields(today)
    import_id = fields.id(request.import_id, "import_id")
    _hash(fields, request.manifest_hash, "manifest_hash")
    fields.finish()
    assert import_id is not None, "refused above"
    return import_id


def read_signing(request: rpc.SignImportRequest, today: date) -> ImportSigning:
    """The import, the manifest that is signed, and the signature."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    import_id = fields.id(request.import_id, "import_id")
    _hash(fields, request.manifest_hash, "manifest_hash")
    signed = read_signature(fields, request)
    fields.finish()
    assert import_id is not None, "refused above"
    return ImportSigning(import_id=import_id, manifest_hash=request.manifest_hash, signed=signed)


def read_undoing(request: rpc.UndoImportRequest, today: date) -> UUID:
    """The import; reasons are given."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    import_id = fields.id(request.import_id, "import_id")
    fields.text(request.reasons, "reasons", _REASONS_MAX, required=True)
    fields.finish()
    assert import_id is not None, "refused above"
    return import_id


def read_row(
    request: rpc.CompleteRowRequest | rpc.ReadCompletionRequest | rpc.ApproveRowRequest,
    today: date,
) -> tuple[UUID, int]:
    """(import, row)."""
    fields = Fields(today)
    import_id = fields.id(request.import_id, "import_id")
    if request.row_number < 1:
        fields.note(
            "row_number", reasons.ERROR_REASON_FIELD_INVALID, "counts from 1; give the row's number"
        )
    if isinstance(request, rpc.CompleteRowRequest):
        _additions(fields, request)
    if isinstance(request, rpc.ApproveRowRequest):
        _hash(fields, request.completion_hash, "completion_hash")
    fields.finish()
    assert import_id is not None, "refused above"
    return import_id, request.row_number


def _additions(fields: Fields, request: rpc.CompleteRowRequest) -> None:
    if not 0 < len(request.fields) <= _ADDED_FIELDS_MAX:
        fields.note(
            "fields",
            reasons.ERROR_REASON_FIELD_TOO_LONG
            if request.fields
            else reasons.ERROR_REASON_FIELD_REQUIRED,
            f"needs 1 to {_ADDED_FIELDS_MAX} fields; give what the case file adds",
        )
    for name, value in request.fields.items():
        if len(name) > _ADDED_NAME_MAX:
            fields.note(
                "fields",
                reasons.ERROR_REASON_FIELD_TOO_LONG,
                "holds a field of no register; name the fields as in the file",
            )
        else:
            # The name comes from the caller and could be anything: it is not told back.
            fields.text(value, "fields", _ADDED_VALUE_MAX)


def read_import_page(request: rpc.ListImportsRequest, today: date) -> Page:
    """Which page of the court's imports."""
    fields = Fields(today)
    fields.text(request.page_token, "page_token", _PAGE_TOKEN_MAX)
    fields.finish()
    return Page(size=request.page_size, token=request.page_token)


def _hash(fields: Fields, value: bytes, field: str) -> None:
    if len(value) != _HASH_BYTES:
        fields.note(
            field,
            reasons.ERROR_REASON_FIELD_INVALID,
            f"is no SHA-256; give its {_HASH_BYTES} bytes",
        )
