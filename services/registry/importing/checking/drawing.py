"""Whom a row names, so that whoever was drawn once is read back again. Pure.

A sample is drawn of a file's records, and one byte more makes another file. Therefore nobody is left out by being handed
in again: in whichever file the debtor of a drawn row comes back, her rows are read back beside those newly drawn.
"""

import hmac
import struct
from collections.abc import Container, Iterable, Iterator
from typing import Final

from document import Document
from registry.registry_secret import RegistrySecret

_DOMAIN: Final = b"courtlist.drawn.v1\x00"
_KEY_BYTES: Final = 16
_ROW: Final = struct.Struct(f">Q{_KEY_BYTES}s")


def debtor_keys(
    secrets: Iterable[RegistrySecret], court_code: str, documents: Iterable[Document]
) -> tuple[bytes, ...]:
    """Keyed hashes of each of a debtor's documents: two rows of a court that name the same have one in common.

    Of the court, so that two courts' rows cannot be told to be of one person; keyed, because a plain
    hash of an identity number tells the number; by every secret that is held, because whoever was drawn
    before a change of secrets is known by the former.
    """
    domain = _DOMAIN + court_code.encode() + b"\x00"
    return tuple(
        hmac.digest(
            held.secret,
            domain + f"{one.kind}\x00{one.issuing_state}\x00{one.number}".encode(),
            "sha256",
        )[:_KEY_BYTES]
        for one in documents
        for held in secrets
    )


def keys_of_row(row_number: int, keys: Iterable[bytes]) -> bytes:
    """The keys of a row, as a chunk keeps them until the manifest is made."""
    return b"".join(_ROW.pack(row_number, key) for key in keys)


def split_keys(content: bytes) -> Iterator[bytes]:
    """The keys of one drawn row."""
    return (content[at : at + _KEY_BYTES] for at in range(0, len(content), _KEY_BYTES))


def rows_named(content: bytes, drawn: Container[bytes]) -> Iterator[int]:
    """The rows of a chunk whose debtor is among those drawn before."""
    return (row_number for row_number, key in _ROW.iter_unpack(content) if key in drawn)
