"""What a backup says of itself: its files with their hashes, and the ledger's head when it was made."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from cli.errors import Problem, RefusedError, UsageError

NAME: Final = "manifest.json"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the ledger shortly before the dump: the dump holds it, and maybe more."""

    incarnation: str
    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class StoreFile:
    """The dump of one store."""

    store: str
    file: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One backup. `head` is None when the registry was down, so that nobody could be asked."""

    created_at: str
    postgres_major: int
    head: Head | None
    stores: tuple[StoreFile, ...]

    def data(self) -> dict[str, Any]:
        """As it is written, and as --json prints it."""
        return {"format": _FORMAT, **asdict(self)}

    def write(self, folder: Path) -> None:
        """Into its folder."""
        text = json.dumps(self.data(), indent=2, ensure_ascii=False)
        path = folder / NAME
        path.touch(mode=0o600)
        path.write_text(f"{text}\n", encoding="utf-8")

    def store(self, name: str) -> StoreFile:
        """The dump of one store. Raises UsageError."""
        for one in self.stores:
            if one.store == name:
                return one
        held = ", ".join(one.store for one in self.stores)
        raise UsageError(f"the backup does not hold {name}; it holds: {held}")


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises UsageError."""
    path = folder / NAME
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        if given["format"] != _FORMAT:
            raise UsageError(
                f"{path}: is of another release", next_step="use the release that made it"
            )
        head = given["head"]
        return Manifest(
            created_at=str(given["created_at"]),
            postgres_major=int(given["postgres_major"]),
            head=None if head is None else Head(**head),
            stores=tuple(StoreFile(**one) for one in given["stores"]),
        )
    except FileNotFoundError:
        raise UsageError(
            f"{folder}: is no backup: it has no {NAME}",
            next_step="name the folder or the .tar that `courtlist backup` made",
        ) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(
            f"{path}: cannot be read as a backup's manifest",
            next_step="use another copy of the backup",
        ) from None


def verify(folder: Path, stores: tuple[StoreFile, ...], progress: Callable[[int], None]) -> None:
    """Compare the dumps with their hashes. Raises RefusedError, with every dump that is another."""
    wrong: list[Problem] = []
    done = 0
    for one in stores:
        # A manifest names files beside itself, nothing elsewhere.
        path = folder / Path(one.file).name
        try:
            found = sha256(path)
        except OSError as error:
            wrong.append(Problem(one.file, "FILE_MISSING", error.strerror or "cannot be read"))
            continue
        done += one.size_bytes
        progress(done)
        if found != one.sha256:
            wrong.append(Problem(one.file, "FILE_ALTERED", "its hash is not the manifest's"))
    if wrong:
        raise RefusedError(
            "the backup is damaged; nothing was restored",
            reason="BACKUP_DAMAGED",
            problems=wrong,
            next_step="use another copy of it",
        )


def sha256(path: Path) -> str:
    """Of a file, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
