"""A file of records: its shape, its hash and its records, read twice and never held whole.

(But for a JSON document, which is one page.)
"""

import enum
import hashlib
import itertools
import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from cli.errors import UsageError
from cli.imports import documents, lines
from cli.imports.record import BYTES_MAX, Record
from courtlist.registry.v1 import import_service_pb2 as rpc

_LOOK_BYTES: Final = 64 * 1024
_MARKS_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_LINES_SUFFIXES: Final = frozenset({".jsonl", ".ndjson"})
# A document is read whole: it is a page, and no register.
_DOCUMENT_BYTES_MAX: Final = 64 * 1024 * 1024


class Shape(enum.StrEnum):
    """How records stand in a file."""

    AUTO = "auto"
    JSONL = "jsonl"
    CSV = "csv"
    JSON = "json"
    """A JSON document: an array of rows, or the public relay's."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What the first reading found: hashes of the file and of its records (Manifest.records_sha256).

    `rest` is what stands behind the last record.
    """

    sha256: bytes
    records_sha256: bytes
    count: int
    rest: bytes


class Source:
    """A file of records.

    Args:
        path: of the file.
        shape: AUTO looks at the name and the first bytes.
    """

    def __init__(self, path: Path, shape: Shape = Shape.AUTO) -> None:
        self.path = path
        self.shape = _shape(path) if shape is Shape.AUTO else shape

    @property
    def format(self) -> rpc.RecordFormat.ValueType:
        """As the registry is told; rows of a document are handed in as JSON lines."""
        if self.shape is Shape.CSV:
            return rpc.RECORD_FORMAT_CSV
        return rpc.RECORD_FORMAT_JSONL

    @property
    def size(self) -> int:
        """Of the file, in bytes."""
        return self.path.stat().st_size

    def survey(self, progress: Callable[[int], None] = lambda _: None) -> Survey:
        """Hash the file and count its records; `progress` is told the bytes read.

        Raises:
            UsageError: it holds no record, or one cannot be told from the next.
        """
        digest, records, count, end = hashlib.sha256(), hashlib.sha256(), 0, 0
        with _opened(self.path) as file:
            hashing = _Hashing(file, digest.update, progress)
            for count, one in enumerate(self._split(hashing), 1):  # noqa: B007 - the last one counts
                records.update(hashlib.sha256(one.raw).digest())
                end += len(one.before) + len(one.raw)
            hashing.drain()
            if count == 0 or (count == 1 and self.shape is Shape.CSV):
                raise UsageError(
                    f"{self.path.name}: holds no row",
                    next_step="name a register: JSON lines, or CSV with a line of column names",
                )
            file.seek(end)
            rest = file.read(BYTES_MAX + 1)
        if len(rest) > BYTES_MAX:
            raise UsageError(
                f"{self.path.name}: more than {BYTES_MAX // 1024} KiB behind its last record are none",
                next_step="take them out and hand the file in again",
            )
        return Survey(digest.digest(), records.digest(), count, rest)

    def records(self, after: int = 0) -> Iterator[Record]:
        """The records but for the first `after`. Raises UsageError."""
        with _opened(self.path) as file:
            yield from itertools.islice(self._split(file), after, None)

    def _split(self, file: "BinaryIO | _Hashing") -> Iterator[Record]:
        if self.shape is Shape.JSON:
            content = file.read(_DOCUMENT_BYTES_MAX + 1)
            if len(content) > _DOCUMENT_BYTES_MAX:
                raise UsageError(
                    f"{self.path.name}: is longer than a JSON document of rows may be, 64 MiB",
                    next_step="hand it in as JSON lines, one object a line",
                )
            return documents.rows(content)
        return lines.csv_records(file) if self.shape is Shape.CSV else lines.json_lines(file)


class _Hashing:
    """A file whose every byte that is read is hashed as well."""

    def __init__(
        self,
        file: BinaryIO,
        update: Callable[[bytes], None],
        progress: Callable[[int], None],
    ) -> None:
        self._file = file
        self._update = update
        self._progress = progress
        self._read_bytes = self._told_bytes = 0

    def readline(self, size: int = -1) -> bytes:
        """One line."""
        return self._seen(self._file.readline(size))

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        return self._seen(self._file.read(size))

    def drain(self) -> None:
        """Hash what was not needed for splitting."""
        while self.read(1 << 20):
            pass

    def _seen(self, content: bytes) -> bytes:
        self._update(content)
        self._read_bytes += len(content)
        if self._read_bytes - self._told_bytes > 1 << 20:
            self._told_bytes = self._read_bytes
            self._progress(self._read_bytes)
        return content


def _shape(path: Path) -> Shape:
    with _opened(path) as file:
        head = file.read(_LOOK_BYTES)
    if head.startswith(_MARKS_UTF_16):
        raise UsageError(
            f"{path.name}: is UTF-16", next_step="save it as UTF-8 or GB 18030 and hand it in again"
        )
    if b"\x00" in head:
        raise UsageError(
            f"{path.name}: holds zero bytes, as spreadsheets and UTF-16 do, and is no text",
            next_step="save it as CSV in UTF-8 and hand it in again",
        )
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"\r" in start and b"\n" not in start:
        raise UsageError(
            f"{path.name}: ends its lines as old Macintosh programs did",
            next_step="save it as CSV in UTF-8 with other line ends and hand it in again",
        )
    if path.suffix.lower() == ".csv":
        return Shape.CSV
    if path.suffix.lower() in _LINES_SUFFIXES and not _is_document(start):
        return Shape.JSONL
    if start.startswith(b"{"):
        return Shape.JSONL if _is_row(start.split(b"\n", 1)[0]) else Shape.JSON
    if start.startswith(b"[") or path.suffix.lower() in {".json", ".jsonp", ".js"}:
        return Shape.JSON
    return Shape.CSV


def _is_document(start: bytes) -> bool:
    """Whether what is called JSON lines is a document all the same; a broken first line is none."""
    first_line, ends, _ = start.partition(b"\n")
    if not ends:
        return False
    return first_line.strip() == b"{" or start.startswith(b"[") or _is_relays(first_line) is True


def _is_row(first_line: bytes) -> bool:
    """Whether the first line is a whole JSON object that is no document of rows."""
    return _is_relays(first_line) is False


def _is_relays(first_line: bytes) -> bool | None:
    """Whether it is the relay's document; None where it is no JSON."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return documents.is_relay_document(json.loads(first_line.decode(encoding)))
        except (ValueError, RecursionError):
            continue
    # Longer than was looked at, or a document over several lines.
    return None


def _opened(path: Path) -> BinaryIO:
    try:
        # It is read three times, which a pipe cannot be: what the first look takes of it would be missing.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError(
                f"{path}: is no file that can be read more than once",
                next_step="write it into a file first, and name that",
            )
        return path.open("rb")
    except FileNotFoundError:
        raise UsageError(
            f"{path}: there is no such file", next_step="name one that is there"
        ) from None
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read: {error.strerror}", next_step="look at its path and rights"
        ) from None
