"""Migrating apart from serving: the owner brings a schema forward, a service's role only looks at it."""

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import asyncpg
import pytest
import structlog
from structlog.testing import capture_logs

from chassis.migrate import Migration, MigrationError
from chassis.migrating import execute_migrate
from chassis.schema import Schema, user_of
from chassis.stores.queries import NamedQueries
from tests.eventually import eventually
from tests.fakes.slow_tunnel import SlowTunnel

FIRST = Migration(1, "thing", "CREATE TABLE thing (id int)")
SECOND = Migration(2, "colour", "ALTER TABLE thing ADD COLUMN colour text")
GRANTS = """
-- name: serve
-- The service.
GRANT SELECT ON migration, thing TO :role;
GRANT INSERT ON thing TO :role;

-- name: import
-- Its other program.
GRANT SELECT ON thing TO :role;
"""
SCHEMA = Schema(
    name="chassis_test",
    migrations=(FIRST, SECOND),
    grants=NamedQueries.parse(GRANTS, source="a test"),
)


@dataclass(frozen=True)
class Roles:
    """A service's role and the one of its other program, and how the first connects."""

    name: str
    dsn: str
    owner_dsn: str

    @property
    def other_dsn(self) -> str:
        return self.dsn.replace(self.name, f"{self.name}_import")


@pytest.fixture
async def roles(database: str) -> AsyncIterator[Roles]:
    name = f"test_role_{secrets.token_hex(4)}"
    both = (name, f"{name}_import")
    superuser = await asyncpg.connect(database)
    for one in both:
        await superuser.execute(f"CREATE ROLE {one} LOGIN PASSWORD 'word'")
    parts = urlsplit(database)
    at = parts._replace(netloc=f"{name}:word@{parts.hostname}:{parts.port}").geturl()
    yield Roles(name, at, database)
    for one in both:
        await superuser.execute(f"DROP OWNED BY {one}; DROP ROLE {one}")
    await superuser.close()


