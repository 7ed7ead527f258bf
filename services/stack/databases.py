"""A role and a database of its own for each service, so that none can read another's tables."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from chassis.queries import NamedQueries


@dataclass(frozen=True, slots=True)
class _Queries:
    role_exists: str
    database_exists: str
    create_role: str
    set_password: str
    create_database: str
    close_database: str


async def ensure_database(superuser_dsn: str, name: str, password: str) -> str:
    """Make role and database `name` where they are missing; return the DSN of both."""
    queries = NamedQueries.load("stack", "sql/queries.sql").into(_Queries)
    connection = await asyncpg.connect(superuser_dsn)
    try:
        if not await connection.fetchval(queries.role_exists, name):
            await connection.execute(await connection.fetchval(queries.create_role, name))
        await connection.execute(await connection.fetchval(queries.set_password, name, password))
        if not await connection.fetchval(queries.database_exists, name):
            await connection.execute(await connection.fetchval(queries.create_database, name))
            await connection.execute(await connection.fetchval(queries.close_database, name))
    finally:
        await connection.close()
    server = urlsplit(superuser_dsn)
    at = f"{server.hostname}:{server.port}"
    return urlunsplit(server._replace(netloc=f"{name}:{password}@{at}", path=f"/{name}"))
