"""A partner who pulls: its reads are charged, few of them wait, and those share one look at the head."""

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from chassis.clock import SystemClock
from chassis.errors import ServiceError
from courtlist.restriction.v1 import restriction_pb2
from restriction.asking.leases import Leases
from restriction.asking.limits import Limits
from restriction.facts.store import Delivery, DeliveryHead, DeliveryStore
from restriction.model import Position
from restriction.partners import Partners
from restriction.progress import Progress
from restriction.serving.deliveries import DeliveryReader
from restriction.serving.delivery_head import DeliveryHeads
from restriction.serving.partners import PartnerDigests
from tests.eventually import eventually


class EmptyStore:
    """Holds no step, and counts how often somebody looks."""

    def __init__(self) -> None:
        self.heads = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def read_delivery_head(self) -> DeliveryHead:
        self.heads += 1
        await self.may_answer.wait()
        return DeliveryHead(number=0, as_of=Position("life-1", 9), as_of_at=None)

    async def read_deliveries(self, after: int, limit: int) -> Sequence[Delivery]:
        del after, limit
        return ()


class Bench:
    """A reader over an empty store, for a partner with a rate."""

    def __init__(self, *, per_s: int = 1_000) -> None:
        self.store = EmptyStore()
        self.draining = asyncio.Event()
        self.progress = Progress(max_staleness_s=5, stale_limit_s=60)
        clock = SystemClock()
        self.reader = DeliveryReader(
            store=cast(DeliveryStore, self.store),
            digests=PartnerDigests(secret_of=lambda _: bytes(32)),
            progress=self.progress,
            limits=Limits(
                partners=Partners(progress=self.progress),
                leases=Leases(field="travel", shared=None, clock=clock),
                clock=clock,
                per_s=per_s,
                per_day=1_000_000,
            ),
            draining=self.draining,
            clock=clock,
        )

    async def read(self, partner_id: str = "rail", wait_ms: int = 0) -> None:
        request = restriction_pb2.ReadRestrictionsRequest(wait_ms=wait_ms)
        await self.reader.read(request, partner_id)

    def wait(self, partner_id: str) -> asyncio.Task[None]:
        return asyncio.create_task(self.read(partner_id, wait_ms=30_000))


async def test_a_third_read_of_a_partner_does_not_wait() -> None:
    bench = Bench()
    waiting = [bench.wait(partner_id) for partner_id in ("rail", "rail", "air")]
    await eventually(lambda: bench.store.heads == 3)
    with pytest.raises(ServiceError) as caught:
        await bench.read(wait_ms=30_000)
    assert caught.value.reason_name == "OVER_LIMIT"
    assert caught.value.metadata == {"limit": "WAITING"}
    assert caught.value.retry_after_s
    await bench.read()
    bench.draining.set()
    await asyncio.gather(*waiting)
    await bench.read(wait_ms=1)


async def test_a_read_costs_as_much_as_a_check() -> None:
    bench = Bench(per_s=1)

    async def read_often() -> None:
        for _ in range(100):
            await bench.read()

    with pytest.raises(ServiceError) as caught:
        await read_often()
    assert caught.value.metadata == {"limit": "RATE"}


async def test_all_who_wait_share_one_look_at_the_head() -> None:
    store = EmptyStore()
    store.may_answer.clear()
    heads = DeliveryHeads(store=cast(DeliveryStore, store))
    first = asyncio.create_task(heads.read())
    await eventually(lambda: store.heads == 1)
    later = [asyncio.create_task(heads.read()) for _ in range(50)]
    store.may_answer.set()
    await asyncio.gather(first, *later)
    assert store.heads == 2
