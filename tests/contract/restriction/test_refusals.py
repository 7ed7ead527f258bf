"""Refusals are committed before they are given."""

import asyncio
import uuid

from restriction.model import Answer, Position, Query
from restriction.refusals import RefusalRecorder
from tests.contract.restriction.conftest import Bench
from tests.eventually import LIMIT_S
from tests.fakes.restriction_doubles import NOW


def _refusal() -> Query:
    return Query(
        decision_id=str(uuid.uuid4()),
        decided_at=NOW,
        basis_ids=["o1", "o2"],
        digest=bytes(16),
        epoch=1,
        partner_id="rail",
        purpose="ORDER",
        product="RAIL G SECOND",
        answer=Answer.RESTRICTED,
        as_of=Position("life-1", 7),
        articles={"o1": "CP Art 3(1) item 9", "o2": "CP Art 3(1) item 1"},
    )


async def test_many_refusals_are_committed_and_say_on_what_they_rest(bench: Bench) -> None:
    recorder = RefusalRecorder(store=bench.queries, timeout_s=LIMIT_S)
    refusals = [_refusal() for _ in range(450)]
    await asyncio.gather(*map(recorder.record, refusals))
    async with bench.postgres.connection() as connection:
        rows = await connection.fetch("SELECT * FROM query_log")
    assert {str(row["decision_id"]) for row in rows} == {one.decision_id for one in refusals}
    assert rows[0]["basis_ids"] == ["o1", "o2"]
    assert rows[0]["articles"] == ["CP Art 3(1) item 9", "CP Art 3(1) item 1"]
    assert rows[0]["as_of_position"] == 7


async def test_recording_again_changes_nothing(bench: Bench) -> None:
    refusal = _refusal()
    await bench.queries.record_refusals([refusal])
    await bench.queries.record_refusals([refusal])
    async with bench.postgres.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM query_log") == 1
