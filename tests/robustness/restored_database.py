"""Putting an older copy of the registry's database back, under a follower that knows more.

PostgreSQL itself copies the database file by file. Nobody may be connected meanwhile, so whoever is
connected is thrown out, as by any restore.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from tests.robustness.world import World


class RegistryCopies:
    """Takes a copy of the registry's database and puts it back, any number of times."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._taken = 0

    async def take(self) -> str:
        """A copy of everything committed so far; returns its name."""
        self._taken += 1
        name = f"registry_copy_{self._taken}"
        async with self._closed() as connection:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE registry")
        return name

    async def put_back(self, name: str) -> None:
        """The registry's database is what it was when `name` was taken."""
        async with self._closed() as connection:
            await connection.execute("DROP DATABASE registry WITH (FORCE)")
            await connection.execute(
                f"CREATE DATABASE registry TEMPLATE {name} OWNER registry_owner"
                " ALLOW_CONNECTIONS false"
            )
            # What is granted inside a database comes with the copy, who may enter it does not.
            await connection.execute("REVOKE ALL ON DATABASE registry FROM PUBLIC")
            await connection.execute(
                "GRANT CONNECT ON DATABASE registry TO registry, registry_import, registry_erase"
            )

    @asynccontextmanager
    async def _closed(self) -> AsyncIterator[asyncpg.Connection]:
        """Nobody can connect to the registry's database for the life of the context."""
        assert self._world.stack.postgres is not None
        connection = await asyncpg.connect(self._world.stack.postgres.dsn)
        try:
            await connection.execute("ALTER DATABASE registry ALLOW_CONNECTIONS false")
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'registry'"
            )
            yield connection
        finally:
            await connection.execute("ALTER DATABASE registry ALLOW_CONNECTIONS true")
            await connection.close()


class LogReader:
    """The lines that a service's log gained since the reader was made."""

    def __init__(self, world: World, name: str) -> None:
        self._path = world.service(name).process.log.path
        self._from = self._path.stat().st_size

    def lines(self) -> list[Mapping[str, Any]]:
        """Each whole line's fields; what is no JSON is passed over."""
        with self._path.open("rb") as file:
            file.seek(self._from)
            written = file.read()
        text = written[: written.rfind(b"\n") + 1].decode("utf-8", errors="replace")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def events(self) -> set[str]:
        """What happened, by name."""
        return {str(line.get("event")) for line in self.lines()}
