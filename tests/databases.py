"""Fresh databases, cloned from a template that is migrated once per run of the tests."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg

Migrate = Callable[[str], Awaitable[None]]
"""Brings the empty database with this DSN to the schema of now."""


async def unmigrated(dsn: str) -> None:
    """Leave the database as PostgreSQL makes it."""


@dataclass(frozen=True)
class Schema:
    """A schema by name: fixtures that give the same name share one template.

    Override the fixture `schema` to have `database` migrated:

        @pytest.fixture(scope="session")
        def schema() -> Schema:
            return Schema("registry", migrate_registry)
    """

    name: str = "empty"
    migrate: Migrate = unmigrated


class Databases:
    """Makes and drops databases on one server. Names are unlike any other run's."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._run = secrets.token_hex(4)
        self._count = 0
        self._templates: dict[str, str] = {}

    async def fresh(self, schema: Schema) -> str:
        """Return the DSN of a new database with `schema`, equal to every other such one."""
        if schema.name not in self._templates:
            template = f"test_{self._run}_template_{schema.name}"
            await self._execute(f'CREATE DATABASE "{template}"')
            await schema.migrate(self.dsn_of(template))
            self._templates[schema.name] = template
        self._count += 1
        name = f"test_{self._run}_{self._count}"
        # The template's files as they are: half the work of writing each page to the log.
        await self._execute(
            f'CREATE DATABASE "{name}" TEMPLATE "{self._templates[schema.name]}" STRATEGY FILE_COPY'
        )
        return self.dsn_of(name)

    async def drop(self, dsn: str) -> None:
        """Drop a database, whoever is still connected to it."""
        name = urlsplit(dsn).path.removeprefix("/")
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def drop_templates(self) -> None:
        """Drop what `fresh` cloned from; for the end of the run."""
        await asyncio.gather(*(self.drop(self.dsn_of(name)) for name in self._templates.values()))

    def dsn_of(self, name: str) -> str:
        """Return the DSN of database `name` on this server."""
        return urlunsplit(urlsplit(self._dsn)._replace(path=f"/{name}"))

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self._dsn)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()
