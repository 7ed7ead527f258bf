"""Facts beside the chain: moved there whole, and gone from its table and from its file."""

import asyncpg
import pytest

from chassis.migrate import MigrationSettings, load_migrations, migrate
from tests.databases import Schema

_MARK = b"facts that time erases, sealed"
_BEFORE = 6
_APPEND = """
INSERT INTO registry.change (position, incarnation, act, ends, recorded_at, body, previous_hash, hash, facts_sealed)
SELECT $1, incarnation, 1, false, now(), $2, $3, $3, $4 FROM registry.ledger_head
"""


@pytest.fixture(scope="session")
def schema() -> Schema:
    """Nothing: what is migrated here is another release's."""
    return Schema()


async def file_of(connection: asyncpg.Connection, table: str) -> bytes:
    """A table's file on disk, as the server has written it."""
    await connection.execute("CHECKPOINT")
    content: bytes = await connection.fetchval(
        "SELECT pg_read_binary_file(pg_relation_filepath($1))", table
    )
    return content


async def test_facts_of_an_earlier_release_are_moved_and_leave_nothing_behind(
    database: str,
) -> None:
    every = load_migrations("registry", "sql/migrations")
    settings = MigrationSettings(dsn=database, schema="registry")
    await migrate(every[:_BEFORE], settings)
    connection = await asyncpg.connect(database)
    for position, facts in ((1, _MARK + b" 1"), (2, None), (3, _MARK + b" 3")):
        await connection.execute(_APPEND, position, b"body %d" % position, bytes(32), facts)
    before = await connection.fetch("SELECT position, body, hash FROM registry.change ORDER BY 1")
    assert _MARK in await file_of(connection, "registry.change")
    await migrate(every, settings)
    assert (
        await connection.fetch("SELECT position, body, hash FROM registry.change ORDER BY 1")
        == before
    )
    moved = await connection.fetch("SELECT * FROM registry.change_facts ORDER BY position")
    assert [tuple(row) for row in moved] == [(1, _MARK + b" 1"), (3, _MARK + b" 3")]
    assert _MARK not in await file_of(connection, "registry.change")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await connection.execute("DELETE FROM registry.change WHERE position = 1")
    await connection.close()
