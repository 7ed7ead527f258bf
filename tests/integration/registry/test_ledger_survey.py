"""What the registry shows of the readers of its ledger, over its own tables."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from chassis.clock import SystemClock
from chassis.errors import ServiceError
from chassis.postgres import Postgres, PostgresSettings
from courtlist.ledger.v1 import position_pb2
from registry.feed.feed_queries import FeedQueries
from registry.feed.head_watch import HeadWatch
from registry.feed.ledger_survey import LedgerSurvey

CHANGES = """
INSERT INTO change (position, incarnation, act, ends, recorded_at, body, previous_hash, hash)
SELECT n, (SELECT incarnation FROM ledger_head), 1, false,
       clock_timestamp() - make_interval(secs => 60 * (11 - n)), '', $1, $1
FROM generate_series(1, 10) AS n
"""
READER = """
INSERT INTO follower (follower, incarnation, position, seen_at)
VALUES ($1, (SELECT incarnation FROM ledger_head), $2, clock_timestamp() - $3::interval)
"""


@pytest.fixture
async def postgres(database: str) -> AsyncIterator[Postgres]:
    settings = PostgresSettings(dsn=database, schema="registry", application_name="test")
    async with Postgres.open(settings) as opened:
        yield opened


@pytest.fixture
def watch() -> HeadWatch:
    return HeadWatch()


@pytest.fixture
def survey(postgres: Postgres, watch: HeadWatch) -> LedgerSurvey:
    return LedgerSurvey(
        postgres=postgres, queries=FeedQueries.load(), watch=watch, clock=SystemClock()
    )


async def ten_changes(postgres: Postgres) -> None:
    async with postgres.connection() as connection:
        await connection.execute(CHANGES, bytes(32))
        await connection.execute("UPDATE ledger_head SET position = 10")


async def test_a_reader_is_behind_by_changes_and_by_the_age_of_the_oldest(
    postgres: Postgres, survey: LedgerSurvey
) -> None:
    await ten_changes(postgres)
    async with postgres.connection() as connection:
        await connection.execute(READER, "hotel", 7, timedelta(seconds=90))
        await connection.execute(READER, "travel", 10, timedelta(0))
    await survey.look()
    lags = survey.lags()
    assert lags.keys() == {"hotel", "travel"}
    assert (lags["hotel"].positions, lags["travel"].positions) == (3, 0)
    # The change at 8 was recorded three minutes ago.
    assert lags["hotel"].seconds == pytest.approx(180, abs=20)
    assert lags["hotel"].silent_s == pytest.approx(90, abs=20)
    assert lags["travel"].seconds == 0


async def test_a_reader_ahead_of_a_restored_ledger_is_behind_by_nothing(
    postgres: Postgres, survey: LedgerSurvey
) -> None:
    await ten_changes(postgres)
    async with postgres.connection() as connection:
        await connection.execute(READER, "travel", 14, timedelta(0))
    await survey.look()
    assert survey.lags()["travel"].positions == 0


async def test_names_from_the_network_make_only_so_many_labels(
    postgres: Postgres, survey: LedgerSurvey
) -> None:
    async with postgres.connection() as connection:
        for number in range(80):
            await connection.execute(READER, f"reader-{number}", 0, timedelta(0))
    await survey.look()
    assert len(survey.lags()) == 64


async def test_the_view_follows_what_this_process_writes_between_two_looks(
    postgres: Postgres, survey: LedgerSurvey, watch: HeadWatch
) -> None:
    await ten_changes(postgres)
    await survey.look()
    view = survey.view()
    assert (view.position, view.head) == (10, 10)
    watch.note_written(position_pb2.Position(incarnation=view.incarnation, position=11))
    assert survey.view().head == 11
    watch.note_written(position_pb2.Position(incarnation="another one", position=14))
    assert survey.view().head == 10


async def test_what_was_seen_last_stays_while_the_database_is_away(
    postgres: Postgres, survey: LedgerSurvey, database: str
) -> None:
    await ten_changes(postgres)
    await survey.look()
    settings = PostgresSettings(dsn=database, schema="nowhere", application_name="test")
    async with Postgres.open(settings) as elsewhere:
        survey._postgres = elsewhere
    with pytest.raises(ServiceError):
        await survey.look()
    assert survey.view().head == 10
