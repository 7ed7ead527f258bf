"""Numbered SQL files, applied in order under a lock, each in a transaction of its own."""

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import resources
from typing import Final

import asyncpg
import structlog

from chassis.stores.awaiting import connected
from chassis.stores.faults import is_store_fault, store_unavailable

_FILE: Final = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.sql")
_SCHEMA: Final = re.compile(r"[a-z][a-z0-9_]{0,40}")

_CREATE_SCHEMA: Final = """
CREATE SCHEMA IF NOT EXISTS {schema};
CREATE TABLE IF NOT EXISTS {schema}.migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""
_SELECT_APPLIED: Final = "SELECT number, name, sha256 FROM {schema}.migration ORDER BY number"
# Whoever may not make the schema, or is not its owner, can only look at it.
_MAY_MIGRATE: Final = """
SELECT COALESCE(
    (SELECT pg_has_role(nspowner, 'USAGE') FROM pg_catalog.pg_namespace WHERE nspname = $1),
    has_database_privilege(current_database(), 'CREATE')
)
"""
_INSERT_APPLIED: Final = "INSERT INTO {schema}.migration (number, name, sha256) VALUES ($1, $2, $3)"


class MigrationError(Exception):
    """The files and the schema do not fit together; nothing more was applied."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: `0001_name.sql`. Its names are unqualified; they fall into the target schema."""

    number: int
    name: str
    sql: str

    @property
    def label(self) -> str:
        """As the file is called: `0001_name`."""
        return f"{self.number:04}_{self.name}"

    @property
    def sha256(self) -> str:
        """The hash of the file's text, by which a later edit is noticed."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationSettings:
    """Where to, and how long to wait.

    `wait_s` bounds the wait for another starter that migrates, `connect_wait_s` the one for a server
    that is still starting; `lock_timeout_s` is short, because a statement that queues for a lock on a
    busy table holds up everybody behind it.
    """

    dsn: str = field(repr=False)  # holds the password
    schema: str
    wait_s: float = 60.0
    connect_wait_s: float = 0.0
    lock_timeout_s: float = 3.0
    statement_timeout_s: float = 60.0


def load_migrations(package: str, folder: str) -> tuple[Migration, ...]:
    """The files of `folder` in `package`, numbered 1, 2, 3 … without a gap."""
    migrations = []
    for entry in sorted(
        resources.files(package).joinpath(folder).iterdir(), key=lambda one: one.name
    ):
        if not entry.name.endswith(".sql"):
            continue
        found = _FILE.fullmatch(entry.name)
        if found is None:
            raise MigrationError(f"{entry.name}: name it like 0001_what_it_does.sql")
        text = entry.read_text(encoding="utf-8")
        migrations.append(Migration(int(found["number"]), found["name"], text))
    numbers = [one.number for one in migrations]
    if numbers != list(range(1, len(numbers) + 1)):
        raise MigrationError(
            f"{package}/{folder}: numbers {numbers} are not 1, 2, 3 … without a gap"
        )
    return tuple(migrations)


async def migrate(
    migrations: tuple[Migration, ...],
    settings: MigrationSettings,
    *,
    then: Callable[[asyncpg.Connection], Awaitable[None]] | None = None,
) -> int:
    """Apply what is missing and return how many were applied. Safe to call from every starter.

    `then` follows under the same lock, whether anything was applied or not. Raises MigrationError if
    an applied file was changed or the schema is newer than this program, ServiceError
    STORE_UNAVAILABLE if the server does not answer or a lock was not had in time.
    """
    async with _connected(settings) as connection:
        count = await _migrate(connection, migrations, settings)
        if then is not None:
            await then(connection)
        return count


async def may_migrate(settings: MigrationSettings) -> bool:
    """Whether this role owns the schema or, where there is none yet, could make it."""
    async with _connected(settings) as connection:
        allowed: bool = await connection.fetchval(_MAY_MIGRATE, settings.schema)
        return allowed


async def check(migrations: tuple[Migration, ...], settings: MigrationSettings) -> None:
    """Change nothing, and raise MigrationError unless the schema is the one this program knows."""
    remedy = f"run `python -m {settings.schema} migrate` as its owner"
    async with _connected(settings) as connection:
        try:
            applied = await _applied(connection, settings.schema)
        except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError) as error:
            raise MigrationError(
                f"schema {settings.schema} is not there, or not for this role; {remedy}"
            ) from error
    _check(migrations, applied, settings.schema)
    missing = [one.label for one in migrations if one.number not in applied]
    if missing:
        raise MigrationError(f"schema {settings.schema} lacks {', '.join(missing)}; {remedy}")


@asynccontextmanager
async def _connected(settings: MigrationSettings) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose end gives every lock back; store faults leave as STORE_UNAVAILABLE."""
    if not _SCHEMA.fullmatch(settings.schema):
        raise MigrationError(f"{settings.schema!r} cannot name a schema; use lower case, digits, _")
    connection = await connected(
        lambda: asyncpg.connect(settings.dsn, timeout=5.0), wait_s=settings.connect_wait_s
    )
    try:
        yield connection
    except Exception as error:
        if is_store_fault(error, connection):
            raise store_unavailable() from error
        raise
    finally:
        connection.terminate()


async def _migrate(
    connection: asyncpg.Connection, migrations: tuple[Migration, ...], settings: MigrationSettings
) -> int:
    schema = settings.schema
    await _limit(connection, settings.wait_s, settings.wait_s)
    await connection.execute("SELECT pg_advisory_lock($1)", _lock_key(schema))
    await _limit(connection, settings.lock_timeout_s, settings.statement_timeout_s)
    await connection.execute(_CREATE_SCHEMA.format(schema=schema))
    applied = await _applied(connection, schema)
    _check(migrations, applied, schema)
    count = 0
    for migration in migrations:
        if migration.number in applied:
            continue
        async with connection.transaction():
            await connection.execute(f"SET LOCAL search_path TO {schema}")
            await connection.execute(migration.sql)
            await connection.execute(
                _INSERT_APPLIED.format(schema=schema),
                migration.number,
                migration.name,
                migration.sha256,
            )
        count += 1
        structlog.get_logger().info("migrated", schema=schema, migration=migration.label)
    return count


async def _applied(connection: asyncpg.Connection, schema: str) -> dict[int, tuple[str, str]]:
    """Name and hash of every migration that the schema holds, by number."""
    rows = await connection.fetch(_SELECT_APPLIED.format(schema=schema))
    return {row["number"]: (row["name"], row["sha256"]) for row in rows}


def _check(
    migrations: tuple[Migration, ...], applied: dict[int, tuple[str, str]], schema: str
) -> None:
    known = {one.number: one for one in migrations}
    for number, (name, sha256) in applied.items():
        label = f"{number:04}_{name}"
        if number not in known:
            raise MigrationError(
                f"schema {schema} holds migration {label}, which this program does not know; "
                "run the newer release"
            )
        if known[number].sha256 != sha256:
            raise MigrationError(
                f"schema {schema}: {label} was changed after it had been applied; restore the file "
                "and put the change into a new one"
            )


async def _limit(
    connection: asyncpg.Connection, lock_timeout_s: float, statement_timeout_s: float
) -> None:
    await connection.execute(f"SET lock_timeout = '{round(lock_timeout_s * 1000)}ms'")
    await connection.execute(f"SET statement_timeout = '{round(statement_timeout_s * 1000)}ms'")


def _lock_key(schema: str) -> int:
    """A signed 64-bit key of its own for each schema's migrations."""
    digest = hashlib.sha256(f"chassis.migrate:{schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
