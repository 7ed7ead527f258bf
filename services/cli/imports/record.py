"""One raw record, and what is too long to be one."""

from dataclasses import dataclass
from typing import Final

from cli.errors import UsageError

# import_service.proto: each record, and what stands before it, at most 64 KiB.
BYTES_MAX: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """Bytes without the line's end, and the line of the file on which they start, from 1.

    `before` is what stands in the file between the record before and this one.
    """

    raw: bytes
    line: int
    before: bytes = b""


def bounded(raw: bytes, line: int, next_step: str, before: bytes = b"") -> Record:
    """A record of an allowed length. Raises UsageError, naming the line."""
    if len(raw) > BYTES_MAX:
        raise UsageError(
            f"line {line}: the record that starts here is longer than {BYTES_MAX // 1024} KiB",
            next_step=next_step,
        )
    return Record(raw, line, bounded_between(before, line))


def bounded_between(content: bytes, line: int) -> bytes:
    """What is no record, of an allowed length. Raises UsageError, naming the line."""
    if len(content) > BYTES_MAX:
        raise UsageError(
            f"line {line}: more than {BYTES_MAX // 1024} KiB before it are no record",
            next_step="take out what is none: empty lines, or what a program wrote around the rows",
        )
    return content
