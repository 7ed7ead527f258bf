"""Who waits for a lock, as PostgreSQL sees it: by this a test knows that acts have met."""

import asyncpg

_WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def are_waiting(connection: "asyncpg.Connection[asyncpg.Record]", count: int) -> bool:
    """Whether at least `count` sessions of this connection's database wait for a lock."""
    # Within a transaction PostgreSQL shows the same sessions again until told to look.
    await connection.execute("SELECT pg_stat_clear_snapshot()")
    waiting: int = await connection.fetchval(_WAITING)
    return waiting >= count
