"""The manifest that a president signs, and the sample that it chooses. Pure."""

import hashlib
import heapq
import hmac
import struct
from collections.abc import Iterable
from typing import Final

_DOMAIN: Final = b"courtlist.manifest.v1\x00"
_SAMPLE_DOMAIN: Final = b"courtlist.sample.v2\x00"
_ROW: Final = struct.Struct(">QB")
_NUMBER: Final = struct.Struct(">Q")
_COUNT: Final = struct.Struct(">QQ")

SAMPLE_MIN: Final = 20
"""So many rows are read back at least; all, where there are fewer."""
_SAMPLE_SHARE: Final = 100
"""One row in so many is read back."""


class OutcomesHash:
    """SHA-256 over every row's number and outcome, in order."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, row_number: int, outcome: int) -> None:
        """The next row."""
        self._hash.update(_ROW.pack(row_number, outcome))

    def digest(self) -> bytes:
        """The hash so far."""
        return self._hash.digest()


def manifest_hash(
    *,
    court_code: str,
    file_sha256: bytes,
    records_sha256: bytes,
    row_count: int,
    outcomes_sha256: bytes,
) -> bytes:
    """SHA-256 over all that is signed: court, file, records, rows, and what the check made of them."""
    court = court_code.encode()
    parts = (_COUNT.pack(len(court), row_count), court, file_sha256, records_sha256)
    return hashlib.sha256(_DOMAIN + b"".join(parts) + outcomes_sha256).digest()


def sample_seed(*, court_code: str, records_sha256: bytes, secret: bytes) -> bytes:
    """What chooses the sample of a court's records.

    Of the records as they were received and of nothing else: whoever abandons an import and hands the
    same records in again draws no other sample, whatever she calls the file and whatever the record
    holds by then; and of other records whoever was drawn once is read back again (drawing). Keyed, because the preparer holds the records: with their hash alone, spaces could be
    added until the rows that must not be read back are not chosen.
    """
    court = court_code.encode()
    content = _NUMBER.pack(len(court)) + court + records_sha256
    return hmac.digest(secret, _SAMPLE_DOMAIN + content, "sha256")


def sample_of(seed: bytes, sound_rows: Iterable[int], sound_count: int) -> list[int]:
    """The rows to be read back: a hundredth of the sound ones, at least SAMPLE_MIN, in order.

    Chosen by the seed: whoever prepares the file cannot know them beforehand, and of the same records
    each row comes before the same others always.
    """
    wanted = max(SAMPLE_MIN, -(-sound_count // _SAMPLE_SHARE))
    chosen = heapq.nsmallest(
        wanted,
        sound_rows,
        key=lambda number: hashlib.sha256(seed + _NUMBER.pack(number)).digest(),
    )
    return sorted(chosen)
