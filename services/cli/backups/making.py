"""Making a backup: whole or not at all."""

import os
import shutil
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cli.backups.database import Database
from cli.backups.manifest import Head, Manifest, StoreFile, sha256
from cli.errors import UsageError

_ASIDE: Final = ".partial"
_ARCHIVE: Final = ".tar"


def make(
    target: Path,
    databases: Sequence[Database],
    head: Head | None,
    progress: Callable[[str, int], None],
) -> Manifest:
    """Dump every database into `target`, a folder or a `.tar`; `progress` is told store and bytes.

    It is made aside and renamed: what has the name is whole. Raises UsageError, CliError.
    """
    if target.exists():
        raise UsageError(
            f"{target}: exists, and a backup is never overwritten", next_step="choose another name"
        )
    aside = target.with_name(target.name + _ASIDE)
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise UsageError(
            f"{target}: cannot be written: {error.strerror}",
            next_step="name a new folder, or FILE.tar, where there is room",
        ) from None
    try:
        stores = tuple(_dump(one, aside, progress) for one in databases)
        major = max(one.programs.major for one in databases)
        created_at = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(created_at, major, head, stores)
        manifest.write(aside)
        _to_disk(aside)
        if target.suffix == _ARCHIVE:
            _archive(aside, target)
        else:
            aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return manifest


@contextmanager
def opened(target: Path, room: Path) -> Iterator[Path]:
    """The folder of a backup; a `.tar` is unpacked into `room`. Raises UsageError."""
    if not target.is_file():
        yield target
        return
    try:
        with tarfile.open(target) as archive:
            for member in archive:
                _unpack(archive, member, room)
    except (tarfile.TarError, OSError):
        raise UsageError(
            f"{target}: is no backup that can be unpacked",
            next_step="name the folder or the .tar that `courtlist backup` made",
        ) from None
    yield room


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, room: Path) -> None:
    """One file of a backup; no path outside, no link, no device. Raises TarError for anything else.

    Not `extractall(filter="data")`: Python 3.11 has it from 3.11.4 only, and Debian 12 has 3.11.2.
    """
    parts = Path(member.name).parts
    if member.isdir() and not parts:
        return
    source = archive.extractfile(member) if member.isreg() else None
    if source is None or len(parts) != 1 or parts[0] == "..":
        raise tarfile.TarError("holds something else than the files of a backup")
    with (room / parts[0]).open("xb") as file:
        shutil.copyfileobj(source, file)


def _dump(database: Database, folder: Path, progress: Callable[[str, int], None]) -> StoreFile:
    path = folder / f"{database.store}.dump"
    database.dump(path, lambda size: progress(database.store, size))
    return StoreFile(database.store, path.name, path.stat().st_size, sha256(path))


def _archive(folder: Path, target: Path) -> None:
    part = target.with_name(target.name + _ASIDE + _ARCHIVE)
    try:
        part.touch(mode=0o600)
        with tarfile.open(part, "w") as archive:
            for path in sorted(folder.iterdir()):
                archive.add(path, arcname=path.name)
        _sync(part)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _to_disk(folder: Path) -> None:
    """A backup that a power failure takes back is none."""
    for path in (*folder.iterdir(), folder):
        _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
