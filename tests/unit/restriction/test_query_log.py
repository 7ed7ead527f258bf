"""The query log: written in batches off the path, kept while the store is away, counted when lost."""

import uuid
from datetime import UTC, date, datetime

import pytest

from chassis.clock import HeldClock
from chassis.errors import ServiceError
from chassis.stores.faults import outcome_unknown, store_unavailable
from restriction.asking.query_counts import QueryCounts
from restriction.asking.query_log import QueryLog
from restriction.model import Answer, Query
from tests.fakes.restriction_doubles import NOW, MemoryQueries


def _query() -> Query:
    return Query(
        decision_id=str(uuid.uuid4()),
        decided_at=NOW,
        partner_id="rail",
        purpose="ORDER",
        product="RAIL G SECOND",
        answer=Answer.CLEAR,
        digest=bytes(16),
        epoch=1,
    )


@pytest.fixture
def sink() -> MemoryQueries:
    return MemoryQueries()


@pytest.fixture
def log(sink: MemoryQueries) -> QueryLog:
    return QueryLog(sink=sink, clock=HeldClock(NOW), waiting_max=1200)


async def test_everything_noted_is_written_in_order(log: QueryLog, sink: MemoryQueries) -> None:
    noted = [_query() for _ in range(1100)]
    for one in noted:
        log.note(one)
    assert log.waiting == 1100
    await log.flush()
    assert sink.rows == noted
    assert (log.waiting, log.lost) == (0, 0)


async def test_what_could_not_be_written_waits_and_is_written_once(
    log: QueryLog, sink: MemoryQueries
) -> None:
    log.note(_query())
    log.count("rail", "ORDER", Answer.CLEAR)
    sink.fault = store_unavailable()
    with pytest.raises(ServiceError):
        await log.flush()
    assert log.waiting == 1
    sink.fault = None
    log.count("rail", "ORDER", Answer.CLEAR)
    await log.flush()
    await log.flush()
    assert len(sink.rows) == 1
    assert list(sink.counts.values()) == [2]


async def test_counts_whose_commit_is_not_known_are_not_added_twice(
    log: QueryLog, sink: MemoryQueries
) -> None:
    log.note(_query())
    log.count("rail", "ORDER", Answer.CLEAR)
    sink.fault = outcome_unknown()
    with pytest.raises(ServiceError):
        await log.flush()
    sink.fault = None
    await log.flush()
    assert len(sink.rows) == 1
    assert sink.counts == {}


async def test_what_finds_the_queue_full_is_lost_and_counted(
    log: QueryLog, sink: MemoryQueries
) -> None:
    for _ in range(1207):
        log.note(_query())
    assert (log.waiting, log.lost) == (1200, 7)
    await log.flush()
    assert len(sink.rows) == 1200


async def test_at_the_end_what_waits_is_written_or_said_to_be_lost(
    log: QueryLog, sink: MemoryQueries
) -> None:
    log.note(_query())
    await log.close()
    assert len(sink.rows) == 1
    sink.fault = store_unavailable()
    log.note(_query())
    await log.close()
    assert log.lost == 1


def test_checks_are_counted_on_the_legal_day_on_which_they_were_answered() -> None:
    counts = QueryCounts()
    midnight = datetime(2026, 6, 1, 16, tzinfo=UTC)
    counts.add("rail", "ORDER", Answer.CLEAR, midnight.replace(hour=15, minute=59))
    counts.add("rail", "ORDER", Answer.CLEAR, midnight)
    counts.add("rail", "ORDER", Answer.CLEAR, midnight)
    assert {key.day: count for key, count in counts.take().items()} == {
        date(2026, 6, 1): 1,
        date(2026, 6, 2): 2,
    }
    assert not counts
