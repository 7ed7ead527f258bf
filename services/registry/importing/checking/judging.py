"""Checking one chunk: every record read and judged, and the sound ones kept as papers. Pure.

It runs in a process beside the importer, which never sees the records themselves.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.importing.checking.drawing import debtor_keys, keys_of_row
from registry.importing.papers.chunks import (
    Piece,
    pack,
    papers_context,
    records_context,
    sample_context,
    unpack,
)
from registry.importing.papers.claims import claim_piece
from registry.intake.judging import judge
from registry.intake.outcome import Judgement, Outcome, Problem
from registry.intake.reading import Fields, Header, RecordFormat, read, read_header
from registry.intake.row import ImportRow
from registry.intake.understanding import understood
from registry.registry_secret import RegistrySecret
from registry.sealing import Sealer

FORMATS: Final = {
    rpc.RECORD_FORMAT_JSONL: RecordFormat.JSONL,
    rpc.RECORD_FORMAT_CSV: RecordFormat.CSV,
}
OUTCOMES: Final = {
    outcome: rpc.RowOutcome.Value(f"ROW_OUTCOME_{outcome.value}") for outcome in Outcome
}


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the rules must know besides a row: whose import it is, until which day, and today."""

    court_code: str
    court_name: str
    go_live_on: date
    today: date

    def judge(self, fields: Fields) -> Judgement:
        """What the rules say of one row."""
        return judge(
            fields,
            court_code=self.court_code,
            court_name=self.court_name,
            go_live_on=self.go_live_on,
            today=self.today,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingJob:
    """A chunk as it is stored. `header_raw` is the first record of a CSV file."""

    import_id: UUID
    first_record: int
    records_sealed: bytes = field(repr=False)
    record_format: RecordFormat
    header_raw: bytes | None = field(repr=False)
    house: House
    sealer: Sealer = field(repr=False)
    secrets: tuple[RegistrySecret, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """What became of one row; `problems` are (field, reason, text)."""

    row_number: int
    line: int
    outcome: int
    problems: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class JudgedChunk:
    """A chunk judged: its rows, the hashes of its records, the sealed papers of sound rows, and whom
    these name (drawing).
    """

    first_record: int
    rows: tuple[JudgedRow, ...]
    hashes: bytes
    papers_sealed: bytes | None = field(repr=False)
    debtor_keys: bytes = field(repr=False)


def judge_chunk(job: JudgingJob) -> JudgedChunk:
    """Judge every record of a chunk."""
    context = records_context(job.import_id, job.first_record)
    records = unpack(job.sealer.unseal(job.records_sealed, context))
    header = header_of(job.header_raw)
    rows, papers, keys = [], [], []
    for record in rows_of(records, job.record_format):
        judgement = judge_record(record.content, job.record_format, header, job.house)
        problems = tuple((one.field, one.reason, one.text) for one in judgement.problems)
        outcome = OUTCOMES[judgement.outcome]
        rows.append(JudgedRow(record.number, record.line, outcome, problems))
        if judgement.row is not None:
            papers.append(Piece(record.number, record.line, claim_piece(judgement.row)))
            keys.append(keys_of_row(record.number, _keys(job, judgement.row)))
    return JudgedChunk(
        first_record=job.first_record,
        rows=tuple(rows),
        hashes=b"".join(hashlib.sha256(one.content).digest() for one in records),
        papers_sealed=_sealed(job, papers),
        debtor_keys=b"".join(keys),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingJob:
    """A chunk, and which of its rows are read back."""

    judging: JudgingJob
    row_numbers: frozenset[int]


class SampledRow(NamedTuple):
    """A row that is read back: its fields as they were understood, sealed, and whom it names."""

    row_number: int
    fields_sealed: bytes
    debtor_keys: bytes


def sample_chunk(job: SamplingJob) -> list[SampledRow]:
    """The rows of a chunk that are read back."""
    judging = job.judging
    context = records_context(judging.import_id, judging.first_record)
    records = unpack(judging.sealer.unseal(judging.records_sealed, context))
    header = header_of(judging.header_raw)
    found = []
    for record in rows_of(records, judging.record_format):
        if record.number in job.row_numbers:
            judgement = judge_record(record.content, judging.record_format, header, judging.house)
            # A row whose term has ended since it was judged agrees with nothing any more.
            fields = {} if judgement.row is None else understood(judgement.row)
            content = json.dumps(fields, ensure_ascii=False).encode()
            sealed = judging.sealer.seal(content, sample_context(judging.import_id, record.number))
            keys = () if judgement.row is None else _keys(judging, judgement.row)
            found.append(SampledRow(record.number, sealed, b"".join(keys)))
    return found


def _keys(job: JudgingJob, row: ImportRow) -> tuple[bytes, ...]:
    return debtor_keys(job.secrets, job.house.court_code, row.subject.documents)


def _sealed(job: JudgingJob, papers: Sequence[Piece]) -> bytes | None:
    if not papers:
        return None
    return job.sealer.seal(pack(papers), papers_context(job.import_id, job.first_record))


def judge_record(
    raw: bytes, record_format: RecordFormat, header: Header | Problem | None, house: House
) -> Judgement:
    """Judge one record as it was handed in."""
    if isinstance(header, Problem):
        # Without a header no value has a meaning.
        return Judgement.of((header,))
    fields = read(raw, record_format, header)
    if isinstance(fields, Problem):
        return Judgement.of((fields,))
    return house.judge(fields)


def header_of(raw: bytes | None) -> Header | Problem | None:
    """The header in the first record of a CSV file; None for another file."""
    return None if raw is None else read_header(raw)


def rows_of(records: Sequence[Piece], record_format: RecordFormat) -> list[Piece]:
    """The records that are rows, numbered as rows: a CSV header is none."""
    if record_format is RecordFormat.JSONL:
        return list(records)
    return [Piece(one.number - 1, one.line, one.content) for one in records if one.number > 1]
