"""The passwords of owners, of the role that erases, and of the superuser: nobody who serves says them all day."""

import asyncio
import os
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from cli.backups.programs import installed
from stack.databases import Database, owner_of
from stack.migrations import Migrations
from tests.robustness.rotation.passwords import StackWithPasswordFiles, write_password
from tests.robustness.rotation.scene import Scene

_DATABASES: Final = Path(__file__).parents[3] / "deploy" / "postgres" / "databases.sh"
_SCRIPT_LIMIT_S: Final = 60.0


async def replace_owners_passwords(scene: Scene, label: str) -> None:
    """Each owner migrates with the new one while everybody is at work; the former opens nothing."""
    stack = scene.world.stack
    migrations = Migrations(
        environment={},
        folder=stack.folder.sub("services"),
        logs=stack.folder.sub("logs"),
        secrets=stack.folder.sub("secrets"),
    )
    fresh: dict[str, str] = {}
    for name, former in stack.stores.items():
        fresh[name] = await _alter(scene, former, label)
        roles = {name: scene.world.service(name).process.environment["COURTLIST_POSTGRES_DSN"]}
        await migrations.run(name, Database(owner=fresh[name], roles=roles))
    stack.stores = fresh
    await scene.goes_on()


async def replace_the_erasers_password(scene: Scene, label: str) -> None:
    """Its file is read when the importer next connects to erase."""
    stack = scene.world.stack
    assert isinstance(stack, StackWithPasswordFiles)
    dsn = scene.world.service("importer").process.environment["COURTLIST_ERASE_POSTGRES_DSN"]
    role = urlsplit(dsn).username or ""
    path = stack.password_file(role)
    former = path.read_text(encoding="ascii").strip().rpartition(":")[2]
    fresh = await _alter(scene, _with_password(dsn, former), label)
    write_password(path, urlsplit(fresh).password or "")
    connection = await asyncpg.connect(dsn)
    await connection.close()
    await scene.goes_on()


async def replace_the_superusers_password(scene: Scene, label: str) -> None:
    """Whoever makes databases says the new one, while everybody is at work; the former opens nothing."""
    postgres = scene.world.postgres
    postgres.dsn = await _alter(scene, postgres.dsn, label)
    await scene.goes_on()
    folder = _passwords_of_every_role(scene)
    await asyncio.to_thread(_run_databases_script, postgres.dsn, folder)
    await scene.goes_on()


def _passwords_of_every_role(scene: Scene) -> Path:
    """As the script reads them: a file for each owner and each role, with its password."""
    stack = scene.world.stack
    assert isinstance(stack, StackWithPasswordFiles)
    folder = stack.folder.sub("databases")
    for name, dsn in stack.stores.items():
        (folder / owner_of(name)).write_text(urlsplit(dsn).password or "")
    for file in stack.folder.sub("passwords").iterdir():
        (folder / file.name).write_text(file.read_text().strip().rpartition(":")[2])
    return folder


def _run_databases_script(superuser_dsn: str, folder: Path) -> None:
    server = urlsplit(superuser_dsn)
    programs = installed(None, os.environ)[0].folder
    done = subprocess.run(
        ["sh", _DATABASES],
        env={
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PGHOST": server.hostname or "",
            "PGPORT": str(server.port),
            "PGPASSWORD": server.password or "",
            "DATABASES": str(folder),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=_SCRIPT_LIMIT_S,
    )
    assert done.returncode == 0, done.stderr


async def _alter(scene: Scene, dsn: str, label: str) -> str:
    """Give the role of a DSN another password; returns the DSN with it."""
    role = urlsplit(dsn).username
    password = f"{label}-{role}-password"
    async with scene.world.database("registry") as server:
        await server.execute(f"ALTER ROLE {role} PASSWORD '{password}'")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(dsn)
    return _with_password(dsn, password)


def _with_password(dsn: str, password: str) -> str:
    """The DSN with its password in itself, and in no file."""
    parts = urlsplit(dsn)
    netloc = f"{parts.username}:{password}@{parts.hostname}:{parts.port}"
    return urlunsplit(parts._replace(netloc=netloc, query=""))
