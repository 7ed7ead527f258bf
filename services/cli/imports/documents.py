"""JSON documents: an array of rows, the public relay's document and its JSONP, or the court site's detail of one row.

They are pages of some fifty rows, read whole; a file may hold several, one after the other. Each row is handed in as
it stands in the document.
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
_CLOSED: Final = re.compile(r"[ \t\r\n]*(\)[ \t\r\n]*;?[ \t\r\n]*)?")
_ENCODINGS: Final = ("utf-8", "gb18030")
# An object that has one of these is itself a row, as each page of the court site's detail is.
_ROW_FIELDS: Final = frozenset({"caseCode", "iname"})
_MARK: Final = "\ufeff"


def rows(content: bytes) -> Iterator[Record]:
    """Each row of the document, as it stands there. Raises UsageError when it holds no rows."""
    text, encoding = _decoded(content)
    try:
        found = list(_rows_of_all(text))
    except (ValueError, IndexError, RecursionError):
        raise UsageError(
            "the file is no JSON document with rows",
            next_step="hand in an array of objects, the relay's document (data[0].result[]), or "
            "JSON lines",
        ) from None
    line, at, place = 1, 0, 0
    for begin, end in found:
        first = place + len(text[at:begin].encode(encoding))
        last = first + len(text[begin:end].encode(encoding))
        line += text.count("\n", at, begin)
        raw, before = content[first:last], content[place:first]
        yield bounded(raw, line, "a row of a register is far shorter: look at it", before)
        line += text.count("\n", begin, end)
        at, place = end, last


def is_relay_document(value: object) -> bool:
    """Whether a JSON object is the relay's document rather than a row: `data` holds `result`."""
    if not isinstance(value, dict):
        return False
    data = value.get("data")
    return isinstance(data, list) and any(
        isinstance(one, dict) and isinstance(one.get("result"), list) for one in data
    )


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, which encodes to these bytes again, and its encoding."""
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.encode(encoding) == content:
            return text, encoding
    raise UsageError(
        "the file is neither UTF-8 nor GB 18030", next_step="save it as UTF-8 and hand it in again"
    )


def _rows_of_all(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each row of every document, up to the last character: no page is passed over."""
    at = len(_MARK) if text.startswith(_MARK) else 0
    while True:
        start = _start(text, at)
        _, end = _DECODER.raw_decode(text, start)
        yield from _rows(text, start, end)
        at = _behind(text, end)
        if at == len(text):
            return


def _start(text: str, at: int) -> int:
    """Where the JSON begins: behind a JSONP callback, or at the first character."""
    found = _JSONP.match(text, at)
    return _skip(text, found.end() if found else at)


def _behind(text: str, at: int) -> int:
    """Behind a document, and what closes its callback."""
    found = _CLOSED.match(text, at)
    assert found is not None, "it matches nothing, too"
    return found.end()


def _rows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Begin and end of each row of the document that stands from `start` to `end`."""
    if text[start] == "[":
        yield from _elements(text, start)
        return
    members = list(_members(text, start))
    if any(name in _ROW_FIELDS for name, _ in members):
        yield start, end
        return
    for name, value in members:
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
