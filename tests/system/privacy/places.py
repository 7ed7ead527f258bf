"""Everything that the processes of a stack say or keep, place by place."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from redis.asyncio import Redis

from stack.supervisor import Stack
from tests.system.metrics import text_of

Places = Mapping[str, bytes]
"""What stands there, by a place's name."""

_TABLES: Final = (
    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)
_CORE: Final = r"Max core file size +(?P<sizes>\S+ +\S+)"
# What the server itself keeps of statements and of columns' values.
_VIEWS: Final = ("pg_stat_activity", "pg_stats", "pg_prepared_statements")
# Databases' files are read as tables here; as files they are what a stolen disk holds.
_READ_OTHERWISE: Final = frozenset({"postgres", "logs"})


async def told(stack: Stack) -> dict[str, bytes]:
    """What is said to operators: logs, metrics, and what the kernel shows of each process and what it holds open."""
    found = {f"log {path.name}": path.read_bytes() for path in _files(stack.folder.path / "logs")}
    for name in stack.metrics:
        found[f"metrics of {name}"] = (await text_of(stack, name)).encode()
    return {**found, **dict(_shown_by_the_kernel(stack)), **held_open(stack)}


async def kept(stack: Stack) -> dict[str, bytes]:
    """What is kept: every row of every table, every key and value of Valkey, every file."""
    found: dict[str, bytes] = {}
    for name in stack.stores:
        for table, rows in (await rows_of(store_of(stack, name), _VIEWS)).items():
            found[f"{name}'s {table}"] = rows
    assert stack.valkey is not None
    found["Valkey"] = await held_by(stack.valkey.url)
    for path in _files(stack.folder.path):
        inside = path.relative_to(stack.folder.path)
        # SQLite's beside its database come and go.
        with suppress(FileNotFoundError):
            if inside.parts[0] not in _READ_OTHERWISE:
                found[f"file {inside}"] = path.read_bytes()
    return found


def store_of(stack: Stack, name: str) -> str:
    """The database of a service, as who may read everything in it."""
    assert stack.postgres is not None
    return urlunsplit(urlsplit(stack.postgres.dsn)._replace(path=f"/{name}"))


async def rows_of(dsn: str, views: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Every row by table, as PostgreSQL writes it: bytes in hexadecimal. The same of `views`."""
    connection = await asyncpg.connect(dsn)
    try:
        tables = [row[0] for row in await connection.fetch(_TABLES)]
        return {
            table: b"\n".join(
                row[0].encode()
                for row in await connection.fetch(f"SELECT ROW(t.*)::text FROM {table} AS t")
            )
            for table in (*tables, *views)
        }
    finally:
        await connection.close()


async def held_by(url: str) -> bytes:
    """Every key and value, whatever its type, and the commands that the server remembers."""
    client: Any = Redis.from_url(url)
    readers = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"set": client.smembers,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        b"stream": client.xrange,
    }
    try:
        held: list[Any] = [await client.slowlog_get(), await client.client_list()]
        async for key in client.scan_iter():
            # A key may expire while it is looked at.
            if (kind := await client.type(key)) != b"none":
                held += [key, await readers[kind](key)]
    finally:
        await client.aclose()
    return b"\n".join(_leaves(held))


@asynccontextmanager
async def overheard(url: str) -> AsyncIterator[bytearray]:
    """Every command that a Valkey is given meanwhile: entries live for seconds only."""
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    heard = bytearray()

    async def listen() -> None:
        while content := await reader.read(1 << 16):
            heard.extend(content)

    writer.write(f"AUTH {at.password}\r\nMONITOR\r\n".encode())
    assert [await reader.readline() for _ in range(2)] == [b"+OK\r\n"] * 2
    listening = asyncio.create_task(listen())
    try:
        yield heard
    finally:
        listening.cancel()
        writer.close()


def _shown_by_the_kernel(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Arguments and environment of each process; one that serves a connection may be gone meanwhile."""
    for name, pid in _processes(stack):
        for kind in ("cmdline", "environ"):
            with suppress(FileNotFoundError, ProcessLookupError):
                yield f"{kind} of {name}", Path(f"/proc/{pid}/{kind}").read_bytes()


def held_open(stack: Stack) -> dict[str, bytes]:
    """What stands in files that a process has open elsewhere than in the data folder, deleted ones among them."""
    found: dict[str, bytes] = {}
    for name, pid in _processes(stack):
        with suppress(FileNotFoundError, ProcessLookupError):
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(FileNotFoundError, ProcessLookupError):
                    if _is_elsewhere(stack, descriptor):
                        place = f"open file of {name}"
                        found[place] = found.get(place, b"") + descriptor.read_bytes() + b"\n"
    return found


def core_limits(stack: Stack) -> dict[str, list[str]]:
    """How large a core dump of each service of ours may be, soft and hard."""
    found: dict[str, list[str]] = {}
    for name in stack.metrics:
        limits = Path(f"/proc/{stack.services[name].process.pid}/limits").read_text("ascii")
        found[name] = next(re.finditer(_CORE, limits))["sizes"].split()
    return found


def _is_elsewhere(stack: Stack, descriptor: Path) -> bool:
    inside = descriptor.readlink().is_relative_to(stack.folder.path)
    return descriptor.is_file() and (not inside or descriptor.stat().st_nlink == 0)


def _processes(stack: Stack) -> Iterator[tuple[str, int]]:
    servers = [server for server in (stack.postgres, stack.valkey) if server is not None]
    for one in (*stack.services.values(), *servers):
        pid = one.process.pid
        assert pid is not None, one.process.name
        yield one.process.name, pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
        yield from (
            (f"{one.process.name}'s child {child}", int(child)) for child in children.split()
        )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _leaves(value: Any) -> Iterator[bytes]:
    """Every value in it as bytes."""
    if isinstance(value, Mapping):
        yield from _leaves([*value.items()])
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _leaves(one)
    else:
        yield value if isinstance(value, bytes) else str(value).encode()
