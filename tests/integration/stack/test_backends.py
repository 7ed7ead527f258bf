import asyncpg
import pytest
from redis.asyncio import Redis

from tests.databases import Databases, Schema


async def _with_one_row(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TABLE mark AS SELECT 1 AS one")
    await connection.close()


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema("mark", _with_one_row)


async def test_each_test_gets_its_own_copy_of_the_migrated_template(
    databases: Databases, database: str, schema: Schema
) -> None:
    other = await databases.fresh(schema)
    for dsn in (database, other):
        connection = await asyncpg.connect(dsn)
        assert await connection.fetchval("DELETE FROM mark RETURNING one") == 1
        await connection.close()
    await databases.drop(other)


async def test_valkey_answers_under_the_prefix_of_the_test(
    valkey_server: str, redis_prefix: str
) -> None:
    client = Redis.from_url(valkey_server)
    assert await client.set(f"{redis_prefix}key", "value")
    assert await client.get(f"{redis_prefix}key") == b"value"
    await client.aclose()
