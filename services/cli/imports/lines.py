"""JSON lines and CSV, split without being read into memory and without being decoded.

Splitting bytes is safe in both encodings that occur: in UTF-8 and in GB 18030 no byte of a longer
character equals a line feed, a carriage return or a quotation mark.
"""

from collections.abc import Iterator
from typing import Final, Protocol

from cli.errors import UsageError
from cli.imports.record import BYTES_MAX, Record, bounded, bounded_between

_QUOTE: Final = b'"'
_MARK: Final = b"\xef\xbb\xbf"
# A line without end must not fill the memory.
_LINE_MAX: Final = BYTES_MAX + 2


class Lines(Protocol):
    """What is read line by line."""

    def readline(self, size: int = -1, /) -> bytes:
        """One line with its end, or `size` bytes of it; empty at the end of the file."""
        ...


def json_lines(file: Lines) -> Iterator[Record]:
    """One record a line; empty lines hold none. Raises UsageError."""
    before = b""
    for raw, line in _lines(file):
        content = _without_end(raw)
        if content.removeprefix(_MARK).strip():
            yield bounded(content, line, "one JSON object a line; a document ends in .json", before)
            before = raw[len(content) :]
        else:
            before = bounded_between(before + raw, line)


def csv_records(file: Lines) -> Iterator[Record]:
    """RFC 4180: a line feed inside quotation marks belongs to the record. Raises UsageError.

    A record is whole as soon as it holds an even number of quotation marks: a doubled one inside a
    quoted field counts twice.
    """
    kept: list[bytes] = []
    size, quotes, start, before = 0, 0, 1, b""
    step = "look for a quotation mark that is not closed there; inside a field it is doubled"
    for raw, line in _lines(file):
        if not kept:
            start = line
            if not raw.removeprefix(_MARK).strip():
                before = bounded_between(before + raw, line)
                continue
        kept.append(raw)
        size += len(raw)
        quotes += raw.count(_QUOTE)
        if quotes % 2 == 0:
            whole = b"".join(kept)
            content = _without_end(whole)
            yield bounded(content, start, step, before)
            kept, size, quotes, before = [], 0, 0, whole[len(content) :]
        elif size > BYTES_MAX:
            bounded(b"".join(kept), start, step)
    if kept:
        # Never handed in as if it were whole.
        raise UsageError(f"line {start}: the record that starts here has no end", next_step=step)


def _lines(file: Lines) -> Iterator[tuple[bytes, int]]:
    """Each line with its end."""
    number = 0
    while raw := file.readline(_LINE_MAX):
        number += 1
        if len(raw) == _LINE_MAX and not raw.endswith(b"\n"):
            bounded(raw, number, "this is no file of records a line each")
        yield raw, number


def _without_end(raw: bytes) -> bytes:
    return raw.removesuffix(b"\n").removesuffix(b"\r")
