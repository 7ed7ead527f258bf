"""Handing records in: in order, in bounded batches, and from where a broken upload stopped."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from cli.imports.record import Record
from cli.imports.source import Source, Survey
from cli.invocation import Invocation
from courtlist.registry.v1 import import_service_pb2 as rpc

# import_service.proto: at most 2000 records and 3 MiB a call. Room is left for lengths and lines.
_COUNT_MAX: Final = 2000
_BYTES_MAX: Final = 2_900_000
_RECORD_OVERHEAD: Final = 24


def begin(invocation: Invocation, source: Source, survey: Survey) -> rpc.BeginImportResponse:
    """Open the import of a file, or find the one that was begun with it. Raises RemoteFailure."""
    request = rpc.BeginImportRequest(
        format=source.format,
        file_sha256=survey.sha256,
        record_count=survey.count,
        file_name=source.path.name[:200],
    )
    return invocation.ask(invocation.imports.BeginImport, request)


def stage(
    invocation: Invocation, opened: rpc.Import, source: Source, progress: Callable[[int], None]
) -> int:
    """Hand in what is not staged yet; returns how many records are. Raises RemoteFailure."""
    staged = opened.staged_count
    progress(staged)
    for batch in batches(source.records(after=staged)):
        request = rpc.StageRecordsRequest(
            import_id=opened.import_id,
            first_record=staged + 1,
            records=[rpc.Record(raw=one.raw, line=one.line, before=one.before) for one in batch],
        )
        reply = invocation.ask(invocation.imports.StageRecords, request)
        # Another upload of the same file may have gone further: what it staged is passed over.
        staged += len(batch)
        progress(max(staged, reply.staged_count))
    return staged


def batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Records in lists that one call may hold."""
    batch: list[Record] = []
    size = 0
    for one in records:
        weight = len(one.raw) + len(one.before) + _RECORD_OVERHEAD
        if batch and (len(batch) == _COUNT_MAX or size + weight > _BYTES_MAX):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += weight
    if batch:
        yield batch
