"""The disks of a deployment, each copied alone; what lies where: deploy/README.md."""

import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
from redis.asyncio import Redis

from cli.backups.programs import installed
from stack.client_profile import write_profile
from stack.supervisor import Stack
from tests.system.cli.terminal import Terminal
from tests.system.privacy.places import rows_of, store_of
from tests.system.privacy.thief import Loot

_PAGE = 8192


async def database_of(stack: Stack, name: str) -> Loot:
    """A service's database, read by whoever starts a server on the copied files."""
    return Loot(written=b"\n".join((await rows_of(store_of(stack, name))).values()))


async def database_files(stack: Stack) -> bytes:
    """The server's files with its write-ahead log: each page that is unlike all before it."""
    assert stack.postgres is not None
    connection = await asyncpg.connect(stack.postgres.dsn)
    try:
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
    pages = _pages(stack.folder.path / "postgres" / "data")
    return b"".join(dict.fromkeys(pages))


async def backup(stack: Stack, folder: Path) -> Loot:
    """What `courtlist backup` writes, unpacked as `pg_restore` does it."""
    terminal = Terminal(profile=write_profile(stack), folder=folder)
    await terminal.done("backup", "night.tar")
    with tarfile.open(folder / "night.tar") as archive:
        archive.extractall(folder / "night", filter="data")
    program = installed(None, {})[0].path("pg_restore")
    found = [(folder / "night" / "manifest.json").read_bytes()]
    found += [_read(program, dump) for dump in sorted((folder / "night").glob("*.dump"))]
    return Loot(written=b"\n".join(found))


def _read(program: Path, dump: Path) -> bytes:
    """The statements that bring back what a dump holds."""
    command = [str(program), "--file=-", str(dump)]
    return subprocess.run(command, check=True, capture_output=True).stdout


async def valkey_dump(stack: Stack) -> Loot:
    """The file that Valkey writes when it is told to keep what it holds; it is told so here only."""
    assert stack.valkey is not None
    client: Any = Redis.from_url(stack.valkey.url)
    try:
        # Packed text would hide from a search what it does not hide from a thief.
        await client.config_set("rdbcompression", "no")
        await client.save()
    finally:
        await client.aclose()
    content = (stack.folder.path / "valkey" / "dump.rdb").read_bytes()
    return Loot(written=content, raw=content)


def partner(stack: Stack) -> Loot:
    """The copy of a partner who is pushed to, as whoever opens the file reads it, and the file."""
    folder = stack.folder.path / "services" / "demo-copy"
    with closing(sqlite3.connect(folder / "copy.sqlite3")) as connection:
        lines = "\n".join(connection.iterdump())
    raw = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    return Loot(written=lines.encode(), raw=b"".join(dict.fromkeys(_cut(raw, 4096))))


def texts_in(stack: Stack, *folders: str) -> Loot:
    """Every file in folders of the data folder."""
    paths = (path for folder in folders for path in (stack.folder.path / folder).rglob("*"))
    return Loot(written=b"\n".join(one.read_bytes() for one in paths if one.is_file()))


def _pages(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from _cut(path.read_bytes(), _PAGE)


def _cut(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))
