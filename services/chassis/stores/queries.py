"""Named SQL: every statement lives in a .sql file, with a name and a description.

-- name: find_account
-- One account by its id; no row if there is none.
SELECT account_id, ... FROM account WHERE account_id = $1;
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from importlib import resources
from typing import Final, TypeVar

T = TypeVar("T")

_NAME_LINE: Final = re.compile(r"^--\s*name:\s*(?P<name>\S*)\s*$")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class QueryError(Exception):
    """A .sql file, or what is asked of it, is not as it must be. Raised at start, never later."""


class NamedQueries(Mapping[str, str]):
    """The statements of one file, or of several, by name."""

    def __init__(self, statements: Mapping[str, str], *, source: str) -> None:
        self._statements = dict(statements)
        self._source = source

    @classmethod
    def load(cls, package: str, *filenames: str) -> "NamedQueries":
        """Read each of `filenames` (may hold a folder: `sql/queries.sql`) from `package`, as one."""
        folder = resources.files(package)
        texts = [folder.joinpath(one).read_text(encoding="utf-8") for one in filenames]
        return cls.parse("\n".join(texts), source=f"{package}/{', '.join(filenames)}")

    @classmethod
    def parse(cls, text: str, *, source: str) -> "NamedQueries":
        """Read statements; each needs a name, a description and a body, and names are unique."""
        statements: dict[str, str] = {}
        for name, lines in _blocks(text, source):
            if not _NAME.fullmatch(name):
                raise QueryError(f"{source}: {name!r} is no name; use lower case, digits and _")
            if name in statements:
                raise QueryError(f"{source}: {name} is defined twice; rename one")
            if not lines or not lines[0].startswith("--") or not lines[0].strip("- "):
                raise QueryError(
                    f"{source}: {name} has no description; add a comment line below it"
                )
            body = "\n".join(line for line in lines if not line.lstrip().startswith("--")).strip()
            if not body.rstrip(";"):
                raise QueryError(f"{source}: {name} has no statement")
            statements[name] = body.removesuffix(";")
        return cls(statements, source=source)

    def into(self, shape: type[T]) -> T:
        """Fill a dataclass whose fields (all str) are the names a store uses.

        Raises QueryError for a field without a statement and for a statement without a field: both
        are found when the process starts, and no statement is ever dead.
        """
        assert is_dataclass(shape)
        wanted = {one.name for one in fields(shape)}
        if missing := sorted(wanted - self._statements.keys()):
            raise QueryError(f"{self._source}: no statement named {', '.join(missing)}")
        if unused := sorted(self._statements.keys() - wanted):
            raise QueryError(f"{self._source}: {', '.join(unused)} not used by {shape.__name__}")
        return shape(**self._statements)

    def __getitem__(self, name: str) -> str:
        if name not in self._statements:
            raise QueryError(f"{self._source}: no statement named {name}")
        return self._statements[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)

    def __len__(self) -> int:
        return len(self._statements)


def _blocks(text: str, source: str) -> Iterator[tuple[str, list[str]]]:
    """(name, the lines below it) for each `-- name:` line; blank lines are dropped."""
    name: str | None = None
    lines: list[str] = []
    for line in text.splitlines():
        found = _NAME_LINE.match(line)
        if found:
            if name is not None:
                yield name, lines
            name, lines = found["name"], []
        elif line.strip():
            if name is None and not line.startswith("--"):
                raise QueryError(f"{source}: a statement stands before the first `-- name:` line")
            lines.append(line)
    if name is not None:
        yield name, lines
