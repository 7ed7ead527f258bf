"""JSON documents: an array of rows, or the public relay's document and its JSONP (law.md §7, G1).

They are pages of some fifty rows, read whole. Each row is handed in as it stands in the document.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from cli.errors import UsageError
from cli.imports.record import Record, bounded

_DECODER: Final = json.JSONDecoder()
_BLANK: Final = re.compile(r"[ \t\r\n]*")
# JSONP is the document as the argument of a call to a function of any name.
_JSONP: Final = re.compile(r"\s*(/\*\*/)?\s*[\w$.\[\]]{1,200}\s*\(", re.ASCII)
_ENCODINGS: Final = ("utf-8-sig", "gb18030")


def rows(content: bytes) -> Iterator[Record]:
    """Each row of the document, as UTF-8. Raises UsageError when it holds no rows."""
    text = _decoded(content)
    start = _start(text)
    try:
        found = list(_rows(text, start))
    except (ValueError, IndexError, RecursionError):
        raise UsageError(
            "the file is no JSON document with rows",
            next_step="hand in an array of objects, the relay's document (data[0].result[]), or "
            "JSON lines",
        ) from None
    line, counted = 1, 0
    for begin, end in found:
        line, counted = line + text.count("\n", counted, begin), begin
        # A record is one line on the wire; white space between values may be a line feed.
        raw = _one_line(text[begin:end]).encode()
        yield bounded(raw, line, "a row of a register is far shorter: look at it")


def is_relay_document(value: object) -> bool:
    """Whether a JSON object is the relay's document rather than a row: `data` holds `result`."""
    if not isinstance(value, dict):
        return False
    data = value.get("data")
    return isinstance(data, list) and any(
        isinstance(one, dict) and isinstance(one.get("result"), list) for one in data
    )


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(
        "the file is neither UTF-8 nor GB 18030", next_step="save it as UTF-8 and hand it in again"
    )


def _start(text: str) -> int:
    """Where the JSON begins: behind a JSONP callback, or at the first character."""
    found = _JSONP.match(text)
    return _skip(text, found.end() if found else 0)


def _rows(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Begin and end of each row."""
    if text[start] == "[":
        yield from _elements(text, start)
        return
    for name, value in _members(text, start):
        if name != "data" or text[value] != "[":
            continue
        for element, _ in _elements(text, value):
            if text[element] != "{":
                continue
            for inner, result in _members(text, element):
                if inner == "result" and text[result] == "[":
                    yield from _elements(text, result)
        return
    raise ValueError("no data")


def _elements(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Begin and end of each element of the array that opens at `at`."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield at, end
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
        elif text[at] != "]":
            raise ValueError("an array is not closed")


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Name and begin of the value of each member of the object that opens at `at`."""
    if text[at] != "{":
        raise ValueError("an object is wanted")
    at = _skip(text, at + 1)
    while text[at] != "}":
        name, end = _DECODER.raw_decode(text, at)
        at = _skip(text, end)
        if not isinstance(name, str) or text[at] != ":":
            raise ValueError("a name is wanted")
        value = _skip(text, at + 1)
        _, end = _DECODER.raw_decode(text, value)
        yield name, value
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
        elif text[at] != "}":
            raise ValueError("an object is not closed")


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found is not None
    return found.end()


def _one_line(text: str) -> str:
    """Inside a JSON text a line feed can only stand between values: a string escapes its own."""
    return text.replace("\r", " ").replace("\n", " ")
