"""A partner's copy of restrictions: entries and the number they bring it to, in one transaction."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from chassis.stores.queries import NamedQueries
from courtlist.restriction.v1 import restriction_pb2

FILE_NAME: Final = "copy.sqlite3"
_KNOWN: Final = (
    restriction_pb2.RESTRICTION_EVENT_SET,
    restriction_pb2.RESTRICTION_EVENT_LIFTED,
)


@dataclass(frozen=True, slots=True)
class _Statements:
    read_copy: str
    write_copy: str
    write_restriction: str
    write_digest: str
    delete_restriction: str
    delete_digests: str
    clear_restrictions: str
    clear_digests: str
    says_version: str
    add_version: str
    count: str
    count_versions: str


def _statements() -> _Statements:
    return NamedQueries.load("partner", "sql/queries.sql").into(_Statements)


class Copy:
    """One SQLite file for every field. Its calls block, and wait for one another.

    A call whose caller is gone goes on in its thread: closing waits for it, because SQLite does not
    survive being closed under a statement.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._sql = _statements()
        self._turn = threading.Lock()
        self._connection = sqlite3.connect(
            folder / FILE_NAME, isolation_level=None, check_same_thread=False
        )
        # A commit outlives a kill and a power failure: what was acknowledged is never lost.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        schema = resources.files("partner").joinpath("sql/schema.sql")
        self._connection.executescript(schema.read_text(encoding="utf-8"))
        if self._connection.execute(self._sql.says_version).fetchone() is None:
            self._connection.execute(self._sql.add_version)

    def close(self) -> None:
        """Close the file; whatever still waits for its turn fails with sqlite3.ProgrammingError."""
        with self._turn:
            self._connection.close()

    def receive(
        self,
        field: str,
        series: str,
        after: int,
        entries: Sequence[restriction_pb2.RestrictionEntry],
    ) -> int:
        """Apply what follows without a gap and return the last number applied.

        An entry of a kind that this program does not know is not applied, nor is any after it: the
        number says so.
        """
        with self._turn, self._transaction():
            applied = self._begin(field, series)
            if after > applied:
                return applied
            reached = applied
            for entry in entries:
                if entry.number <= reached:
                    continue
                if entry.number != reached + 1 or entry.event not in _KNOWN:
                    break
                self._apply(field, entry)
                reached = entry.number
            if reached != applied:
                self._connection.execute(self._sql.write_copy, (field, series, reached))
            return reached

    def _begin(self, field: str, series: str) -> int:
        """The number that the copy stands at; of another series than it was made of, it is dropped."""
        row = self._connection.execute(self._sql.read_copy, (field,)).fetchone()
        if row is not None and row[0] == series:
            return int(row[1])
        self._connection.execute(self._sql.clear_restrictions, (field,))
        self._connection.execute(self._sql.clear_digests, (field,))
        self._connection.execute(self._sql.write_copy, (field, series, 0))
        return 0

    def _apply(self, field: str, entry: restriction_pb2.RestrictionEntry) -> None:
        # SET replaces everything known of the restriction; LIFTED leaves nothing, so that what is
        # void from the start is erased, too.
        self._connection.execute(self._sql.delete_digests, (field, entry.restriction_id))
        if entry.event == restriction_pb2.RESTRICTION_EVENT_LIFTED:
            self._connection.execute(self._sql.delete_restriction, (field, entry.restriction_id))
            return
        self._connection.execute(
            self._sql.write_restriction, (field, entry.restriction_id, entry.SerializeToString())
        )
        self._connection.executemany(
            self._sql.write_digest,
            [
                (field, digest, entry.restriction_id, entry.secret_version or 1)
                for digest in entry.digests
            ],
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def count(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """What the copy in `folder` holds, by field; it may be read beside the process that writes it.

    `secret_versions` has the digests by the version of the secret that they are keyed by.

    Raises FileNotFoundError when there is none.
    """
    path = folder / FILE_NAME
    if not path.exists():
        raise FileNotFoundError(path)
    sql = _statements()
    with closing(sqlite3.connect(path)) as connection:
        return {
            field: {
                "applied": applied,
                "restrictions": restrictions,
                "digests": digests,
                "secret_versions": dict(
                    connection.execute(sql.count_versions, (field,)).fetchall()
                ),
            }
            for field, applied, restrictions, digests in connection.execute(sql.count).fetchall()
        }
