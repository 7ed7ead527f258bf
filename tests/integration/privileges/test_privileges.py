"""Each service's role: what it may do is what its list says, and what its statements need."""

import asyncpg
import pytest

from registry.wiring import load_schema
from stack.databases import Database
from stack.postgres import PostgresServer
from tests.integration.privileges.roles import (
    ERASER,
    IMPORTER,
    REGISTRY,
    ROLES,
    TRAVEL,
    Role,
    acting_as,
    effective,
    refused,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def dsns(registry_database: Database, travel_database: Database) -> dict[str, str]:
    """DSN by name of role."""
    return {**registry_database.roles, **travel_database.roles}


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
async def test_a_role_may_do_exactly_what_its_list_says(role: Role, dsns: dict[str, str]) -> None:
    async with acting_as(dsns[role.name], role) as connection:
        assert await effective(connection, role) == role.listed()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
async def test_every_statement_of_a_service_runs_as_its_role(
    role: Role, dsns: dict[str, str]
) -> None:
    assert role.statements
    async with acting_as(dsns[role.name], role) as connection:
        assert await refused(connection, role) == {}


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
async def test_no_role_holds_what_none_of_its_statements_needs(
    role: Role, server: PostgresServer, dsns: dict[str, str]
) -> None:
    assert dsns
    superuser = server.dsn.removesuffix("/postgres") + f"/{role.schema}"
    connection = await asyncpg.connect(superuser, server_settings={"search_path": role.schema})
    idle = []
    for table, privilege in sorted(role.listed() - {("migration", "SELECT")}):
        taken = connection.transaction()
        await taken.start()
        await connection.execute(f"REVOKE {privilege} ON {table} FROM {role.name}")
        await connection.execute(f"SET LOCAL ROLE {role.name}")
        if not await refused(connection, _on(role, table)):
            idle.append((table, privilege))
        await taken.rollback()
    await connection.close()
    assert idle == []


def _on(role: Role, table: str) -> Role:
    """The role with those of its statements that name the table."""
    return Role(
        name=role.name,
        package=role.package,
        schema=role.schema,
        use=role.use,
        statements={name: one for name, one in role.statements.items() if table in one},
        copied=role.copied & {table},
    )


@pytest.mark.parametrize("role", [REGISTRY, IMPORTER], ids=lambda role: role.name)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE change SET body = body",
        "UPDATE change SET recorded_at = now() WHERE false",
        "DELETE FROM change",
        "DELETE FROM ledger_head",
        "INSERT INTO ledger_head SELECT false, gen_random_uuid(), 0, ''",
        "DELETE FROM request",
        "DELETE FROM repayment",
        "DELETE FROM listing",
        "TRUNCATE change",
        "TRUNCATE change CASCADE",
        "ALTER TABLE change ADD COLUMN one integer",
        "ALTER TABLE change DISABLE TRIGGER ALL",
        "ALTER TABLE change OWNER TO registry",
        "CREATE RULE silent AS ON INSERT TO change DO INSTEAD NOTHING",
        "CREATE TRIGGER silent BEFORE UPDATE ON change EXECUTE FUNCTION tsvector_update_trigger()",
        "DROP TABLE change",
        "CREATE TABLE registry.another (one integer)",
        "CREATE TEMPORARY TABLE change (position bigint)",
        "UPDATE migration SET sha256 = ''",
        "SET ROLE registry_owner",
        "SET SESSION AUTHORIZATION postgres",
        "SET session_replication_role = replica",
        "COPY change TO PROGRAM 'cat'",
        "SELECT FROM pg_catalog.pg_authid",
    ],
)
async def test_the_ledger_is_append_only_for_who_serves_it(
    role: Role, statement: str, dsns: dict[str, str]
) -> None:
    async with acting_as(dsns[role.name], role) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE change SET body = body",
        "DELETE FROM change",
        "DELETE FROM ledger_head",
        "DELETE FROM request",
        "UPDATE listing SET ended_at = now()",
        "UPDATE consumption_order SET items = items",
        "INSERT INTO change_facts SELECT 1, ''",
        "INSERT INTO document_digest SELECT 1, '', gen_random_uuid()",
        "TRUNCATE change_facts",
        "DELETE FROM import",
        "DELETE FROM officer",
        "SELECT FROM officer_key",
    ],
)
async def test_who_erases_can_alter_nothing_that_is_kept(
    statement: str, dsns: dict[str, str]
) -> None:
    async with acting_as(dsns[ERASER.name], ERASER) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def test_the_list_lets_nobody_change_or_remove_a_change() -> None:
    assert {what for table, what in REGISTRY.listed() if table == "change"} == {"SELECT", "INSERT"}
    assert {what for table, what in IMPORTER.listed() if table == "change"} == {"INSERT"}
    assert {what for table, what in ERASER.listed() if table == "change"} == {"SELECT", "INSERT"}


async def test_only_what_law_or_a_rebuild_forgets_can_be_deleted() -> None:
    deleted = {role.name: {t for t, what in role.listed() if what == "DELETE"} for role in ROLES}
    assert deleted == {
        "registry": {"assertion_nonce", "document_digest", "follower", "misfit_name"},
        "registry_import": {"document_digest", "misfit_name"},
        "registry_erase": {
            "binding_preparation", "change_concern", "change_facts", "consumption_order", "document",
            "document_digest", "listing", "misfit_name", "obligation", "obligation_case", "obligation_debtor",
            "pass", "repayment", "statement", "subject", "task", "unsettled_ending",
        },
        "travel": {
            "assertion_nonce", "basis", "binding", "court", "digest", "epoch", "follower", "obligation",
            "officer", "officer_key", "partner", "pass", "pending_start", "query_count",
            "query_log", "rating",
        },
    }  # fmt: skip


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
async def test_a_role_is_an_ordinary_one(role: Role, dsns: dict[str, str]) -> None:
    async with acting_as(dsns[role.name], role) as connection:
        row = await connection.fetchrow(
            """
            SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
                   has_database_privilege(current_database(), 'CREATE') AS makes_schemas,
                   has_database_privilege(current_database(), 'TEMPORARY') AS makes_tables,
                   has_schema_privilege('public', 'CREATE') AS makes_public,
                   has_schema_privilege(current_schema(), 'CREATE') AS makes_own,
                   EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid) AS joins
            FROM pg_roles r WHERE rolname = current_user
            """
        )
    assert row is not None
    assert not any(row.values()), dict(row)


async def test_a_field_cannot_enter_the_registrys_database(dsns: dict[str, str]) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(dsns[TRAVEL.name].removesuffix("/travel") + "/registry")


async def test_what_an_earlier_release_granted_is_taken_back(
    registry_database: Database, dsns: dict[str, str]
) -> None:
    async with acting_as(registry_database.owner, REGISTRY) as owner:
        await owner.execute("GRANT ALL ON change, officer TO registry")
        await owner.execute("GRANT UPDATE (name_sealed) ON officer TO registry, PUBLIC")
        await owner.execute("GRANT CREATE ON SCHEMA registry TO registry")
    await load_schema().bring_forward(owner_dsn=registry_database.owner, role="registry")
    async with acting_as(dsns["registry"], REGISTRY) as connection:
        assert await effective(connection, REGISTRY) == REGISTRY.listed()
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE registry.another (one integer)")
