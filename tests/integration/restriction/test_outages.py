"""The registry or the service's own store goes away and comes back."""

from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.postgres import PostgresServer
from tests.backends import embedded_postgres
from tests.builders import resident_id
from tests.fakes.field import digest_of, settings
from tests.fakes.ledger import FakeLedger
from tests.fakes.ledger_server import Served
from tests.fakes.travel import (
    CLEAR,
    RESTRICTED,
    UNDETERMINED,
    RunningTravel,
    rail,
    running_travel,
    ticket,
)


@pytest.fixture
async def own_postgres() -> AsyncIterator[PostgresServer]:
    async with embedded_postgres() as server:
        yield server


async def _restricted_person(ledger: FakeLedger, service: RunningTravel) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
    await service.reached(ledger.issue("o1", "s1"))
    assert (await service.check(ticket(1))).answer == RESTRICTED


async def test_without_the_registry_misses_are_clear_and_hits_are_undetermined(
    ledger: FakeLedger, registry: Served, travel_service: RunningTravel
) -> None:
    await _restricted_person(ledger, travel_service)
    await registry.stop()
    decision = await travel_service.check(ticket(1))
    assert decision.answer == UNDETERMINED
    assert decision.reason == restriction.REASON_NOT_CONFIRMED
    assert (await travel_service.check(ticket(2))).answer == CLEAR
    free = rail(travel.TRAIN_CATEGORY_K, travel.SEAT_CLASS_HARD_SEAT)
    assert (await travel_service.check(ticket(1, free))).answer == CLEAR

    position = ledger.lift("o1", "s1")
    await registry.start()
    await travel_service.reached(position)
    assert (await travel_service.check(ticket(1))).answer == CLEAR


async def test_a_service_cut_off_says_how_old_its_answers_are(
    database: str, ledger: FakeLedger, registry: Served
) -> None:
    config = settings(database, registry.address)
    async with running_travel(config) as before:
        await _restricted_person(ledger, before)
    await registry.stop()
    impatient = replace(config, max_staleness_s=0.0)
    async with running_travel(impatient) as after:
        # The index comes from the store: what was known before the restart is known after it.
        await after.answers(CLEAR, ticket(2))
        decision = await after.check(ticket(2))
        assert decision.stale
        assert decision.as_of.position == 2
        assert decision.HasField("as_of_time")
        assert (await after.check(ticket(1))).reason == restriction.REASON_NOT_CONFIRMED
        await after.health.poll()
        assert after.health.status("ready") == 1
        assert after.health.status("fresh") == 2


async def test_a_killed_store_leaves_misses_clear_and_service_resumes_by_itself(
    own_postgres: PostgresServer, ledger: FakeLedger, registry: Served
) -> None:
    async with running_travel(settings(own_postgres.dsn, registry.address)) as service:
        await _restricted_person(ledger, service)
        await own_postgres.kill()
        assert (await service.check(ticket(2))).answer == CLEAR
        # Sessions outlive their server for a moment, and read and record until they notice.
        await service.answers(UNDETERMINED, ticket(1))
        decision = await service.check(ticket(1))
        assert decision.answer == UNDETERMINED
        assert decision.reason in {
            restriction.REASON_STORE_UNREADABLE,
            restriction.REASON_NOT_RECORDED,
        }
        position = ledger.issue("o2", "s1")
        await own_postgres.start()
        await service.reached(position)
        await service.answers(RESTRICTED, ticket(1))
        assert len((await service.check(ticket(1))).bars) == 2


async def test_a_store_that_hangs_refuses_nobody(
    database: str, ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    await _restricted_person(ledger, travel_service)
    blocker = await asyncpg.connect(database)
    async with blocker.transaction():
        await blocker.execute("LOCK TABLE travel.basis IN ACCESS EXCLUSIVE MODE")
        assert (await travel_service.check(ticket(2))).answer == CLEAR
        decision = await travel_service.check(ticket(1))
        assert decision.reason == restriction.REASON_STORE_UNREADABLE
    await blocker.close()
    await travel_service.answers(RESTRICTED, ticket(1))


async def test_a_refusal_whose_record_hangs_is_none(
    database: str, ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    await _restricted_person(ledger, travel_service)
    blocker = await asyncpg.connect(database)
    async with blocker.transaction():
        await blocker.execute("LOCK TABLE travel.query_log IN ACCESS EXCLUSIVE MODE")
        decision = await travel_service.check(ticket(1))
        assert decision.reason == restriction.REASON_NOT_RECORDED
        assert not decision.bars
    await blocker.close()


async def test_a_second_engine_stands_by_and_takes_over(
    database: str, ledger: FakeLedger, registry: Served
) -> None:
    config = settings(database, registry.address)
    async with running_travel(config) as first:
        await _restricted_person(ledger, first)
        async with running_travel(config) as second:
            # Time enough to load what the first has stored, were it allowed to.
            await first.reached(ledger.enrol_court())
            await first.reached(ledger.enrol_court("京0001"))
            assert (await second.check(ticket(2))).reason == restriction.REASON_STARTING
            await first.scope.stack.aclose()
            await second.answers(CLEAR, ticket(2))
            await second.answers(RESTRICTED, ticket(1))
