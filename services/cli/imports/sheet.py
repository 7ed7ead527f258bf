"""CSV files for people: the sample that is read back, and the report of all rows.

They are opened in spreadsheets, so a cell that would be taken for a formula is marked as text (CWE-1236),
and a byte order mark says that it is UTF-8.
"""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

from cli.errors import Problem, RefusedError, UsageError
from cli.papers.shapes import enum_text
from courtlist.registry.v1 import import_service_pb2 as rpc

AGREES: Final = "agrees"
_ROW, _MANIFEST = "row", "manifest"
# An x is a tick to some and a cross to others: it is asked what was meant.
_YES: Final = frozenset({"y", "yes", "true", "1", "是", "对", "✓"})
_NO: Final = frozenset({"n", "no", "false", "0", "否", "错", "✗"})
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_ANEW: Final = (
    "write it anew (`courtlist import sample ID --out FILE`), and fill in the column `agrees` alone"
)
REPORT_COLUMNS: Final = ("line", "row", "outcome", "field", "reason", "text", "listing")


def write_sample(path: Path, rows: Sequence[rpc.SampleRow], manifest_hash: bytes) -> None:
    """The sample, a line a row, with an empty column `agrees` to be filled in.

    Raises RefusedError where the file is there: it may be filled in already.
    """
    if path.is_file():
        raise RefusedError(
            f"{path}: is there already, and may be filled in",
            reason="FILE_THERE",
            next_step="name a new file with --out, or take that one away",
        )
    names = sorted({name for row in rows for name in row.fields})
    # It holds names and numbers.
    with _created(path, mode=0o600) as file:
        writer = csv.writer(file)
        writer.writerow([_ROW, AGREES, *names, _MANIFEST])
        for row in rows:
            cells = [_cell(row.fields.get(name, "")) for name in names]
            writer.writerow([row.row_number, "", *cells, manifest_hash.hex()])


@dataclass(frozen=True, slots=True)
class FilledSample:
    """A sample that was read back; rows by their number.

    Attributes:
        manifest_hash: of the manifest that the sample was drawn from.
        unmarked: rows whose cell `agrees` is empty.
    """

    manifest_hash: bytes
    agreeing: list[int]
    disagreeing: list[int]
    unmarked: list[int]


def read_sample(path: Path) -> FilledSample:
    """What a filled-in sample says of each row.

    Raises UsageError, naming every cell that cannot be read.
    """
    rows = _read(path)
    problems: list[Problem] = []
    agreeing: list[int] = []
    disagreeing: list[int] = []
    unmarked: list[int] = []
    manifests: set[str] = set()
    for line, row in enumerate(rows, start=2):
        number, word = row.get(_ROW) or "", (row.get(AGREES) or "").strip().lower()
        manifests.add(row.get(_MANIFEST) or "")
        if not (number.isascii() and number.isdecimal() and len(number) < 19):
            problems.append(Problem(f"line {line}, {_ROW}", "FIELD_INVALID", "must be a number"))
        elif word in _YES:
            agreeing.append(int(number))
        elif word in _NO:
            disagreeing.append(int(number))
        elif not word:
            unmarked.append(int(number))
        else:
            problems.append(Problem(f"line {line}, {AGREES}", "FIELD_INVALID", "write yes or no"))
    if len(manifests) != 1 and rows:
        problems.append(Problem(_MANIFEST, "FIELD_INVALID", "must be the same on every line"))
    if problems or not rows:
        raise UsageError(
            f"{path}: is not a sample of `courtlist import sample`",
            problems=problems,
            next_step=_ANEW,
        )
    try:
        manifest_hash = bytes.fromhex(manifests.pop())
    except ValueError:
        raise UsageError(
            f"{path}: column {_MANIFEST} is not the hash that was written", next_step=_ANEW
        ) from None
    return FilledSample(manifest_hash, agreeing, disagreeing, unmarked)


def _read(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError:
        raise UsageError(
            f"{path}: there is no such file", next_step="name one that is there"
        ) from None
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read: {error.strerror}", next_step="look at its path and rights"
        ) from None
    except (UnicodeDecodeError, csv.Error):
        raise UsageError(f"{path}: is no CSV in UTF-8", next_step="save it as CSV UTF-8") from None


def write_report(path: Path, rows: Iterable[rpc.Row]) -> int:
    """Every row with line, field and reason, one line a problem; returns how many rows."""
    count = 0
    with _created(path) as file:
        writer = csv.writer(file)
        writer.writerow(REPORT_COLUMNS)
        for row in rows:
            count += 1
            writer.writerows([_cell(value) for value in cells] for cells in report_lines(row))
    return count


def report_lines(row: rpc.Row) -> Iterator[tuple[Any, ...]]:
    """The lines of one row; at least one."""
    outcome = enum_text(rpc.RowOutcome.DESCRIPTOR, row.outcome)
    first = (row.line, row.row_number, outcome)
    for one in (*row.problems, *row.notes):
        yield (*first, one.field, one.reason, one.text, row.listing_id)
    if not row.problems and not row.notes:
        yield (*first, "", "", "", row.listing_id)


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


@contextmanager
def _created(path: Path, *, mode: int = 0o666) -> Iterator[TextIO]:
    """A new file, made aside and renamed: what has the name is whole. Raises UsageError.

    `mode` is its mode, of which the umask takes its part. A device or a pipe is written as it is.
    """
    is_file = path.is_file() or not path.exists()
    aside = path.with_name(f"{path.name}.partial") if is_file else path
    try:
        if is_file:
            # What was left of a run that was killed may be anybody's to read.
            aside.unlink(missing_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | (os.O_EXCL if is_file else 0), mode)
        file = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written: {error.strerror}", next_step="look at its path and rights"
        ) from None
    try:
        with file:
            yield file
        if is_file:
            aside.replace(path)
    finally:
        if is_file:
            aside.unlink(missing_ok=True)
