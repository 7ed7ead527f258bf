"""A batch costs what it touches, however large the tables are and whatever is known of them.

While an import fills the tables there are no statistics yet; plans that read whole tables for each
batch were seen to halve the speed with every hundred thousand rows.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.stores.faults import Connection
from restriction.facts.statements import load_statements
from tests.contract.restriction.conftest import Bench

PEOPLE = 20_000
ONE_ITEM = 0b10
ASKED = [f"s{number}" for number in range(0, PEOPLE, PEOPLE // 500)]
# Of what concerns them there is one row in each table.
ROWS_MAX = 2 * len(ASKED)


async def _fill(connection: Connection) -> None:
    """One document, one order and one delivered restriction for each person; nothing analysed."""
    for statement in (
        f"ALTER TABLE {table} SET (autovacuum_enabled = false)"
        for table in ("basis", "binding", "digest", "delivered")
    ):
        await connection.execute(statement)
    people = f"FROM generate_series(0, {PEOPLE - 1}) AS n"
    await connection.execute(f"INSERT INTO binding SELECT 1, 'd' || n, 's' || n, 1, 0 {people}")
    await connection.execute(
        "INSERT INTO digest"
        f" SELECT 1, 'd' || n, 1, substr(sha256(n::text::bytea), 1, 16), false {people}"
    )
    await connection.execute(
        "INSERT INTO basis (generation, basis_id, subject_id, items, start_at, start_position)"
        f" SELECT 1, 'o' || n, 's' || n, {ONE_ITEM}, '2026-01-01', n {people}"
    )
    await connection.execute(f"INSERT INTO delivered SELECT 'o' || n, n, true, '' {people}")


async def _rows_looked_at(connection: Connection, statement: str, *arguments: Any) -> int:
    """By the busiest step of the plan; what it passed over counts, too."""
    text = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *arguments)
    return max(_rows_of(step) for step in _steps(json.loads(text)[0]["Plan"]))


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _steps(part)


def _rows_of(step: dict[str, Any]) -> int:
    columns = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter")
    return int(sum(step.get(column, 0) for column in columns) * step["Actual Loops"])


@pytest.mark.parametrize("plans", ["force_generic_plan", "force_custom_plan"])
@pytest.mark.parametrize("name", ["refresh_live", "deliver", "note_pending_starts"])
async def test_a_batch_reads_what_it_touches_and_no_more(
    bench: Bench, name: str, plans: str
) -> None:
    now = datetime.now(UTC)
    arguments: dict[str, Sequence[Any]] = {
        "refresh_live": (1, ASKED, False),
        "deliver": (1, ASKED, now, ONE_ITEM),
        "note_pending_starts": (1, ASKED, now),
    }
    statement = getattr(load_statements(), name)
    async with bench.postgres.connection() as connection:
        await _fill(connection)
        await connection.execute(f"SET plan_cache_mode = {plans}")
        assert await _rows_looked_at(connection, statement, *arguments[name]) <= ROWS_MAX
