"""How the travel service reads tickets, and what it makes of a manifest."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import date
from unittest.mock import patch

import pytest

from chassis.errors import ServiceError
from courtlist.restriction.v1 import restriction_pb2
from courtlist.travel.v1 import travel_service_pb2 as travel
from restriction.model import Answer, Reason
from tests.eventually import eventually
from tests.fakes.field import PATIENCE_S
from tests.fakes.parts import Bench
from tests.fakes.travel import CLEAR, RESTRICTED, UNDETERMINED, ticket
from travel.policy import TravelPolicy
from travel.servicer import TravelServicer

# Items of a manifest that look up facts at the same time (restriction.serving.answering).
_TOGETHER = 64


def _servicer(bench: Bench, *, manifest_timeout_s: float = PATIENCE_S) -> TravelServicer:
    return TravelServicer(bench.parts(TravelPolicy(), manifest_timeout_s=manifest_timeout_s))


async def _until_its_deadline(
    bench: Bench,
    items: Sequence[travel.CheckPassengerRequest],
    is_stuck: Callable[[], bool],
) -> travel.CheckPassengersResponse:
    """What a manifest is answered whose time is up once `is_stuck`: the loop's clock is put forward then,
    so that a slow machine gives nothing up before.
    """
    loop = asyncio.get_running_loop()
    asking = asyncio.create_task(
        _servicer(bench).CheckPassengers(travel.CheckPassengersRequest(items=items), None)
    )
    await eventually(is_stuck)
    with patch.object(loop, "time", lambda: time.monotonic() + PATIENCE_S + 1):
        return await asking


async def _check(bench: Bench, request: travel.CheckPassengerRequest) -> restriction_pb2.Decision:
    return (await _servicer(bench).CheckPassenger(request, None)).decision


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


@pytest.mark.parametrize(("purpose", "reason"), [(0, "FIELD_REQUIRED"), (99, "FIELD_INVALID")])
async def test_nobody_is_looked_up_for_no_purpose_or_one_not_known_here(
    purpose: int, reason: str
) -> None:
    bench = Bench()
    bench.enter(1)
    request = ticket(1)
    request.purpose = travel.Purpose.ValueType(purpose)
    with pytest.raises(ServiceError) as refused:
        await _check(bench, request)
    (violation,) = refused.value.violations
    assert (violation.field, violation.reason_name) == ("purpose", reason)
    assert violation.description.endswith("give one of ORDER, CHANGE, COPY")
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
    reply = await _until_its_deadline(bench, items, lambda: bench.store.waiting == _TOGETHER)
    results = list(reply.results)
    assert results.pop(1).WhichOneof("result") == "status"
    answers = [one.decision.answer for one in results]
    assert answers == [RESTRICTED, *[UNDETERMINED] * len(hanging), CLEAR]
    reasons = {one.decision.reason for one in results[1:-1]}
    assert reasons == {restriction_pb2.REASON_NOT_CONFIRMED}


async def test_every_answer_is_counted_by_partner_and_purpose_and_what_is_refused_is_not() -> None:
    bench = Bench()
    bench.enter(1)
    changed = ticket(2)
    changed.purpose = travel.PURPOSE_CHANGE
    servicer = _servicer(bench)
    await servicer.CheckPassenger(ticket(2), None)
    items = [ticket(1), ticket(3), changed, travel.CheckPassengerRequest()]
    await servicer.CheckPassengers(travel.CheckPassengersRequest(items=items), None)
    await bench.queries.flush()
    counted = {
        (key.day, key.partner_id, key.purpose, key.answer.name): count
        for key, count in bench.sink.counts.items()
    }
    day = date(2026, 6, 1)
    assert counted == {
        (day, "partner-1", "ORDER", "CLEAR"): 2,
        (day, "partner-1", "ORDER", "RESTRICTED"): 1,
        (day, "partner-1", "CHANGE", "CLEAR"): 1,
    }


async def test_somebody_on_whom_something_was_found_is_logged_when_a_manifests_time_is_up() -> None:
    bench = Bench()
    bench.enter(1)
    asked, never = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        asked.set()
        await never.wait()

    bench.primary.reading = hang
    reply = await _until_its_deadline(bench, [ticket(1), ticket(2)], asked.is_set)
    assert [one.decision.answer for one in reply.results] == [UNDETERMINED, CLEAR]
    await bench.queries.flush()
    (row,) = bench.sink.rows
    assert (row.answer, row.reason) == (Answer.UNDETERMINED, Reason.NOT_CONFIRMED)
