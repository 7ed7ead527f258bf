"""The ledger is restored from an older copy while this follower is ahead (design §3.2)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from chassis.clock import SystemClock
from courtlist.ledger.v1 import change_pb2
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from restriction.facts.verify import verify
from restriction.wiring import Stores, open_stores
from tests.builders import resident_id
from tests.eventually import eventually
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
from travel.policy import TravelPolicy


@asynccontextmanager
async def _stores(travel_service: RunningTravel) -> AsyncIterator[Stores]:
    async with AsyncExitStack() as stack:
        yield await open_stores(travel_service.config, TravelPolicy(), stack)


async def _replay_equals(travel_service: RunningTravel) -> bool:
    async with _stores(travel_service) as stores:
        return not await verify(
            ledger=stores.ledger, store=stores.rebuild, loading=stores.loading, clock=SystemClock()
        )


async def _is_rebuilt(travel_service: RunningTravel, generation: int) -> None:
    async with _stores(travel_service) as stores:

        async def is_there() -> bool:
            follower = await stores.facts.read_follower()
            return follower.generation == generation and follower.reconciled

        await eventually(is_there)


async def _paid_and_forgotten(ledger: FakeLedger, travel_service: RunningTravel) -> None:
    """o1 is lifted, acknowledged, seen here; then the ledger loses the lift."""
    ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
    ledger.issue("o1", "s1")
    ledger.bind("s2", "d2", digest_of(resident_id(serial=2)))
    copy = ledger.issue("o2", "s2")
    await travel_service.reached(copy)
    await travel_service.reached(ledger.lift("o1", "s1"))
    ledger.restore(copy)


async def test_nobody_whose_lift_was_seen_is_refused_again(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    await _paid_and_forgotten(ledger, travel_service)
    for _ in range(40):
        assert (await travel_service.check(ticket(1))).answer != RESTRICTED
    await _is_rebuilt(travel_service, 2)
    decision = await travel_service.check(ticket(1))
    assert decision.answer == UNDETERMINED
    assert decision.reason == restriction.REASON_UNSETTLED
    # Those who were not concerned are refused as before.
    await travel_service.answers(RESTRICTED, ticket(2))


async def test_the_ledger_is_told_every_ending_it_lost_and_only_those(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    await _paid_and_forgotten(ledger, travel_service)
    await _is_rebuilt(travel_service, 2)
    assert [one.basis_id for one in ledger.reports[0].endings] == ["o1"]
    async with _stores(travel_service) as stores:
        (lost,) = await stores.rebuild.read_lost_endings()
    assert (lost.basis_id, lost.court_code) == ("o1", "京0000")


async def test_nobody_is_refused_on_a_document_that_was_seen_unbound_until_a_judge_has_looked(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    """The second document turned out to be another person's; the ledger loses that."""
    ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
    ledger.bind("s1", "d2", digest_of(resident_id(serial=2)))
    ledger.issue("o1", "s1")
    ledger.bind("s3", "d3", digest_of(resident_id(serial=3)))
    copy = ledger.issue("o3", "s3")
    await travel_service.reached(copy)
    unbound = ledger.unbind("s1", "d2")
    await travel_service.reached(unbound)
    seen = ledger.changes[-1].change.hash
    ledger.restore(copy)
    for _ in range(40):
        assert (await travel_service.check(ticket(2))).answer != RESTRICTED
    await _is_rebuilt(travel_service, 2)
    (reported,) = ledger.reports[0].endings
    assert (reported.document_id, reported.subject_id) == ("d2", "s1")
    assert (reported.position, reported.hash) == (unbound, seen)
    assert (reported.basis_id, reported.measure) == ("", change_pb2.MEASURE_UNSPECIFIED)
    decision = await travel_service.check(ticket(2))
    assert decision.answer == UNDETERMINED
    assert decision.reason == restriction.REASON_UNSETTLED
    await travel_service.answers(RESTRICTED, ticket(3))
    # The court unbinds the document again, and a judge lets the order stand.
    ledger.unbind("s1", "d2")
    await travel_service.reached(ledger.settle("o1", "s1", upheld=False))
    await travel_service.answers(CLEAR, ticket(2))
    await travel_service.answers(RESTRICTED, ticket(1))
    assert await _replay_equals(travel_service)


