"""Positions of many partners are written together, and none is lost when a write fails."""

import asyncio
from collections.abc import Sequence

import pytest

from chassis.errors import ServiceError
from chassis.stores.faults import store_unavailable
from restriction.pushing.push_store import PartnerPosition, PositionWriter


class HeldPositions:
    """Writes when it is let, or fails."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.fails = False
        self.batches: list[list[PartnerPosition]] = []

    async def write_positions(self, positions: Sequence[PartnerPosition]) -> None:
        await self.go.wait()
        if self.fails:
            raise store_unavailable()
        self.batches.append(list(positions))


def _at(partner_id: str, acknowledged: int) -> PartnerPosition:
    return PartnerPosition(partner_id=partner_id, series="s", acknowledged=acknowledged)


async def test_who_waits_for_a_write_is_written_with_the_next_one() -> None:
    store = HeldPositions()
    writer = PositionWriter(store=store)
    writes = [asyncio.create_task(writer.write(_at(f"p{one}", 1))) for one in range(20)]
    await asyncio.sleep(0)
    store.go.set()
    await asyncio.gather(*writes)
    assert [len(batch) for batch in store.batches] == [1, 19]
    assert {one.partner_id for batch in store.batches for one in batch} == {
        f"p{one}" for one in range(20)
    }


async def test_a_later_position_of_a_partner_takes_the_place_of_one_that_waits() -> None:
    store = HeldPositions()
    writer = PositionWriter(store=store)
    first = asyncio.create_task(writer.write(_at("other", 1)))
    await asyncio.sleep(0)
    second = asyncio.create_task(writer.write(_at("rail", 1)))
    third = asyncio.create_task(writer.write(_at("rail", 2)))
    await asyncio.sleep(0)
    store.go.set()
    await asyncio.gather(first, second, third)
    assert store.batches == [[_at("other", 1)], [_at("rail", 2)]]


async def test_what_could_not_be_written_is_written_with_the_next_one() -> None:
    store = HeldPositions()
    store.go.set()
    store.fails = True
    writer = PositionWriter(store=store)
    with pytest.raises(ServiceError):
        await writer.write(_at("rail", 7))
    store.fails = False
    await writer.write(_at("air", 1))
    assert store.batches == [[_at("rail", 7), _at("air", 1)]]


async def test_a_failed_write_never_undoes_a_later_position() -> None:
    store = HeldPositions()
    writer = PositionWriter(store=store)
    store.fails = True
    failing = asyncio.create_task(writer.write(_at("rail", 7)))
    await asyncio.sleep(0)
    later = asyncio.create_task(writer.write(_at("rail", 9)))
    await asyncio.sleep(0)
    store.go.set()
    with pytest.raises(ServiceError):
        await failing
    store.fails = False
    await asyncio.gather(later, return_exceptions=True)
    await writer.write(_at("air", 1))
    assert {one.acknowledged for batch in store.batches for one in batch} == {9, 1}
