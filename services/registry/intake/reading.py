"""From the bytes of one record to its fields.

JSONL and CSV, in UTF-8 (with or without BOM) or GB 18030; courts' exports and copies of the public
list hold all of them. Only the form is undone here: encoding, quoting, HTML entities, spaces around a
value, and the words that programs write for nothing. What a value means is for `judging`.
"""

import csv
import enum
import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from registry.intake.masks import may_complete
from registry.intake.names import ENDED_FIELDS, KNOWN, OWN, RELAY_FIELDS, nearest_known
from registry.intake.outcome import Outcome, Problem
from registry.law.violation import Reason
from registry.texts import holds_control_characters

Fields: TypeAlias = Mapping[str, str]
"""Fields of one row by their names; a value is never empty, and an absent field has no key."""

RECORD = "record"
"""The `field` of a problem that concerns the record as a whole."""

RECORD_BYTES_MAX: Final = 64 * 1024
FIELDS_MAX: Final = 200

_BOM: Final = "\ufeff"
# What databases and scripts write where there is nothing.
_NOTHING: Final = frozenset(
    {"", "null", "NULL", "Null", "None", "none", "nil", "undefined", "NaN", "N/A", "\\N"}
)
_ONLY_TEXTS: Final = {str}
_CARD: Final = "cardNum"
# Whom a row names, in which case: completing adds to a row, and makes no other row of it.
_WHOM: Final = frozenset({"caseCode", "iname", _CARD})
_DOCUMENTS: Final = "otherDocuments"
_ITEMS: Final = "orderItems"


class RecordFormat(enum.StrEnum):
    """How a file holds its records: names of registry.v1.RecordFormat."""

    JSONL = "JSONL"
    CSV = "CSV"


@dataclass(frozen=True, slots=True)
class Header:
    """The first record of a CSV file.

    Attributes:
        columns: names of the fields, in order.
    """

    columns: tuple[str, ...]


class _KeyTwiceError(ValueError):
    """An object names a key twice, so one of the two values would be lost."""


def read_header(raw: bytes) -> Header | Problem:
    """Read the first record of a CSV file; a problem where it names no fields."""
    cells = _cells(raw)
    if isinstance(cells, Problem):
        return cells
    columns = tuple(cell.strip() for cell in cells)
    while columns and not columns[-1]:
        columns = columns[:-1]
    if KNOWN.isdisjoint(columns):
        return _unreadable("The first record is no header. Name the fields of README.md in it.")
    if len(set(columns)) != len(columns):
        return _unreadable("The header names a field twice or not at all. Name each column once.")
    return Header(columns)


def read(raw: bytes, record_format: RecordFormat, header: Header | None = None) -> Fields | Problem:
    """Read one record; a problem (always REJECTED) where it cannot be read.

    Args:
        raw: the record's bytes without the line's end, at most RECORD_BYTES_MAX.
        record_format: how the file holds its records.
        header: of a CSV file, from `read_header`; needed for CSV.

    A field that the superset does not know stays under its own name, for `judge` to refuse: a slip in
    a name must not lose what stands under it. Relays' own fields are dropped; and in a row that has
    none of our fields, so is everything that no known name is near to, because such a row is a
    public copy and takes no effect as it is.
    """
    if record_format is RecordFormat.JSONL:
        found = _from_json(raw)
    else:
        assert header is not None, "a CSV record is read with its header"
        found = _from_csv(raw, header)
    if isinstance(found, Problem):
        return found
    values = _plain_values(found)
    return values if isinstance(values, Problem) else _known_names(values)


def completed(fields: Fields, additions: Mapping[str, str]) -> Fields | Problem:
    """Return the row with fields added or replaced; an empty value takes the field away.

    A name that the superset does not know stays, for `judge` to refuse.
    """
    values = _plain_values(additions.items())
    if isinstance(values, Problem):
        return values
    for name in sorted(_WHOM & fields.keys() & values.keys()):
        if not may_complete(fields[name], values[name], is_number=name == _CARD):
            return Problem(
                name,
                Reason.IDENTITY_REFUSED,
                "Is another than in the file that the president signed. Read it again in the case "
                "file; where the file is wrong, mend it and import it again.",
                Outcome.REJECTED,
            )
    kept = {name: value for name, value in fields.items() if name not in additions}
    return {**kept, **values}


def parse_json(text: str) -> Any:
    """Parse JSON in which no object names a key twice; figures stay the text that was written.

    Raises:
        ValueError: it is no JSON, too deep, or names a key twice.
    """
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError from None


def _from_json(raw: bytes) -> Iterable[tuple[str, str]] | Problem:
    text = _decoded(raw)
    if isinstance(text, Problem):
        return text
    try:
        value = parse_json(text)
    except _KeyTwiceError:
        return _unreadable("A field stands in the record twice. Give each field once.")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        return _unreadable("The line is no JSON object. Write one whole object on each line.")
    if len(value) > FIELDS_MAX:
        return _unreadable(f"The record has more than {FIELDS_MAX} fields.")
    return _as_texts(value)


