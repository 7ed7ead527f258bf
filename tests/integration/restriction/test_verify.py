"""A replay from 0 equals the follower's state, and a difference is found."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import timedelta

import asyncpg
import pytest

from chassis.clock import SystemClock
from restriction.facts.verify import BusyError, verify
from restriction.ledger import LedgerRewoundError
from restriction.wiring import open_stores
from tests.builders import resident_id
from tests.fakes.field import digest_of, settings
from tests.fakes.ledger import START, FakeLedger
from tests.fakes.ledger_server import Served
from tests.fakes.travel import CLEAR, RunningTravel, running_travel, ticket
from travel.policy import TravelPolicy


async def _differences(service: RunningTravel) -> Mapping[str, int]:
    async with AsyncExitStack() as stack:
        stores = await open_stores(service.config, TravelPolicy(), stack)
        return await verify(
            ledger=stores.ledger, store=stores.rebuild, loading=stores.loading, clock=SystemClock()
        )


async def test_a_follower_that_goes_on_meanwhile_equals_a_replay(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    ledger.enrol_court()
    for number in range(40):
        ledger.bind(f"s{number}", f"d{number}", digest_of(resident_id(serial=number)))
        ledger.issue(f"o{number}", f"s{number}")

    async def act() -> None:
        for number in range(40):
            ledger.lift(f"o{number}", f"s{number}")
            await asyncio.sleep(0.005)

    acting = asyncio.create_task(act())
    assert await _differences(travel_service) == {}
    await acting
    await travel_service.reached(len(ledger.changes))
    assert await _differences(travel_service) == {}


async def test_endings_applied_ahead_are_no_difference(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
    await travel_service.reached(ledger.issue("o1", "s1"))
    ledger.held_after = len(ledger.changes)
    ledger.issue("o2", "s1")
    ledger.lift("o1", "s1")
    await travel_service.answers(CLEAR, ticket(1))
    assert await _differences(travel_service) == {}
    ledger.held_after = None


async def test_an_unbinding_is_no_difference(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
    ledger.bind("s1", "d2", digest_of(resident_id(serial=2)))
    await travel_service.reached(ledger.issue("o1", "s1"))
    await travel_service.reached(ledger.unbind("s1", "d2"))
    assert await _differences(travel_service) == {}
    await travel_service.answers(CLEAR, ticket(2))


async def test_what_the_follower_has_yet_to_read_is_called_no_difference(
    database: str, ledger: FakeLedger, registry: Served
) -> None:
    async with running_travel(settings(database, registry.address)) as service:
        ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
        await service.reached(ledger.issue("o1", "s1"))
    # A replay is not told the digest any more; the follower, stopped, does not know that yet.
    ledger.unbind("s1", "d1")
    with pytest.raises(BusyError):
        await _differences(service)


@pytest.mark.parametrize(
    ("tampering", "kind"),
    [
        ("UPDATE travel.basis SET items = 0", "basis"),
        ("DELETE FROM travel.basis", "basis"),
        ("UPDATE travel.digest SET live = false", "digest"),
        ("UPDATE travel.binding SET subject_id = 's2'", "binding"),
        ("UPDATE travel.court SET contact = ''", "court"),
        ("UPDATE travel.basis SET void_from_start = true", "basis"),
        ("UPDATE travel.obligation SET reopened_position = 99", "obligation"),
        ("UPDATE travel.pass SET items = 0", "pass"),
        ("DELETE FROM travel.partner", "partner"),
        ("UPDATE travel.rating SET stars = 5", "rating"),
    ],
)
async def test_what_differs_from_a_replay_is_found(
    database: str, ledger: FakeLedger, travel_service: RunningTravel, tampering: str, kind: str
) -> None:
    ledger.enrol_court()
    ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
    ledger.perform("b1")
    ledger.grant_pass("p1", "o1", "s1", start_at=START, end_at=START + timedelta(days=1))
    ledger.enrol_partner("inn")
    ledger.rate("inn", 3)
    await travel_service.reached(ledger.issue("o1", "s1"))
    connection = await asyncpg.connect(database)
    await connection.execute(tampering)
    await connection.close()
    assert kind in await _differences(travel_service)


async def test_a_rewound_ledger_is_not_read_from_0_behind_the_followers_back(
    database: str, ledger: FakeLedger, registry: Served
) -> None:
    """With a read from 0 every ledger agrees: it would end the wait for the follower's report."""
    async with running_travel(settings(database, registry.address)) as service:
        copy = ledger.enrol_court()
        ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
        await service.reached(ledger.issue("o1", "s1"))
    ledger.restore(copy)
    with pytest.raises(LedgerRewoundError):
        await _differences(service)
