"""The runbook's look at the disk, on the registry's own schema."""

from pathlib import Path

import asyncpg

SIZES = Path(__file__).parents[3] / "deploy" / "postgres" / "sizes.sql"


async def test_the_runbook_can_ask_how_much_disk_a_listing_takes(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        settings, _, query = SIZES.read_text(encoding="utf-8").partition("\nWITH")
        await connection.execute(settings)
        rows = await connection.fetch(f"WITH{query}")
    finally:
        await connection.close()
    tables = {row["table"] for row in rows}
    assert {"all of registry", "change", "listing"} <= tables
    # Nothing was ever entered: there is no listing to divide by.
    assert {row["bytes_a_listing"] for row in rows} == {None}
