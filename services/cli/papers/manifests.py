"""Many questions in one file: JSON lines, or CSV whose columns are paths (`document.number`)."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from cli import standard_input
from cli.errors import UsageError
from cli.papers.files import STDIN, from_json, said_of

_COLUMNS: Final = (
    "give each column one name, as document.number, and each line as many cells as there are columns; "
    "a comma inside a cell wants quotation marks around it"
)
_LINES: Final = "write one question a line as a JSON object: `courtlist check field NAME --example`"


def questions(name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and fields of each question. `.csv` is CSV, anything else JSON lines.

    Raises UsageError: it cannot be read, or holds no question.
    """
    count = 0
    for count, one in enumerate(_questions(name), 1):  # noqa: B007 - the last one counts
        yield one
    if not count:
        raise UsageError(f"{name}: holds no question", next_step=_LINES)


def _questions(name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    if name == STDIN:
        yield from _json_lines(standard_input.lines(), name)
        return
    try:
        with Path(name).open(encoding="utf-8-sig", newline="") as file:
            yield from _csv(file, name) if name.endswith(".csv") else _json_lines(file, name)
    except FileNotFoundError:
        raise UsageError(
            f"{name}: there is no such file", next_step="name one that is there"
        ) from None
    except OSError as error:
        raise UsageError(
            f"{name}: cannot be read: {error.strerror}", next_step="look at its path and rights"
        ) from None
    except UnicodeDecodeError:
        raise UsageError(f"{name}: is not UTF-8", next_step="save it as UTF-8") from None
    except csv.Error as error:
        raise UsageError(f"{name}: is not CSV: {error}", next_step=_COLUMNS) from None


def nested(row: dict[str, str]) -> dict[str, Any]:
    """Fields in fields from paths; an empty cell says nothing."""
    made: dict[str, Any] = {}
    for path, value in row.items():
        if not path or value in ("", None):
            continue
        at = made
        *folders, last = path.split(".")
        for folder in folders:
            inner = at.setdefault(folder, {})
            if not isinstance(inner, dict):
                raise UsageError(
                    f"column {path} stands below a column that holds a value", next_step=_COLUMNS
                )
            at = inner
        if last in at:
            raise UsageError(f"column {path} stands above columns with values", next_step=_COLUMNS)
        # `product.air` alone is a choice without fields: any word in the cell makes it.
        at[last] = {} if value == "{}" else value
    return made


def _csv(file: TextIO, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(file, strict=True)
    # Spreadsheets write columns without a name behind the last one.
    columns = [one for one in reader.fieldnames or () if one]
    if len(set(columns)) != len(columns):
        raise UsageError(f"{name}: a column is named twice", next_step=_COLUMNS)
    for row in reader:
        # What is beside the columns is kept under None, and what is missing is None.
        if None in row or None in row.values():
            raise UsageError(
                f"{name}: line {reader.line_num}: has not as many cells as there are columns",
                next_step=_COLUMNS,
            )
        yield reader.line_num, nested(row)


def _json_lines(file: Iterable[str], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            given = from_json(line)
        except json.JSONDecodeError as error:
            raise UsageError(
                f"{name}: line {number}, column {error.colno}: is not JSON", next_step=_LINES
            ) from None
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{name}: line {number}: {said_of(error)}", next_step=_LINES) from None
        if not isinstance(given, dict):
            raise UsageError(f"{name}: line {number}: must be one JSON object", next_step=_LINES)
        yield number, given
