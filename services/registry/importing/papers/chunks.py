"""Records and papers of up to a thousand rows, packed to be sealed as one. Pure.

`number (8) | line (8) | length (4) | bytes`, one after the other, big-endian. Behind records that are staged stands what
is between them in the file: a piece of number 0, with the length (4) and the bytes before each.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

RECORDS_MAX: Final = 1000
"""Records of one chunk; a further one begins another."""

_HEAD: Final = struct.Struct(">QQL")
_LENGTH: Final = struct.Struct(">L")
_BETWEEN: Final = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One record as it was handed in, or one row's paper; `number` counts from 1, as `line` does."""

    number: int
    line: int
    content: bytes = field(repr=False)


def pack(pieces: Iterable[Piece]) -> bytes:
    """The pieces as bytes."""
    return b"".join(
        _HEAD.pack(one.number, one.line, len(one.content)) + one.content for one in pieces
    )


def unpack(content: bytes) -> list[Piece]:
    """What `pack` packed; of staged records those alone, without what is between them."""
    return [one for one in _pieces(content) if one.number != _BETWEEN]


def pack_staged(records: Sequence[Piece], before: Sequence[bytes]) -> bytes:
    """Records, and what stands in the file before each."""
    between = b"".join(_LENGTH.pack(len(one)) + one for one in before)
    return pack((*records, Piece(_BETWEEN, 0, between)))


def staged_bytes(content: bytes) -> bytes:
    """The part of the file that `pack_staged` packed, as it stands there."""
    *records, last = _pieces(content)
    if last.number != _BETWEEN:
        # Staged before it was asked what is between records: they are put together without.
        return b"".join(one.content for one in (*records, last))
    parts, at = [], 0
    for one in records:
        (length,) = _LENGTH.unpack_from(last.content, at)
        at += _LENGTH.size
        parts += [last.content[at : at + length], one.content]
        at += length
    return b"".join(parts)


def _pieces(content: bytes) -> list[Piece]:
    pieces, at = [], 0
    while at < len(content):
        number, line, length = _HEAD.unpack_from(content, at)
        at += _HEAD.size
        pieces.append(Piece(number, line, content[at : at + length]))
        at += length
    return pieces


def records_context(import_id: UUID, first_record: int) -> str:
    """What a chunk of records is sealed for."""
    return f"import/{import_id}/records/{first_record}"


def papers_context(import_id: UUID, first_record: int) -> str:
    """What the papers of a chunk's sound rows are sealed for."""
    return f"import/{import_id}/papers/{first_record}"


def file_name_context(import_id: UUID) -> str:
    """What the name of an import's file is sealed for: courts name files after people."""
    return f"import_file_name/{import_id}"


def sample_context(import_id: UUID, row_number: int) -> str:
    """What a row of the sample is sealed for."""
    return f"import/{import_id}/sample/{row_number}"


def completion_context(import_id: UUID, row_number: int) -> str:
    """What the fields added to a row are sealed for."""
    return f"import/{import_id}/completion/{row_number}"
