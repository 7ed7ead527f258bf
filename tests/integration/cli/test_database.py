"""PostgreSQL's programs against a real server: what is dumped comes back, whole or not at all."""

import asyncio
import os
from pathlib import Path

import asyncpg
import pytest

from cli.backups.database import Database
from cli.backups.programs import Programs, installed
from cli.errors import CliError, UsageError

_ROWS = 20_000


@pytest.fixture
async def store(database: str) -> Database:
    """A schema `registry` with rows, as a service has it."""
    connection = await asyncpg.connect(database)
    await connection.execute(
        "CREATE SCHEMA registry;"
        "CREATE TABLE registry.fact (number integer PRIMARY KEY, body text NOT NULL);"
        f"INSERT INTO registry.fact SELECT n, md5(n::text) FROM generate_series(1, {_ROWS}) n"
    )
    await connection.close()
    return Database(store="registry", dsn=database, programs=installed(None, os.environ))


async def _count(dsn: str) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        count: int = await connection.fetchval("SELECT count(*) FROM registry.fact")
        return count
    finally:
        await connection.close()


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_what_was_dumped_replaces_what_is_there(
    store: Database, database: str, tmp_path: Path
) -> None:
    dump = tmp_path / "registry.dump"
    await asyncio.to_thread(store.dump, dump, lambda _: None)
    assert dump.stat().st_mode & 0o777 == 0o600
    await _execute(
        database, "DELETE FROM registry.fact; CREATE TABLE registry.later (number integer)"
    )
    await asyncio.to_thread(store.restore, dump)
    assert await _count(database) == _ROWS
    # A table of a later release must not stay beside what the backup holds.
    with pytest.raises(asyncpg.UndefinedTableError):
        await _execute(database, "SELECT FROM registry.later")


async def test_the_numbers_of_a_restored_field_count_in_a_new_series(
    database: str, tmp_path: Path
) -> None:
    await _execute(
        database,
        "CREATE SCHEMA travel; CREATE TABLE travel.engine (series text);"
        "INSERT INTO travel.engine VALUES ('of the backup')",
    )
    store = Database(store="travel", dsn=database, programs=installed(None, os.environ))
    await asyncio.to_thread(store.dump, tmp_path / "travel.dump", lambda _: None)
    await asyncio.to_thread(store.restore, tmp_path / "travel.dump")
    connection = await asyncpg.connect(database)
    try:
        [series] = [row["series"] for row in await connection.fetch("SELECT * FROM travel.engine")]
    finally:
        await connection.close()
    assert len(series) == 32


async def test_a_dump_that_breaks_off_changes_nothing(
    store: Database, database: str, tmp_path: Path
) -> None:
    real, broken = store.programs, tmp_path / "bin"
    broken.mkdir()
    for name in ("pg_dump", "psql"):
        (broken / name).symlink_to(real.path(name))
    # Killed between two statements: what it has said so far could be committed as it stands.
    (broken / "pg_restore").write_text("#!/bin/sh\necho 'CREATE SCHEMA registry;'\nexit 1\n")
    (broken / "pg_restore").chmod(0o755)
    failing = Database(store="registry", dsn=database, programs=[Programs(broken, real.major)])
    with pytest.raises(CliError, match="pg_restore failed"):
        await asyncio.to_thread(failing.restore, tmp_path / "any.dump")
    assert await _count(database) == _ROWS


async def test_a_dump_that_is_cut_off_changes_nothing(
    store: Database, database: str, tmp_path: Path
) -> None:
    dump = tmp_path / "registry.dump"
    await asyncio.to_thread(store.dump, dump, lambda _: None)
    content = dump.read_bytes()
    dump.write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(CliError, match="failed"):
        await asyncio.to_thread(store.restore, dump)
    assert await _count(database) == _ROWS


async def test_a_running_service_is_seen_by_its_connections(store: Database, database: str) -> None:
    assert await asyncio.to_thread(store.connections) == 0
    assert await asyncio.to_thread(store.exists)
    running = await asyncpg.connect(
        database, server_settings={"application_name": "courtlist-registry"}
    )
    try:
        assert await asyncio.to_thread(store.connections) == 1
    finally:
        await running.close()


async def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    store = Database(
        store="registry",
        dsn="postgresql://u:secret@127.0.0.1:1/d",
        programs=installed(None, os.environ),
    )
    with pytest.raises(CliError) as caught:
        await asyncio.to_thread(store.dump, tmp_path / "x.dump", lambda _: None)
    assert not isinstance(caught.value, UsageError)
    assert "secret" not in str(caught.value.data())
