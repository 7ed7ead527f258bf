"""Rows in PostgreSQL's binary COPY format, made before the ledger's head is held. Pure.

https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4. A row's position is known last,
so it is the last column: a row is its head, made here, and a tail of 12 or 24 bytes.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

SIGNATURE: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER: Final = b"\xff\xff"
NULL: Final = b"\xff\xff\xff\xff"

_COUNT: Final = struct.Struct(">h")
_LENGTH: Final = struct.Struct(">i")
_SMALLINT: Final = struct.Struct(">ih")
_INTEGER: Final = struct.Struct(">ii")
_BIGINT: Final = struct.Struct(">iq")
_TRUE: Final = b"\x00\x00\x00\x01\x01"
_FALSE: Final = b"\x00\x00\x00\x01\x00"
_UUID: Final = b"\x00\x00\x00\x10"
_DAY_ZERO: Final = date(2000, 1, 1).toordinal()
_INSTANT_ZERO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_INT2_OID: Final = 21
_ARRAY: Final = struct.Struct(">iiiii")


def count(columns: int) -> bytes:
    """The head of a row: how many columns follow."""
    return _COUNT.pack(columns)


def uuid(value: bytes) -> bytes:
    """A uuid, given its 16 bytes."""
    return _UUID + value


def uuid_text(value: bytes) -> str:
    """The 16 bytes of a uuid as they are written."""
    plain = value.hex()
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def text(value: str) -> bytes:
    """A text."""
    return blob(value.encode())


def blob(value: bytes) -> bytes:
    """A bytea."""
    return _LENGTH.pack(len(value)) + value


def smallint(value: int) -> bytes:
    """A smallint."""
    return _SMALLINT.pack(2, value)


def integer(value: int) -> bytes:
    """An integer."""
    return _INTEGER.pack(4, value)


def bigint(value: int | None) -> bytes:
    """A bigint."""
    return NULL if value is None else _BIGINT.pack(8, value)


def boolean(value: bool) -> bytes:  # noqa: FBT001 - the value itself
    """A boolean."""
    return _TRUE if value else _FALSE


def day(value: date) -> bytes:
    """A date."""
    return _INTEGER.pack(4, value.toordinal() - _DAY_ZERO)


def instant(value: datetime | None) -> bytes:
    """A timestamptz."""
    return NULL if value is None else _BIGINT.pack(8, (value - _INSTANT_ZERO) // _MICROSECOND)


def smallints(values: Sequence[int]) -> bytes:
    """A smallint[] of one dimension, not empty."""
    head = _ARRAY.pack(1, 0, _INT2_OID, len(values), 1)
    return blob(head + b"".join(_SMALLINT.pack(2, value) for value in values))


def stream(rows: Sequence[bytes]) -> bytes:
    """Whole rows as one COPY."""
    return b"".join((SIGNATURE, *rows, TRAILER))