async def test_a_judge_settles_what_the_restore_lost(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    await _paid_and_forgotten(ledger, travel_service)
    await _is_rebuilt(travel_service, 2)
    await travel_service.reached(ledger.settle("o1", "s1", upheld=False))
    assert (await travel_service.check(ticket(1))).answer == RESTRICTED
    await travel_service.reached(ledger.lift("o1", "s1"))
    assert (await travel_service.check(ticket(1))).answer == CLEAR


async def test_an_upheld_ending_ends_it(ledger: FakeLedger, travel_service: RunningTravel) -> None:
    await _paid_and_forgotten(ledger, travel_service)
    await _is_rebuilt(travel_service, 2)
    await travel_service.reached(ledger.settle("o1", "s1", upheld=True))
    assert (await travel_service.check(ticket(1))).answer == CLEAR


async def test_after_a_rebuild_a_replay_from_0_equals_the_follower(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    await _paid_and_forgotten(ledger, travel_service)
    await _is_rebuilt(travel_service, 2)
    ledger.issue("o3", "s2")
    await travel_service.reached(ledger.lift("o2", "s2"))
    assert await _replay_equals(travel_service)


async def test_a_restore_behind_an_ending_seen_ahead_is_noticed(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    """Only the cursor of endings was past the restored head."""
    ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
    copy = ledger.issue("o1", "s1")
    await travel_service.reached(copy)
    ledger.held_after = len(ledger.changes)
    ledger.lift("o1", "s1")

    async def has_seen_it() -> bool:
        # The registry's own word is CLEAR before the cursor has brought the ending.
        decision = await travel_service.check(ticket(1))
        return decision.answer == CLEAR and decision.decided_by == restriction.DECIDED_BY_INDEX

    await eventually(has_seen_it)
    ledger.restore(copy)
    ledger.held_after = None
    for _ in range(40):
        assert (await travel_service.check(ticket(1))).answer != RESTRICTED
    await _is_rebuilt(travel_service, 2)
    assert (await travel_service.check(ticket(1))).answer == UNDETERMINED


async def test_a_restore_that_lost_nothing_of_ours_is_reported_and_followed(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
    head = ledger.issue("o1", "s1")
    await travel_service.reached(head)
    ledger.restore(head)
    await eventually(lambda: bool(ledger.reports))
    assert ledger.reports[0].last
    await travel_service.reached(len(ledger.changes))
    assert (await travel_service.check(ticket(1))).answer == RESTRICTED


async def test_a_crash_while_rebuilding_is_taken_up_again(
    database: str, ledger: FakeLedger, registry: Served
) -> None:
    config = settings(database, registry.address)
    async with running_travel(config) as before:
        ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
        copy = ledger.issue("o1", "s1")
        await before.reached(copy)
        await before.reached(ledger.lift("o1", "s1"))
    ledger.restore(copy)
    async with AsyncExitStack() as stack:
        stores = await open_stores(config, TravelPolicy(), stack)
        await stores.rebuild.mark_rebuilding()
        await stores.rebuild.start_generation(2)
    async with running_travel(config) as after:
        await _is_rebuilt(after, 2)
        assert (await after.check(ticket(1))).answer == UNDETERMINED
        assert await _replay_equals(after)


async def test_until_the_facts_are_rebuilt_nothing_is_decided_on_the_old_ones(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    free = rail(travel.TRAIN_CATEGORY_K, travel.SEAT_CLASS_HARD_SEAT)
    ledger.takes_reports = False
    await _paid_and_forgotten(ledger, travel_service)

    async def is_undetermined() -> bool:
        # Even what no order bars: the facts are of another life of the ledger.
        return (await travel_service.check(ticket(2, free))).answer == UNDETERMINED

    await eventually(is_undetermined)
    assert (await travel_service.check(ticket(2))).answer == UNDETERMINED
    # Who is in no index is clear as before.
    assert (await travel_service.check(ticket(9))).answer == CLEAR
    ledger.takes_reports = True
    await _is_rebuilt(travel_service, 2)
    await travel_service.answers(CLEAR, ticket(2, free))
