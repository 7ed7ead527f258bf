"""Migrations on a real server."""

import asyncio

import asyncpg
import pytest

from chassis.errors import ServiceError
from chassis.migrate import Migration, MigrationError, MigrationSettings, migrate
from courtlist.error.v1 import error_reason_pb2 as reasons

FIRST = Migration(1, "thing", "CREATE TABLE thing (id int); INSERT INTO thing VALUES (1);")
SECOND = Migration(2, "colour", "ALTER TABLE thing ADD COLUMN colour text;")


def into(dsn: str, **changes: float) -> MigrationSettings:
    return MigrationSettings(dsn=dsn, schema="chassis_test", **changes)


async def fetch(dsn: str, query: str) -> list[tuple]:
    connection = await asyncpg.connect(dsn)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def test_missing_migrations_are_applied_in_order_and_recorded(database: str) -> None:
    assert await migrate((FIRST,), into(database)) == 1
    assert await migrate((FIRST, SECOND), into(database)) == 1
    assert await migrate((FIRST, SECOND), into(database)) == 0
    assert await fetch(database, "SELECT id, colour FROM chassis_test.thing") == [(1, None)]
    recorded = "SELECT number, name, sha256 FROM chassis_test.migration ORDER BY number"
    assert await fetch(database, recorded) == [
        (1, "thing", FIRST.sha256),
        (2, "colour", SECOND.sha256),
    ]


async def test_a_file_changed_after_it_was_applied_is_refused(database: str) -> None:
    await migrate((FIRST,), into(database))
    edited = Migration(1, "thing", FIRST.sql + " -- edited")
    with pytest.raises(MigrationError, match="0001_thing was changed"):
        await migrate((edited, SECOND), into(database))


async def test_a_schema_newer_than_the_program_is_refused(database: str) -> None:
    await migrate((FIRST, SECOND), into(database))
    with pytest.raises(MigrationError, match="0002_colour, which this program does not know"):
        await migrate((FIRST,), into(database))


async def test_a_migration_that_fails_leaves_nothing_of_itself(database: str) -> None:
    broken = Migration(2, "broken", "CREATE TABLE other (id int); SELECT no_such_column;")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate((FIRST, broken), into(database))
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'chassis_test' ORDER BY 1"
    assert await fetch(database, tables) == [("migration",), ("thing",)]
    assert await migrate((FIRST, SECOND), into(database)) == 1


async def test_starters_at_the_same_time_apply_each_migration_once(database: str) -> None:
    counts = await asyncio.gather(*(migrate((FIRST, SECOND), into(database)) for _ in range(5)))
    assert sorted(counts) == [0, 0, 0, 0, 2]
    assert await fetch(database, "SELECT count(*) FROM chassis_test.thing") == [(1,)]


async def test_two_schemas_of_one_database_do_not_meet(database: str) -> None:
    other = MigrationSettings(dsn=database, schema="chassis_other")
    assert await migrate((FIRST,), into(database)) == 1
    assert await migrate((FIRST,), other) == 1


async def test_a_table_in_use_is_not_waited_for_without_end(database: str) -> None:
    await migrate((FIRST,), into(database))
    holder = await asyncpg.connect(database)
    async with holder.transaction():
        await holder.execute("LOCK TABLE chassis_test.thing IN ACCESS SHARE MODE")
        with pytest.raises(ServiceError) as caught:
            await migrate((FIRST, SECOND), into(database, lock_timeout_s=0.1))
    await holder.close()
    assert caught.value.reason == reasons.ERROR_REASON_STORE_UNAVAILABLE
