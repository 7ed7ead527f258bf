"""The roles of the services: what their lists grant, what the server says they may do, and what they run."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Final

import asyncpg

from chassis.stores.queries import NamedQueries
from registry.importing.batch import tables

Privilege = tuple[str, str]
"""A table and what may be done with it."""

_GRANT: Final = re.compile(r"GRANT\s+([A-Z,\s]+?)\s+ON\s+([a-z_,\s]+?)\s+TO :role;?")
# Everything that PostgreSQL can grant on a table, and on the database and its schemas.
_EFFECTIVE: Final = """
SELECT n.nspname || '.' || c.relname, p
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER',
                        'MAINTAIN']) AS p
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND (has_table_privilege($1, c.oid, p)
       OR p IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege($1, c.oid, p))
"""


@dataclass(frozen=True)
class Role:
    """One role.

    Attributes:
        name: of the role.
        package: whose grants.sql lists it.
        schema: where its tables are.
        use: the block of grants.sql.
        statements: what the program runs, by file and name.
        copied: tables that it fills by COPY.
    """

    name: str
    package: str
    schema: str
    use: str
    statements: Mapping[str, str]
    copied: frozenset[str] = frozenset()

    def listed(self) -> set[Privilege]:
        """What grants.sql lists."""
        text = NamedQueries.load(self.package, "sql/grants.sql")[self.use]
        assert not _GRANT.sub("", text).strip(), "grants.sql holds more than plain grants on tables"
        return {
            (table.strip(), privilege.strip())
            for privileges, named in _GRANT.findall(text)
            for privilege in privileges.split(",")
            for table in named.split(",")
        }


def _statements(package: str, files: Iterable[str]) -> dict[str, str]:
    return {
        f"{file}/{name}": statement
        for file in files
        for name, statement in NamedQueries.load(package, f"sql/{file}.sql").items()
    }


def _files(package: str) -> list[str]:
    return sorted(
        file.name.removesuffix(".sql")
        for file in resources.files(package).joinpath("sql").iterdir()
        if file.name.endswith(".sql") and file.name != "grants.sql"
    )


_REGISTRY: Final = _statements("registry", _files("registry"))
# What of sql/import.sql only a court's call runs, in the server's process, and what only the importer does.
_HANDED_IN: Final = {"import/begin_import", "import/insert_chunk"}
_CHECKED: Final = {"import/insert_sample"}
# What the importer runs of the acts' statements: a row that ends an unsettled ending is written as by an act.
_ENDED: Final = {"acts/settle_ending"}
# What is left to do when a key has changed: the importer does it beside imports.
_KEPT: Final = frozenset(
    f"epochs/{name}"
    for name in ("unfiled_documents", "file_documents", "note_filled", "drop_digests")
)
_FILED: Final = frozenset(
    f"epochs/{name}" for name in ("open_epochs", "adopt_epoch", "all_epochs", "is_missing")
)
# With what the change is appended that says who was erased.
_APPENDED: Final = frozenset({"import/hold_head", "import/move_head"})
_ENTERED: Final = frozenset({*tables.TABLES, tables.CHANGE_TABLE, tables.FACTS_TABLE})

REGISTRY: Final = Role(
    name="registry", package="registry", schema="registry", use="serve",
    statements={
        name: one
        for name, one in _REGISTRY.items()
        if name not in _CHECKED | _KEPT
        and not name.startswith(("keeping/", "erasing/", "resealing/look", "resealing/keep"))
        and not name.startswith(("rekeying/look", "rekeying/keep"))
    },
    copied=_ENTERED,
)  # fmt: skip
IMPORTER: Final = Role(
    name="registry_import", package="registry", schema="registry", use="import",
    statements={
        name: statement
        for name, statement in _REGISTRY.items()
        if (name.startswith(("import/", "cache/", "keeping/", "resealing/", "rekeying/")) and name not in _HANDED_IN)
        or name in _ENDED | _KEPT | _FILED
    },
    copied=_ENTERED | {"import_row"},
)  # fmt: skip
ERASER: Final = Role(
    name="registry_erase", package="registry", schema="registry", use="erase",
    statements={
        name: one
        for name, one in _REGISTRY.items()
        if name.startswith("erasing/") or name in _APPENDED
    },
    copied=frozenset({tables.CHANGE_TABLE}),
)  # fmt: skip
TRAVEL: Final = Role(
    name="travel", package="restriction", schema="travel", use="serve",
    statements=_statements("restriction", _files("restriction")),
)  # fmt: skip
ROLES: Final = (REGISTRY, IMPORTER, ERASER, TRAVEL)


async def effective(connection: asyncpg.Connection, role: Role) -> set[Privilege]:
    """What the server lets the role do, by whatever way, on any table outside its catalogues."""
    rows = await connection.fetch(_EFFECTIVE, role.name)
    return {(table.removeprefix(f"{role.schema}."), privilege) for table, privilege in rows}


@asynccontextmanager
async def acting_as(dsn: str, role: Role) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the role, with its tables in reach."""
    connection = await asyncpg.connect(dsn, server_settings={"search_path": role.schema})
    try:
        yield connection
    finally:
        await connection.close()


async def refused(connection: asyncpg.Connection, role: Role) -> dict[str, str]:
    """The role's statements that the server would not run as it, and why.

    Only planned: EXPLAIN asks for every privilege that running would need.
    """
    found = {}
    for name, statement in role.statements.items():
        why = await _refusal(connection, f"EXPLAIN (GENERIC_PLAN) {statement}")
        if why:
            found[name] = why
    for table in role.copied:
        may = await connection.fetchval("SELECT has_table_privilege($1, 'INSERT')", table)
        if not may:
            found[f"COPY {table}"] = "no INSERT"
    return found


async def _refusal(connection: asyncpg.Connection, statement: str) -> str:
    try:
        async with connection.transaction():
            await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError as error:
        return str(error)
    return ""
