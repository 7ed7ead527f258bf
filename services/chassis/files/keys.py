"""Files that hold keys: read only while nobody else can read them, as ssh does with a user's own."""

import enum
import os
from pathlib import Path
from typing import Final

from chassis.config import Environment, Problem


class KeyReaders(enum.StrEnum):
    """Who may be able to read a file that holds a key."""

    OWNER = "owner"
    GROUP = "group"
    """The file's group, too: as orchestrators mount secrets for an account that does not own them."""
    ANYONE = "anyone"
    """Whoever is let so far: what holds the file, a container or a folder, keeps others out."""


class LooseKeyFileError(ValueError):
    """A file that holds a key can be read, or replaced, by others than may; nothing of it was used."""


_OTHERS: Final = {
    KeyReaders.OWNER: 0o077,
    KeyReaders.GROUP: 0o027,
    KeyReaders.ANYONE: 0o000,
}


def read_key_file(path: Path, readers: KeyReaders = KeyReaders.OWNER) -> bytes:
    """The content. Raises LooseKeyFileError, and OSError where it cannot be read."""
    with path.open("rb") as file:
        # Of the file that is open: what lies at the path may be another one by now.
        mode = os.fstat(file.fileno()).st_mode & 0o777
        if mode & _OTHERS[readers]:
            strict = 0o600 if readers is KeyReaders.OWNER else 0o640
            why = f"holds a key and its mode {mode:04o} lets others at it; chmod {strict:o}"
            raise LooseKeyFileError(f"{why} {path}")
        return file.read()


def read_key_readers(environment: Environment) -> KeyReaders:
    """Read the setting."""
    said = environment.text(
        "COURTLIST_KEY_READERS",
        default=KeyReaders.OWNER.value,
        about="who may be able to read files that hold keys: owner, group (secrets that an orchestrator mounts) "
        "or anyone (where a container keeps others out)",
    )
    if said not in set(KeyReaders):
        environment.refuse(
            Problem("COURTLIST_KEY_READERS", "names nobody", f"one of: {', '.join(KeyReaders)}")
        )
        return KeyReaders.OWNER
    return KeyReaders(said)
