"""How the travel service reads tickets, and what it makes of a manifest."""

import asyncio
from collections.abc import Sequence
from unittest.mock import create_autospec

import pytest

from chassis.clock import HeldClock
from courtlist.restriction.v1 import restriction_pb2
from courtlist.travel.v1 import travel_service_pb2 as travel
from restriction.answering import Answering
from restriction.confirm import Confirmer
from restriction.deliveries import DeliveryReader
from restriction.gate import Gate
from restriction.index import CountedIndex
from restriction.model import Facts, Position
from restriction.partners import HeaderIdentity
from restriction.parts import Parts
from restriction.progress import Progress
from restriction.ratings import Ratings
from restriction.refusals import RefusalRecorder
from tests.builders import digest_key, resident_id
from tests.fakes.field import PATIENCE_S, digest_of
from tests.fakes.restriction_doubles import (
    NOW,
    MemoryFacts,
    MemoryPrimary,
    MemoryRefusals,
    facts,
    order,
)
from tests.fakes.travel import CLEAR, RESTRICTED, UNDETERMINED, ticket
from travel.policy import TravelPolicy
from travel.servicer import TravelServicer


class HangingFacts(MemoryFacts):
    """Answers all but some, who wait for ever."""

    def __init__(self, answer: Facts, hanging: set[bytes]) -> None:
        super().__init__(answer)
        self.hanging = hanging

    async def read_facts(self, digests: Sequence[bytes]) -> Facts:
        if self.hanging & set(digests):
            await asyncio.Event().wait()
        return await super().read_facts(digests)


class Bench:
    """A servicer over a gate; whoever is entered is restricted."""

    def __init__(self) -> None:
        self.index = CountedIndex()
        self.store = HangingFacts(facts(order()), set())
        self.progress = Progress(max_staleness_s=5, stale_limit_s=86_400)
        self.progress.load(Position("life-1", 5), NOW)

    def enter(self, serial: int) -> bytes:
        value = digest_of(resident_id(serial=serial))
        self.index.add(value)
        return value

    def servicer(self, *, manifest_timeout_s: float = PATIENCE_S) -> TravelServicer:
        gate = Gate(
            policy=TravelPolicy(),
            keys=[digest_key()],
            index=self.index,
            progress=self.progress,
            store=self.store,
            confirmer=Confirmer(primary=MemoryPrimary(bases=(order(),)), timeout_s=PATIENCE_S),
            recorder=RefusalRecorder(store=MemoryRefusals(), timeout_s=PATIENCE_S),
            clock=HeldClock(NOW),
            store_timeout_s=2.0,
        )
        return TravelServicer(
            Parts(
                answering=Answering(gate=gate, manifest_timeout_s=manifest_timeout_s),
                deliveries=create_autospec(DeliveryReader),
                identity=HeaderIdentity(),
                ratings=Ratings(),
                clock=HeldClock(NOW),
            )
        )


async def _check(bench: Bench, request: travel.CheckPassengerRequest) -> restriction_pb2.Decision:
    return (await bench.servicer().CheckPassenger(request, None)).decision


@pytest.mark.parametrize("passenger", [travel.PASSENGER_UNSPECIFIED, travel.PASSENGER_ADULT])
async def test_an_adults_ticket_is_looked_up(passenger: travel.Passenger.ValueType) -> None:
    bench = Bench()
    bench.enter(1)
    assert (await _check(bench, ticket(1, passenger=passenger))).answer == RESTRICTED
    assert (await _check(bench, ticket(2, passenger=passenger))).answer == CLEAR


async def test_a_passenger_of_a_kind_not_known_here_is_never_looked_up() -> None:
    bench = Bench()
    bench.enter(1)
    decision = await _check(bench, ticket(1, passenger=travel.Passenger.ValueType(7)))
    assert decision.answer == UNDETERMINED
    assert decision.reason == restriction_pb2.REASON_CHILD_TICKET
    assert bench.store.reads == 0


async def test_a_day_of_travel_long_past_clears_no_adult_as_a_child() -> None:
    bench = Bench()
    request = ticket(1, passenger=travel.PASSENGER_CHILD)
    request.travel_date.year, request.travel_date.month, request.travel_date.day = 1, 1, 1
    assert (await _check(bench, request)).reason == restriction_pb2.REASON_CHILD_TICKET


async def test_what_is_not_known_at_a_manifests_deadline_is_undetermined() -> None:
    bench = Bench()
    first, hanging, last = 0, range(1, 100), 100
    bench.enter(first)
    # More than may look up at the same time: those who only wait for their turn are bounded, too.
    bench.store.hanging = {bench.enter(serial) for serial in hanging}
    broken = travel.CheckPassengerRequest()
    items = [ticket(first), broken, *map(ticket, hanging), ticket(last)]
    reply = await bench.servicer(manifest_timeout_s=0.3).CheckPassengers(
        travel.CheckPassengersRequest(items=items), None
    )
    results = list(reply.results)
    assert results.pop(1).WhichOneof("result") == "status"
    answers = [one.decision.answer for one in results]
    assert answers == [RESTRICTED, *[UNDETERMINED] * len(hanging), CLEAR]
    reasons = {one.decision.reason for one in results[1:-1]}
    assert reasons == {restriction_pb2.REASON_NOT_CONFIRMED}