@pytest.fixture
def own_logging() -> Iterator[None]:
    """A command configures the logs of its whole process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_the_owner_applies_and_grants_and_the_service_then_works(roles: Roles) -> None:
    brought = await SCHEMA.bring_forward(owner_dsn=roles.owner_dsn, role=roles.name)
    assert (brought.applied, brought.granted) == (2, (roles.name, f"{roles.name}_import"))
    await SCHEMA.make_ready(roles.dsn)
    await execute(roles.dsn, "INSERT INTO chassis_test.thing VALUES (1)")
    await execute(roles.other_dsn, "SELECT FROM chassis_test.thing")
    for dsn in (roles.dsn, roles.other_dsn):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(dsn, "UPDATE chassis_test.thing SET id = 2")


async def test_migrating_again_applies_nothing_and_grants_the_same(roles: Roles) -> None:
    await SCHEMA.bring_forward(owner_dsn=roles.owner_dsn, role=roles.name)
    again = await SCHEMA.bring_forward(owner_dsn=roles.owner_dsn, role=roles.name)
    assert (again.applied, len(again.granted)) == (0, 2)
    await execute(roles.dsn, "SELECT FROM chassis_test.thing")


async def test_a_migration_waits_for_a_database_that_is_still_starting(roles: Roles) -> None:
    parts = urlsplit(roles.owner_dsn)
    assert parts.port is not None
    # What connects to the port 9, discard, is turned away.
    async with SlowTunnel.open(port=9) as tunnel:
        at = parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{tunnel.port}")
        with capture_logs() as lines:
            bringing = asyncio.create_task(
                SCHEMA.bring_forward(owner_dsn=at.geturl(), role=roles.name)
            )
            await eventually(lambda: any(one["event"] == "postgres_awaited" for one in lines))
            tunnel.to_port = parts.port
            assert (await bringing).applied == 2


async def test_a_service_whose_schema_is_not_there_says_what_to_run(roles: Roles) -> None:
    with pytest.raises(MigrationError, match=r"not there.*python -m chassis_test migrate"):
        await SCHEMA.make_ready(roles.dsn)


async def test_a_service_whose_schema_is_older_says_what_to_run(roles: Roles) -> None:
    older = replace(SCHEMA, migrations=(FIRST,))
    await older.bring_forward(owner_dsn=roles.owner_dsn, role=roles.name)
    with pytest.raises(MigrationError, match=r"lacks 0002_colour.*python -m chassis_test migrate"):
        await SCHEMA.make_ready(roles.dsn)


async def test_a_service_that_is_older_than_its_schema_does_not_start(roles: Roles) -> None:
    await SCHEMA.bring_forward(owner_dsn=roles.owner_dsn, role=roles.name)
    with pytest.raises(MigrationError, match="0002_colour, which this program does not know"):
        await replace(SCHEMA, migrations=(FIRST,)).make_ready(roles.dsn)


async def test_a_service_without_its_grants_says_what_to_run(roles: Roles) -> None:
    await SCHEMA.bring_forward(owner_dsn=roles.owner_dsn, role=roles.name)
    await execute(roles.owner_dsn, f"REVOKE ALL ON SCHEMA chassis_test FROM {roles.name}")
    with pytest.raises(MigrationError, match=r"not for this role.*migrate"):
        await SCHEMA.make_ready(roles.dsn)


async def test_one_role_for_both_migrates_when_it_serves_and_is_complained_of(
    database: str,
) -> None:
    with capture_logs() as lines:
        await SCHEMA.make_ready(database)
    assert ("warning", "runs_as_owner") in {(one["log_level"], one["event"]) for one in lines}
    await execute(database, "INSERT INTO chassis_test.thing VALUES (1, 'red')")
    brought = await SCHEMA.bring_forward(owner_dsn=database, role=user_of(database))
    assert brought.granted == ()


@pytest.mark.parametrize("might", ["SUPERUSER", "CREATEROLE", "CREATEDB", "BYPASSRLS"])
async def test_nothing_is_granted_to_a_role_that_may_more(roles: Roles, might: str) -> None:
    await execute(roles.owner_dsn, f"ALTER ROLE {roles.name} {might}")
    with pytest.raises(MigrationError, match="may do more than is granted here"):
        await SCHEMA.bring_forward(owner_dsn=roles.owner_dsn, role=roles.name)


async def test_nothing_is_granted_to_a_member_of_the_owner(roles: Roles) -> None:
    await execute(
        roles.owner_dsn,
        f"GRANT CREATE ON DATABASE {urlsplit(roles.dsn).path[1:]} TO {roles.name}_import;"
        f"GRANT {roles.name}_import TO {roles.name}",
    )
    with pytest.raises(MigrationError, match="may do more than is granted here"):
        await SCHEMA.bring_forward(owner_dsn=roles.other_dsn, role=roles.name)


async def test_a_role_that_does_not_exist_is_named(database: str) -> None:
    with pytest.raises(MigrationError, match="role nobody_here does not exist; make it"):
        await SCHEMA.bring_forward(owner_dsn=database, role="nobody_here")


def test_the_command_says_what_it_did(
    roles: Roles, own_logging: None, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {
        "COURTLIST_POSTGRES_OWNER_DSN": roles.owner_dsn,
        # Whom to grant to; no password is needed for that.
        "COURTLIST_POSTGRES_DSN": f"postgresql://{roles.name}@db/chassis_test",
    }
    assert execute_migrate(SCHEMA, given) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema": "chassis_test",
        "applied": 2,
        "granted": [roles.name, f"{roles.name}_import"],
    }


def test_the_command_tells_a_refusal_without_the_password(
    roles: Roles, own_logging: None, capsys: pytest.CaptureFixture[str]
) -> None:
    # As the service's own role, which may make nothing.
    assert execute_migrate(SCHEMA, {"COURTLIST_POSTGRES_DSN": roles.dsn}) == 1
    said = capsys.readouterr()
    assert "InsufficientPrivilegeError sqlstate=42501" in said.err
    assert "word" not in said.err + said.out


def test_the_command_needs_to_know_to_whom_to_grant(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute_migrate(SCHEMA, {"COURTLIST_POSTGRES_DSN": "postgresql://host/base"}) == 2
    assert "names no user" in capsys.readouterr().err
