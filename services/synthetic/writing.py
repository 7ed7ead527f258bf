"""Writing a register to a file, in shards that any number of processes make."""

import csv
import io
import json
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from synthetic.flaws import Flaw
from synthetic.plan import Plan
from synthetic.register import Row, rows_between
from synthetic.shapes import PUBLIC_COLUMNS, Shape, as_public

SHARD_ROWS: Final = 10_000
_SHARDS_AHEAD: Final = 2
_BOM: Final = b"\xef\xbb\xbf"

OWN_COLUMNS: Final = (
    "documentKind",
    "issuingState",
    "birthDate",
    "birthDateProof",
    "otherDocuments",
    "owedAmount",
    "owedAct",
    "decisionNumber",
    "decidedOn",
    "serviceMode",
    "servedOn",
    "serviceProof",
    "ground",
    "abilityFinding",
    "termEnd",
    "extensionReason",
    "extensionDecisionNumber",
    "extensionDecidedOn",
    "orderNumber",
    "orderDecidedOn",
    "orderServiceMode",
    "orderServedOn",
    "orderServiceProof",
    "orderItems",
    "orderEndOn",
    "orderReviewOn",
)
COLUMNS: Final = PUBLIC_COLUMNS + OWN_COLUMNS
"""Columns of a CSV file in the superset."""

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class FileFormat(StrEnum):
    """How the file holds its rows."""

    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What is written, and how.

    Attributes:
        plan: of the register.
        shape: of its rows.
        file_format: of the file.
        flaws: by the place of the row, from 0, that each is in; only in the superset.
    """

    plan: Plan
    shape: Shape
    file_format: FileFormat
    flaws: Mapping[int, Flaw]


def columns_of(shape: Shape) -> tuple[str, ...]:
    """The columns of a CSV file of this shape."""
    return COLUMNS if shape is Shape.OURS else PUBLIC_COLUMNS


def head(paper: Paper) -> bytes:
    """What stands before the first row: a header for CSV, a BOM where the whole list has one."""
    bom = _BOM if paper.shape is Shape.G4 else b""
    if paper.file_format is FileFormat.CSV:
        return bom + ",".join(columns_of(paper.shape)).encode() + b"\r\n"
    return bom


def shard(paper: Paper, first: int, last: int) -> bytes:
    """Rows `first` to `last` - 1 as they stand in the file."""
    if paper.file_format is FileFormat.CSV:
        return _csv_rows(paper, first, last)
    return _json_lines(paper, first, last)


def shards(paper: Paper, processes: int) -> Iterator[tuple[int, bytes]]:
    """The file's shards in order: (rows so far, bytes). A few are made ahead, never all."""
    bounds = range(0, paper.plan.rows, SHARD_ROWS)
    lasts = [min(first + SHARD_ROWS, paper.plan.rows) for first in bounds]
    if processes == 1 or len(lasts) == 1:
        for first, last in zip(bounds, lasts, strict=True):
            yield last, shard(paper, first, last)
        return
    with ProcessPoolExecutor(max_workers=processes) as pool:
        under_way: deque[tuple[int, Future[bytes]]] = deque()
        for first, last in zip(bounds, lasts, strict=True):
            under_way.append((last, pool.submit(shard, paper, first, last)))
            if len(under_way) > processes * _SHARDS_AHEAD:
                done, made = under_way.popleft()
                yield done, made.result()
        for done, made in under_way:
            yield done, made.result()


def write(paper: Paper, file: Path, processes: int) -> Iterator[int]:
    """Write the file, yielding how many rows are written so far.

    It gets its name when it is whole; what a killed run leaves behind is `FILE.part`.
    """
    part = file.with_name(f"{file.name}.part")
    with part.open("wb") as out:
        out.write(head(paper))
        for done, made in shards(paper, processes):
            out.write(made)
            yield done
    part.replace(file)


def _rows(paper: Paper, first: int, last: int) -> Iterator[dict[str, Any]]:
    rows = rows_between(first, last, paper.plan)
    if paper.shape is not Shape.OURS:
        for index, row in enumerate(rows, first):
            yield as_public(row, index, paper.plan, paper.shape)
    elif not paper.flaws:
        yield from rows
    else:
        for index, row in enumerate(rows, first):
            flaw = paper.flaws.get(index)
            yield row if flaw is None else _without_empties(flaw.mar(row, paper.plan))


def _without_empties(row: Row) -> Row:
    return {name: value for name, value in row.items() if value}


def _json_lines(paper: Paper, first: int, last: int) -> bytes:
    lines = (_ENCODER.encode(row) for row in _rows(paper, first, last))
    if not paper.flaws:
        return "\n".join([*lines, ""]).encode()
    marred = []
    for index, line in enumerate(lines, first):
        flaw = paper.flaws.get(index)
        mar_line = None if flaw is None else flaw.mar_line
        marred.append(line.encode() if mar_line is None else mar_line(line.encode()))
    return b"\n".join([*marred, b""])


def _csv_rows(paper: Paper, first: int, last: int) -> bytes:
    columns = columns_of(paper.shape)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in _rows(paper, first, last):
        writer.writerow([row.get(name, "") for name in columns])
    return out.getvalue().encode()
