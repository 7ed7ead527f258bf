"""A database of its own for each service: an owner who migrates it, and roles that may only work in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from chassis.stores.queries import NamedQueries


@dataclass(frozen=True, slots=True)
class _Queries:
    role_exists: str
    database_exists: str
    create_role: str
    set_password: str
    limit_role: str
    create_database: str
    hand_over: str
    close_database: str
    close_others: str
    admit_role: str


@dataclass(frozen=True, slots=True)
class Database:
    """The DSNs of one database.

    Attributes:
        owner: of the role that may alter the schema.
        roles: by name, of those that work in it.
    """

    owner: str = field(repr=False)  # they hold passwords
    roles: Mapping[str, str] = field(repr=False)


def owner_of(name: str) -> str:
    """The role that owns database `name`."""
    return f"{name}_owner"


async def ensure_database(
    superuser_dsn: str, name: str, *, beside: Sequence[str] = (), password: Callable[[str], str]
) -> Database:
    """Make database `name`, its owner and its roles (`name` and those `beside` it) where they are missing.

    `password` gives a role's. What the roles may do is granted by the service's own `migrate`.
    """
    queries = NamedQueries.load("stack", "sql/queries.sql").into(_Queries)
    owner, roles = owner_of(name), (name, *beside)
    connection = await asyncpg.connect(superuser_dsn)
    try:
        for role in (owner, *roles):
            if not await connection.fetchval(queries.role_exists, role):
                await _execute(connection, queries.create_role, role)
            await _execute(connection, queries.set_password, role, password(role))
        if not await connection.fetchval(queries.database_exists, name):
            await _execute(connection, queries.create_database, name, owner)
        # First of all, for it takes from the service's role what that held as the owner.
        await _hand_over(_inside(superuser_dsn, name), queries, name, owner)
        await _execute(connection, queries.close_database, name)
        await connection.execute(queries.close_others)
        for role in roles:
            await _execute(connection, queries.limit_role, role)
            await _execute(connection, queries.admit_role, role, name)
    finally:
        await connection.close()
    server = urlsplit(superuser_dsn)

    def dsn(role: str) -> str:
        at = f"{role}:{password(role)}@{server.hostname}:{server.port}"
        return urlunsplit(server._replace(netloc=at, path=f"/{name}"))

    return Database(owner=dsn(owner), roles={role: dsn(role) for role in roles})


def _inside(superuser_dsn: str, name: str) -> str:
    return urlunsplit(urlsplit(superuser_dsn)._replace(path=f"/{name}"))


async def _hand_over(dsn: str, queries: _Queries, name: str, owner: str) -> None:
    """Give the owner what an earlier release had made as the service's own role."""
    connection = await asyncpg.connect(dsn)
    try:
        await _execute(connection, queries.hand_over, name, owner)
    finally:
        await connection.close()


async def _execute(connection: asyncpg.Connection, query: str, *values: str) -> None:
    await connection.execute(await connection.fetchval(query, *values))
