"""A service's schema: its migrations, and what each role may do in it.

The owner of the schema migrates and grants (`python -m <service> migrate`); the service's own role
holds what sql/grants.sql lists and can change no table. Where one role does both, as in a database of
a test, the service migrates when it starts.
"""

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import structlog

from chassis.migrate import (
    Migration,
    MigrationError,
    MigrationSettings,
    check,
    load_migrations,
    may_migrate,
    migrate,
)
from chassis.stores.addresses import complain_if_unproven
from chassis.stores.awaiting import STARTING_S
from chassis.stores.queries import NamedQueries

_SERVE: Final = "serve"
_IS_OWN: Final = "SELECT $1::text = current_user"
_LOOK: Final = """
SELECT quote_ident(rolname) AS quoted,
       rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
           OR pg_has_role(oid, current_user, 'MEMBER') AS may_more
FROM pg_catalog.pg_roles WHERE rolname = $1
"""
# What an earlier release granted goes, too. Nobody sees the moment in between: one transaction.
_TAKE_BACK: Final = """
REVOKE ALL ON SCHEMA {schema} FROM PUBLIC, {role};
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {role};
GRANT USAGE ON SCHEMA {schema} TO {role}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What this release knows of a schema.

    `grants` has a block of GRANT statements for each program that works on the schema, `:role` being
    whom it runs as: `serve` as the service's own role (`registry`), any other as a role that is
    called after both (`import` as `registry_import`).
    """

    name: str
    migrations: tuple[Migration, ...]
    grants: NamedQueries

    @classmethod
    def load(cls, package: str, name: str) -> Self:
        """The schema `name` from sql/migrations/ and sql/grants.sql of `package`."""
        return cls(
            name=name,
            migrations=load_migrations(package, "sql/migrations"),
            grants=NamedQueries.load(package, "sql/grants.sql"),
        )

    async def make_ready(self, dsn: str) -> None:
        """What a service does before it works: look whether the schema is the one it knows.

        A role that owns the schema, or could make it, migrates instead. Raises MigrationError, with
        what to run; ServiceError STORE_UNAVAILABLE.
        """
        complain_if_unproven("postgres", dsn)
        settings = MigrationSettings(dsn=dsn, schema=self.name)
        if not await may_migrate(settings):
            await check(self.migrations, settings)
            return
        structlog.get_logger().warning("runs_as_owner", schema=self.name)
        await migrate(self.migrations, settings)

    async def bring_forward(self, *, owner_dsn: str, role: str) -> "Brought":
        """Apply what is missing as the owner, then grant to `role` and those called after it.

        Nothing is granted where `role` is the owner itself. Raises MigrationError, ServiceError STORE_UNAVAILABLE, asyncpg.PostgresError.
        """
        complain_if_unproven("postgres", owner_dsn)
        granted: list[str] = []

        async def grant(connection: asyncpg.Connection) -> None:
            if await connection.fetchval(_IS_OWN, role):
                return
            async with connection.transaction():
                await connection.execute(f"SET LOCAL search_path TO {self.name}")
                for use, statements in self.grants.items():
                    who = role if use == _SERVE else f"{role}_{use}"
                    await self._grant(connection, who, statements)
                    granted.append(who)

        settings = MigrationSettings(dsn=owner_dsn, schema=self.name, connect_wait_s=STARTING_S)
        count = await migrate(self.migrations, settings, then=grant)
        return Brought(schema=self.name, applied=count, granted=tuple(granted))

    async def _grant(self, connection: asyncpg.Connection, role: str, statements: str) -> None:
        found = await connection.fetchrow(_LOOK, role)
        if found is None:
            raise MigrationError(
                f"role {role} does not exist; make it (deploy/README.md, Roles), then migrate again"
            )
        if found["may_more"]:
            raise MigrationError(
                f"role {role} may do more than is granted here (a superuser, a maker of roles or "
                "databases, or a member of the owner); make it an ordinary one"
            )
        quoted = found["quoted"]
        await connection.execute(_TAKE_BACK.format(schema=self.name, role=quoted))
        await connection.execute(statements.replace(":role", quoted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a migration came to: how many files it applied, and the roles it granted to."""

    schema: str
    applied: int
    granted: tuple[str, ...]


def user_of(dsn: str) -> str:
    """The role that a DSN names; empty when it names none."""
    parts = urlsplit(dsn)
    named = parse_qs(parts.query).get("user", [""])[-1]
    return unquote(parts.username or "") or named
