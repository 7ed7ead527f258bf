"""Partners that pull: who reads, what they are sent, and how long they may wait."""

import asyncio
import time

import grpc
import pytest

from chassis.wire.status import parse
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from tests.builders import resident_id
from tests.fakes.field import digest_of
from tests.fakes.ledger import FakeLedger
from tests.fakes.travel import RunningTravel

_WAIT_MS = 30_000
# Tells a wait that something ends from one that only runs out.
_BEFORE_ITS_TIME_S = 25.0


async def _read(
    service: RunningTravel,
    partner: str = "rail",
    *,
    after: int = 0,
    limit: int = 0,
    wait_ms: int = 0,
    series: str = "",
) -> restriction.ReadRestrictionsResponse:
    page = restriction.ReadRestrictionsRequest(
        after=after, limit=limit, wait_ms=wait_ms, series=series
    )
    request = travel.ReadRestrictionsRequest(page=page)
    reply = await service.stub.ReadRestrictions(request, metadata=(("courtlist-partner", partner),))
    return reply.page


async def _one_restriction(ledger: FakeLedger, service: RunningTravel) -> bytes:
    digest = digest_of(resident_id())
    ledger.bind("s1", "d1", digest)
    await service.reached(ledger.issue("o1", "s1"))
    return digest


async def test_each_partner_reads_digests_of_its_own(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    inner = await _one_restriction(ledger, travel_service)
    (rail,) = (await _read(travel_service, "rail")).entries
    (air,) = (await _read(travel_service, "air")).entries
    (again,) = (await _read(travel_service, "rail")).entries
    assert len({inner, rail.digests[0], air.digests[0]}) == 3
    assert rail == again
    assert rail.event == restriction.RESTRICTION_EVENT_SET
    assert rail.number == 1


async def test_a_waiting_read_ends_when_something_happens(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    await _one_restriction(ledger, travel_service)
    waiting = asyncio.create_task(_read(travel_service, after=1, wait_ms=_WAIT_MS))
    ledger.lift("o1", "s1")
    async with asyncio.timeout(_BEFORE_ITS_TIME_S):
        page = await waiting
    (entry,) = page.entries
    assert entry.event == restriction.RESTRICTION_EVENT_LIFTED
    assert (entry.number, page.head) == (2, 2)
    assert not entry.digests


async def test_a_waiting_read_ends_at_once_when_the_process_drains(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    await _one_restriction(ledger, travel_service)
    waiting = asyncio.create_task(_read(travel_service, after=1, wait_ms=_WAIT_MS))
    # Answered on the same channel later than the waiting read was sent.
    await _read(travel_service)
    started_s = time.monotonic()
    travel_service.scope.draining.set()
    assert not (await waiting).entries
    assert time.monotonic() - started_s < _BEFORE_ITS_TIME_S


@pytest.mark.parametrize(
    ("after", "limit", "wait_ms", "field"),
    [
        (-1, 0, 0, "page.after"),
        (0, 1001, 0, "page.limit"),
        (0, -1, 0, "page.limit"),
        (0, 0, 30_001, "page.wait_ms"),
    ],
)
async def test_a_page_outside_its_limits_is_refused(
    travel_service: RunningTravel, after: int, limit: int, wait_ms: int, field: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await _read(travel_service, after=after, limit=limit, wait_ms=wait_ms)
    (violation,) = parse(refused.value).violations
    assert violation.field == field


async def test_a_copy_of_more_steps_than_there_are_is_told_to_begin_anew(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    await _one_restriction(ledger, travel_service)
    assert not (await _read(travel_service, after=1)).entries
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await _read(travel_service, after=2, wait_ms=_WAIT_MS)
    (violation,) = parse(refused.value).violations
    assert violation.field == "page.after"
    assert "read from 0" in violation.description


async def test_a_copy_of_another_life_of_the_numbers_is_told_so_wherever_they_are(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    await _one_restriction(ledger, travel_service)
    series = (await _read(travel_service)).series
    assert series
    assert (await _read(travel_service, after=1, series=series)).series == series
    for after in (0, 1):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await _read(travel_service, after=after, series="of a store that is gone")
        (violation,) = parse(refused.value).violations
        assert violation.field == "page.series"
        assert "read from 0" in violation.description
