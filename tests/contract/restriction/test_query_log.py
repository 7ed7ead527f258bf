"""The query log on a real store: what is kept of a check, told, and forgotten."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chassis.clock import HeldClock
from restriction.asking.enrolments import PostgresEnrolments
from restriction.asking.query_counts import CountKey
from restriction.asking.query_store import BEFORE_ALL
from restriction.asking.retention import Retention
from restriction.model import Answer, Query, Reason
from tests.contract.restriction.conftest import Bench
from tests.fakes.restriction_doubles import NOW

DAY = date(2026, 6, 1)
FIRST = (NOW - timedelta(days=10_000), BEFORE_ALL)


def _query(number: int = 0, *, answer: Answer | None = Answer.UNDETERMINED) -> Query:
    return Query(
        decision_id=str(uuid.UUID(int=number + 1)),
        decided_at=NOW + timedelta(seconds=number),
        partner_id="rail",
        purpose="ORDER",
        product="RAIL G SECOND",
        answer=answer,
        reason=Reason.NOT_CONFIRMED,
        basis_ids=["o1"],
        digest=bytes([number]) * 16,
        epoch=1,
    )


def _key(answer: Answer, day: date = DAY) -> CountKey:
    return CountKey(day, "rail", "ORDER", answer)


async def _answers(bench: Bench) -> list[int]:
    return [one.answer for one in await bench.queries.read_queries("", FIRST, 100)]


async def test_what_was_found_is_read_back_without_a_digest(bench: Bench) -> None:
    await bench.queries.write_queries([_query()], {})
    (row,) = await bench.queries.read_queries("rail", FIRST, 10)
    assert (row.partner_id, row.purpose, row.product) == ("rail", "ORDER", "RAIL G SECOND")
    assert (row.answer, row.reason, row.basis_ids) == (3, 4, ["o1"])
    assert not hasattr(row, "digest")


async def test_the_same_row_again_changes_nothing(bench: Bench) -> None:
    for _ in range(2):
        await bench.queries.write_queries([_query()], {})
    assert await _answers(bench) == [3]


@pytest.mark.parametrize("late", ["late", ""])
async def test_a_refusal_that_was_not_given_in_time_is_kept_as_what_was_answered(
    bench: Bench, late: str
) -> None:
    refusal, answered = _query(answer=Answer.RESTRICTED), _query()
    for one in (answered, refusal) if late else (refusal, answered):
        await bench.queries.write_queries([one], {})
    assert await _answers(bench) == [Answer.UNDETERMINED]


async def test_counts_of_a_day_add_up(bench: Bench) -> None:
    await bench.queries.write_queries([], {_key(Answer.CLEAR): 3, _key(Answer.RESTRICTED): 1})
    await bench.queries.write_queries([], {_key(Answer.CLEAR): 4})
    rows = await bench.queries.read_counts(DAY, DAY, 10)
    assert [(row.day, row.partner_id, row.purpose, row.answer, row.count) for row in rows] == [
        (DAY, "rail", "ORDER", 1, 7),
        (DAY, "rail", "ORDER", 2, 1),
    ]
    assert await bench.queries.read_counts(DAY + timedelta(days=1), DAY.replace(day=9), 10) == []


async def test_the_log_is_read_in_order_from_any_place_in_it(bench: Bench) -> None:
    await bench.queries.write_queries([_query(number) for number in (2, 0, 1)], {})
    first = await bench.queries.read_queries("", FIRST, 2)
    assert [one.decision_id.int for one in first] == [1, 2]
    place = (first[-1].decided_at, first[-1].decision_id)
    assert [one.decision_id.int for one in await bench.queries.read_queries("", place, 2)] == [3]
    assert await bench.queries.read_queries("air", FIRST, 2) == []


async def test_who_asked_about_a_document_is_told_newest_first_and_that_is_logged(
    bench: Bench,
) -> None:
    mine = [replace(_query(number), digest=b"mine" * 4) for number in (0, 1)]
    await bench.queries.write_queries([*mine, _query(2)], {})
    told = replace(
        _query(7, answer=None),
        partner_id="court/京0000",
        purpose="PERSON_CONCERNED",
        digest=b"mine" * 4,
        person_id="clerk-1",
        reference="(2026)京0000查1号",
    )
    rows = await bench.queries.tell(told, [b"mine" * 4, b"older" + bytes(11)], 10)
    assert [row.decision_id.int for row in rows] == [2, 1]
    again = await bench.queries.tell(
        replace(told, decision_id=str(uuid.uuid4())), [told.digest], 10
    )
    assert (again[0].partner_id, again[0].answer) == ("court/京0000", 0)
    async with bench.postgres.connection() as connection:
        kept = await connection.fetchrow("SELECT * FROM query_log WHERE answer = 0")
    assert kept is not None
    assert (kept["person_id"], kept["reference"]) == ("clerk-1", "(2026)京0000查1号")


async def test_what_is_over_is_forgotten_in_batches_and_counts_later(bench: Bench) -> None:
    clock = HeldClock(NOW + timedelta(days=100))
    old = [_query(number) for number in range(3)]
    young = replace(_query(9), decided_at=clock.now())
    await bench.queries.write_queries(
        [*old, young], {_key(Answer.CLEAR): 1, _key(Answer.CLEAR, DAY - timedelta(days=900)): 1}
    )
    assert await bench.queries.purge_queries(NOW + timedelta(days=1), 2) == 2
    retention = Retention(
        store=bench.queries,
        nonces=PostgresEnrolments(postgres=bench.postgres),
        clock=clock,
        queries_days=99,
        counts_days=900,
    )
    await retention.purge()
    assert [one.decision_id.int for one in await bench.queries.read_queries("", FIRST, 10)] == [10]
    (count,) = await bench.queries.read_counts(date(2020, 1, 1), date(2030, 1, 1), 10)
    assert count.day == DAY
