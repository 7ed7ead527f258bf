"""Many questions in one file: JSON lines, or CSV whose columns are paths (`document.number`)."""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from cli.errors import UsageError
from cli.papers.files import STDIN


def questions(name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and fields of each question. `.csv` is CSV, anything else JSON lines.

    Raises UsageError.
    """
    if name == STDIN:
        yield from _json_lines(sys.stdin, name)
        return
    try:
        with Path(name).open(encoding="utf-8-sig", newline="") as file:
            yield from _csv(file) if name.endswith(".csv") else _json_lines(file, name)
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
        raise UsageError(f"{name}: is not CSV: {error}") from None


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
                raise UsageError(f"column {path} stands below a column that holds a value")
            at = inner
        # `product.air` alone is a choice without fields: any word in the cell makes it.
        at[last] = {} if value == "{}" else value
    return made


def _csv(file: TextIO) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(file, strict=True)
    for row in reader:
        yield reader.line_num, nested(row)


def _json_lines(file: TextIO, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except json.JSONDecodeError as error:
            raise UsageError(f"{name}: line {number}, column {error.colno}: is not JSON") from None
        if not isinstance(given, dict):
            raise UsageError(f"{name}: line {number}: must be one JSON object")
        yield number, given
