"""All that a database and a Valkey hold, as text that can be searched for what must not be there."""

from collections.abc import Iterable
from typing import Any

import asyncpg
from redis.asyncio import Redis

_TABLES = (
    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)


async def database_text(dsn: str) -> str:
    """Every row of every table, bytes in hexadecimal."""
    connection = await asyncpg.connect(dsn)
    try:
        rows = [
            row["text"]
            for table in await connection.fetch(_TABLES)
            for row in await connection.fetch(f"SELECT ROW(t.*)::text AS text FROM {table[0]} AS t")
        ]
    finally:
        await connection.close()
    return "\n".join(rows)


async def cache_text(url: str) -> str:
    """Every key and value, bytes in hexadecimal beside them."""
    client: Any = Redis.from_url(url)
    try:
        held = [(key, await client.get(key)) async for key in client.scan_iter(_type="string")]
    finally:
        await client.aclose()
    parts: list[bytes] = [part for pair in held for part in pair if part is not None]
    return "\n".join([*(repr(part) for part in parts), *(part.hex() for part in parts)])


def found_in(text: str, secrets: Iterable[str]) -> list[str]:
    """Those that stand in it: as they are, as UTF-8 in hexadecimal or in an escaped form."""
    return [
        one
        for one in secrets
        if one in text
        or one.encode().hex() in text
        or one.encode("unicode_escape").decode() in text
        or repr(one.encode())[2:-1] in text
    ]
