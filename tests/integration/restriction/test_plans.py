"""What a batch or a check looks up is found by its key, also where no statistics tell the planner to.

An import fills a new field's tables before anything is analysed, and an index that begins with the
generation, equal in all rows, looks as good as the right one until the tables are seen to be large.
"""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest

from restriction.facts.statements import load_statements

# Those that grow with the register; the other tables hold courts, partners and people.
_LARGE = {
    "basis": "(generation, basis_id, subject_id, ground) SELECT 1, n, n, 1",
    "binding": "(generation, document_id, subject_id) SELECT 1, n, n",
    "digest": "(generation, document_id, epoch, digest) SELECT 1, n, 1, decode(md5(n), 'hex')",
    "obligation": "(generation, obligation_id) SELECT 1, n",
    "pass": "(generation, pass_id, order_id) SELECT 1, n, n",
    "delivery": (
        "(number, restriction_id, event, digests, items, case_number, order_number, court_name,"
        " court_contact, position) SELECT n::bigint, n, 1, '{}', 0, '', '', '', '', 1"
    ),
    "delivered": "(restriction_id, number, live, content) SELECT n, n::bigint, true, ''",
    "pending_start": "(basis_id, start_at) SELECT n, now()",
}
_ROWS = 2_000
# Equal in all rows of a generation: no key.
_COMMON = ("generation", "epoch")
_LOOK_UPS = (
    "upsert_bindings",
    "upsert_digests",
    "upsert_starts",
    "upsert_endings",
    "upsert_unsettled",
    "update_references",
    "upsert_obligations",
    "upsert_passes_granted",
    "upsert_passes_withdrawn",
    "subjects_of_obligations",
    "insert_seen_endings",
    "refresh_live",
    "delete_unbound_digests",
    "read_facts",
    "deliver",
    "note_pending_starts",
    "take_pending_starts",
    "read_deliveries",
    "add_digests",
    "note_lacking",
    "drop_closed_digests",
)


@pytest.fixture
async def connection(database: str) -> AsyncIterator[asyncpg.Connection]:
    held = await asyncpg.connect(database, server_settings={"search_path": "travel"})
    try:
        yield held
    finally:
        await held.close()


@pytest.mark.parametrize("name", _LOOK_UPS)
async def test_rows_are_looked_up_by_a_key_in_tables_that_were_never_analysed(
    name: str, connection: asyncpg.Connection
) -> None:
    for table, rows in _LARGE.items():
        await connection.execute(
            f"INSERT INTO {table} {rows} FROM (SELECT g::text FROM generate_series(1, {_ROWS}) g) AS one (n)"
        )
    plan = await _plan(connection, getattr(load_statements(), name))
    assert list(_read_at_large(plan)) == []


async def test_a_batch_is_planned_for_the_tables_of_now(connection: asyncpg.Connection) -> None:
    async with connection.transaction():
        await connection.fetchval(load_statements().lock_engine)
        assert await connection.fetchval("SHOW plan_cache_mode") == "force_custom_plan"
    assert await connection.fetchval("SHOW plan_cache_mode") == "auto"


async def _plan(connection: asyncpg.Connection, statement: str) -> dict[str, Any]:
    """How the statement is run for whatever is asked."""
    parameters = (await connection.prepare(statement)).get_parameters()
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    await connection.execute(f"PREPARE looked_up AS {statement}")
    given = ", ".join(["NULL"] * len(parameters))
    execution = f"looked_up ({given})" if given else "looked_up"
    (plan,) = json.loads(await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE {execution}"))
    return dict(plan["Plan"])


def _read_at_large(node: dict[str, Any]) -> Iterator[str]:
    """The scans of large tables below a node that no key narrows."""
    table = node.get("Relation Name") if node["Node Type"].endswith("Scan") else None
    if table in _LARGE and not _is_narrowed(node):
        yield f"{node['Node Type']} of {table} by {node.get('Index Cond', 'nothing')}"
    for child in node.get("Plans", ()):
        yield from _read_at_large(child)


def _is_narrowed(node: dict[str, Any]) -> bool:
    if node["Node Type"] == "Tid Scan":
        return True
    if node["Node Type"] == "Bitmap Heap Scan":
        return all(_is_narrowed(child) for child in node["Plans"])
    conditions = str(node.get("Index Cond", "")).split(" AND ")
    return any(one and not one.strip("()").startswith(_COMMON) for one in conditions)
