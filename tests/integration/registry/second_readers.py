"""Further readers over a test's servers, and what is stored there."""

import asyncio
from typing import cast
from uuid import UUID

from redis.asyncio import Redis

from chassis.clock import HeldClock, SystemClock
from courtlist.registry.v1 import listing_pb2 as pb
from registry.reading.cached_reads import CachedReads
from registry.reading.freshness import Freshness
from registry.reading.reads import Reads
from registry.reading.record_cache import (
    RecordCache,
)
from tests.contract.registry.reading import (
    KEYS,
    Reading,
)


class SlowReads:
    """An inner reader whose answer, once read, is held back until it is let go."""

    def __init__(self, inner: Reads) -> None:
        self._inner = inner
        self.has_read = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def get_listing(self, listing_id: UUID, freshness: Freshness) -> pb.Listing:
        answer = await self._inner.get_listing(listing_id, freshness)
        self.has_read.set()
        await self.may_answer.wait()
        return answer


def second_reader(court: Reading, inner: object) -> CachedReads:
    """Another call in the same process, over the same cache."""
    assert court.cache is not None
    return CachedReads(
        inner=cast("Reads", inner), cache=court.cache, digest_keys=KEYS, clock=SystemClock()
    )


def held_reads(court: Reading, clock: HeldClock, inner: object | None = None) -> CachedReads:
    """A process of its own over the same servers, whose time stands still."""
    assert court.raw_cache is not None
    cache = RecordCache(cache=court.raw_cache, sealer=court.seed.sealer, clock=clock)
    return CachedReads(
        inner=cast("Reads", inner or court.primary), cache=cache, digest_keys=KEYS, clock=clock
    )


async def stored(valkey_server: str, prefix: str) -> dict[str, tuple[bytes, int]]:
    """(value, milliseconds to live) of every key of this test."""
    kept = {}
    async with Redis.from_url(valkey_server) as client:
        async for key in client.scan_iter(f"{prefix}*"):
            value = await client.get(key)
            assert isinstance(value, bytes)
            kept[key.decode().removeprefix(f"{prefix}:")] = value, await client.pttl(key)
    return kept