def _as_texts(record: dict[str, Any]) -> Iterable[tuple[str, str]] | Problem:
    if set(map(type, record.values())) == _ONLY_TEXTS:
        return record.items()
    texts: list[tuple[str, str]] = []
    for name, value in record.items():
        text = value if isinstance(value, str) or value is None else _flat(name, value)
        if text is not None:
            texts.append((name, text))
        elif value is not None:
            return Problem(
                name if name in KNOWN else RECORD,
                Reason.FIELD_INVALID,
                "Holds a list or an object. Give its value as text.",
                Outcome.REJECTED,
            )
    return texts


def _flat(name: str, value: Any) -> str | None:
    """A value that is no string, as the text that a CSV file would hold; None where it has none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if name == _DOCUMENTS:
        try:
            return json.dumps(value, ensure_ascii=False)
        except RecursionError:
            # What could just be read is one level too deep to be written.
            return None
    if name == _ITEMS and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _KeyTwiceError
    return found


# Figures stay the text that was written: 1.10 is a sum, and 018 cannot be told from 18 later.
_DECODER: Final = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object
)


def _from_csv(raw: bytes, header: Header) -> Iterable[tuple[str, str]] | Problem:
    cells = _cells(raw)
    if isinstance(cells, Problem):
        return cells
    missing = len(header.columns) - len(cells)
    if missing > 0 or any(cell.strip() for cell in cells[len(header.columns) :]):
        return _unreadable(
            f"The record has {len(cells)} values for {len(header.columns)} columns. "
            "Put a value that holds a comma, a quote or a line's end in double quotes."
        )
    return zip(header.columns, cells, strict=False)


def _cells(raw: bytes) -> list[str] | Problem:
    text = _decoded(raw)
    if isinstance(text, Problem):
        return text
    try:
        records = list(csv.reader([text], strict=True))
    except csv.Error:
        records = []
    if len(records) != 1 or not records[0]:
        return _unreadable("The record is no line of CSV (RFC 4180). Check its double quotes.")
    if len(records[0]) > FIELDS_MAX:
        return _unreadable(f"The record has more than {FIELDS_MAX} fields.")
    return records[0]


def _decoded(raw: bytes) -> str | Problem:
    if len(raw) > RECORD_BYTES_MAX:
        return Problem(
            RECORD,
            Reason.FIELD_TOO_LONG,
            f"The record is longer than {RECORD_BYTES_MAX} bytes. Shorten its texts.",
            Outcome.REJECTED,
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            return _unreadable("The record is neither UTF-8 nor GB 18030. Export it as UTF-8.")
    return text.removeprefix(_BOM)


def _plain_values(found: Iterable[tuple[str, str]]) -> dict[str, str] | Problem:
    fields = {name: value for name, text in found if (value := text.strip()) not in _NOTHING}
    together = "".join(fields.values())
    if "&" in together:
        try:
            plain = [(name, html.unescape(value).strip()) for name, value in fields.items()]
        except ValueError:
            # Python turns no figure of thousands of digits into a number (CVE-2020-10735).
            return _unreadable("Holds an HTML entity that is no character. Write the plain text.")
        fields = {name: value for name, value in plain if value not in _NOTHING}
        together = "".join(fields.values())
    if not together.isprintable():
        flaw = _unwritable(fields)
        if flaw is not None:
            return flaw
    return fields


def _known_names(fields: dict[str, str]) -> dict[str, str] | Problem:
    if not fields.keys() <= KNOWN:
        plain_named = _with_plain_names(fields)
        if isinstance(plain_named, Problem):
            return plain_named
        fields = plain_named
    if KNOWN.isdisjoint(fields):
        return _unreadable("The record has none of the fields of README.md. Check their names.")
    return fields


def _unwritable(fields: dict[str, str]) -> Problem | None:
    """Characters that no text of the record may hold, and halves of characters."""
    for name, value in fields.items():
        if holds_control_characters(value) or not _is_whole(value):
            return Problem(
                name if name in KNOWN else RECORD,
                Reason.FIELD_INVALID,
                "Holds control or direction characters. Type the plain text.",
                Outcome.REJECTED,
            )
    return None


def _is_whole(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _with_plain_names(fields: dict[str, str]) -> dict[str, str] | Problem:
    """The fields without spaces around their names, and without what only relays add."""
    plain = {name.strip(): value for name, value in fields.items()}
    if len(plain) != len(fields):
        return _unreadable("A field stands in the record twice. Give each field once.")
    plain = {name: value for name, value in plain.items() if name not in RELAY_FIELDS}
    if OWN.isdisjoint(plain):
        return {
            name: value
            for name, value in plain.items()
            if name in KNOWN or name in ENDED_FIELDS or nearest_known(name) is not None
        }
    return plain


def _unreadable(text: str) -> Problem:
    return Problem(RECORD, Reason.FIELD_INVALID, text, Outcome.REJECTED)
