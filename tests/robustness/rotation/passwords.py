"""The passwords of the stores: PostgreSQL's lie in files that are read with every new connection."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
import pytest
from redis.asyncio import Redis

from stack.layout import Surroundings
from stack.supervisor import Stack
from tests.eventually import eventually
from tests.robustness.rotation.scene import Scene

_IDLE: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND state = 'idle'"
    " AND query NOT ILIKE 'LISTEN%' AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')"
)
_NEW: Final = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = $1 AND backend_start > $2)"
)


class StackWithPasswordFiles(Stack):
    """Each service is told where its password to PostgreSQL lies, not which it is."""

    async def _surroundings(self) -> Surroundings:
        around = await super()._surroundings()
        return replace(
            around,
            dsns={name: self._by_file(dsn) for name, dsn in around.dsns.items()},
            erasers={name: self._by_file(dsn) for name, dsn in around.erasers.items()},
        )

    def _by_file(self, dsn: str) -> str:
        parts = urlsplit(dsn)
        assert parts.username is not None
        assert parts.password is not None
        write_password(self.password_file(parts.username), parts.password)
        netloc = f"{parts.username}@{parts.hostname}:{parts.port}"
        query = f"passfile={quote(str(self.password_file(parts.username)))}"
        return urlunsplit(parts._replace(netloc=netloc, query=query))

    def password_file(self, role: str) -> Path:
        """Where the password of a role lies, in the form of libpq."""
        return self.folder.sub("passwords") / role


def write_password(path: Path, password: str) -> None:
    """Put a password in the place of another, at once."""
    aside = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"*:*:*:*:{password}\n")
    aside.replace(path)


async def replace_database_passwords(scene: Scene, label: str) -> None:
    """No process is told, and none restarted; the former password opens nothing.

    Connections that stand know no password. Those that are idle are cut, so that others are made.
    """
    stack = scene.world.stack
    assert isinstance(stack, StackWithPasswordFiles)
    # Whoever imports here does not repeat; what is being entered goes on.
    async with scene.importing.calls:
        for dsn in _dsns(scene):
            await _replace_one(scene, stack, dsn, label)
    await scene.goes_on()


async def _replace_one(scene: Scene, stack: StackWithPasswordFiles, dsn: str, label: str) -> None:
    role = urlsplit(dsn).username or ""
    former = stack.password_file(role).read_text(encoding="ascii").strip().rpartition(":")[2]
    password = f"{label}-{role}-password"
    async with scene.world.database("registry") as server:
        await server.execute(f"ALTER ROLE {role} PASSWORD '{password}'")
        write_password(stack.password_file(role), password)
        changed_at = await server.fetchval("SELECT clock_timestamp()")
        await server.fetch(_IDLE, role)

        async def connects_anew() -> bool:
            return bool(await server.fetchval(_NEW, role, changed_at))

        await eventually(connects_anew)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(urlunsplit(urlsplit(dsn)._replace(query="")), password=former)


async def replace_the_cache_password(scene: Scene, label: str) -> None:
    """Both count while the processes are replaced one after the other, as the runbook says to roll them."""
    world = scene.world
    url = world.service("registry").process.environment["COURTLIST_REDIS_URL"]
    parts = urlsplit(url)
    password = f"{label}-cache-password"
    fresh = urlunsplit(parts._replace(netloc=f":{password}@{parts.hostname}:{parts.port}"))
    client: Any = Redis.from_url(url)
    try:
        await client.acl_setuser("default", passwords=[f"+{password}"])
        # No file is begun meanwhile; what is being entered goes on beside the registry.
        async with scene.importing.calls:
            for name in ("importer", "registry"):
                service = world.service(name)
                service.process.environment["COURTLIST_REDIS_URL"] = fresh
                await service.stop()
                await service.start()
                await service.wait_ready()
        await client.acl_setuser("default", passwords=[f"-{parts.password}"])
    finally:
        await client.aclose()
    await scene.goes_on()


def _dsns(scene: Scene) -> Sequence[str]:
    return [
        service.process.environment["COURTLIST_POSTGRES_DSN"]
        for service in scene.world.stack.services.values()
        if "COURTLIST_POSTGRES_DSN" in service.process.environment
    ]
