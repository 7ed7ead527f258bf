"""Courts' readings with the cache, without it, and with it dead or hanging, in turn in one run."""

import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from redis.asyncio import Redis

from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from tests.bench.cores import cpu_seconds
from tests.bench.effort import Effort
from tests.bench.figure import Figure, percentile, spread_ms
from tests.bench.scene import Entered, Scene, together
from tests.eventually import eventually

_READERS: Final = 4
_READS_PER_BURST: Final = 300
# The cases in work: a court reads these, over and over, and hardly ever the rest.
_PEOPLE_MAX: Final = 300
_ACTS_BETWEEN_BURSTS: Final = 3
# Zipf's law: the person in place n is asked for n^-1.1 as often as the first.
_SKEW: Final = 1.1

_MINIMIZE: Final = rpc.Consistency()
_FULLY: Final = rpc.Consistency(fully_consistent=True)


@dataclass(slots=True)
class _Condition:
    """What readings took under one condition, by rounds."""

    consistency: rpc.Consistency
    rounds: list[list[float]] = field(default_factory=list)
    seconds: float = 0.0
    cpu_s: float = 0.0
    asked: int = 0
    missed: int = 0


class _Readers:
    """Readers of a skewed mix, and a clerk who corrects what they read."""

    def __init__(self, scene: Scene) -> None:
        self.registry = scene.pid("registry")
        self._scene = scene
        self._random = random.Random(20170501)
        self._people: Sequence[Entered] = self._random.sample(
            scene.entered, min(_PEOPLE_MAX, len(scene.entered))
        )
        self._weights = [place**-_SKEW for place in range(1, len(self._people) + 1)]

    async def burst(
        self, consistency: rpc.Consistency, count: int = _READS_PER_BURST
    ) -> list[float]:
        """Latencies of readings of listings, orders and standings, as likely each."""
        took_s: list[float] = []
        people = self._draw(count)

        async def read(turn: int) -> None:
            begun_s = time.perf_counter()
            await self._read(people[turn], turn % 3, consistency)
            took_s.append(time.perf_counter() - begun_s)

        await together(_READERS, iter(range(count)), read)
        return took_s

    async def correct(self) -> None:
        """A few acts on the same people, so that the cache has something to forget."""
        court = self._scene.court
        for one in self._draw(_ACTS_BETWEEN_BURSTS):
            held = await court.registry.courts.GetListing(
                rpc.GetListingRequest(listing_id=one.listing_id, consistency=_FULLY),
                metadata=court.clerk,
            )
            await court.registry.courts.CorrectListing(
                rpc.CorrectListingRequest(
                    request_id=request_id(),
                    listing_id=one.listing_id,
                    etag=held.listing.etag,
                    performed_part="部分履行",
                    reasons="履行情况已变化",
                ),
                metadata=court.judge,
            )

    async def _read(self, one: Entered, kind: int, consistency: rpc.Consistency) -> None:
        """One reading, verified to be of whom it was asked."""
        courts, judge = self._scene.court.registry.courts, self._scene.court.judge
        if kind == 0:
            listing = rpc.GetListingRequest(listing_id=one.listing_id, consistency=consistency)
            reply = await courts.GetListing(listing, metadata=judge)
            assert reply.listing.obligation_id == one.obligation_id
        elif kind == 1:
            order = rpc.GetOrderRequest(order_id=one.order_id, consistency=consistency)
            shown = await courts.GetOrder(order, metadata=judge)
            assert shown.order.listing_id == one.listing_id
        else:
            asked = rpc.GetStandingRequest(document=one.person.resident_id, consistency=consistency)
            standing = await courts.GetStanding(asked, metadata=judge)
            assert [it.listing_id for it in standing.listings] == [one.listing_id]

    def _draw(self, count: int) -> list[Entered]:
        return self._random.choices(self._people, self._weights, k=count)


async def measure(scene: Scene, effort: Effort) -> AsyncIterator[Figure]:
    """`cache_hit_ratio` and `read_*_ms`: with, without, with Valkey killed, and with it stopped."""
    await scene.fill(effort.entries)
    readers = _Readers(scene)
    with_cache, without = _Condition(_MINIMIZE), _Condition(_FULLY)
    dead, hanging = _Condition(_MINIMIZE), _Condition(_MINIMIZE)
    async with _statistics(scene) as counts:
        ratios = []
        for _ in range(effort.rounds):
            # The cache is cold after the round before.
            await readers.burst(_MINIMIZE, 2 * _READS_PER_BURST)
            asked, missed = with_cache.asked, with_cache.missed
            await _round(readers, with_cache, effort, counts)
            ratios.append(1 - (with_cache.missed - missed) / (with_cache.asked - asked))
            await _round(readers, without, effort)
            await scene.valkey.kill()
            await _round(readers, dead, effort)
            await scene.valkey.start()
            await _until_used(readers, counts)
            scene.valkey.process.pause()
            await _round(readers, hanging, effort)
            scene.valkey.process.resume()
            await _until_used(readers, counts)
    yield Figure(
        name="cache_hit_ratio",
        runs=ratios,
        digits=3,
        extra={
            "reads": with_cache.asked,
            "people": min(_PEOPLE_MAX, len(scene.entered)),
            "zipf": _SKEW,
            "acts_per_100_reads": round(100 * _ACTS_BETWEEN_BURSTS / _READS_PER_BURST, 1),
        },
    )
    baseline = percentile([one for part in without.rounds for one in part], 0.5)
    for name, condition in (
        ("read_with_cache_ms", with_cache),
        ("read_without_cache_ms", without),
        ("read_cache_killed_ms", dead),
        ("read_cache_hanging_ms", hanging),
    ):
        took_s = [one for part in condition.rounds for one in part]
        yield Figure(
            name=name,
            runs=[percentile(part, 0.5) * 1000 for part in condition.rounds],
            peer=None if condition is without else "read_without_cache_ms",
            digits=3,
            extra={
                **spread_ms(took_s),
                "p50_vs_peer": round(percentile(took_s, 0.5) / baseline, 2),
                "rate_per_s": round(len(took_s) / condition.seconds),
                "registry_cpu_ms_a_read": round(condition.cpu_s / len(took_s) * 1000, 3),
                "readers": _READERS,
            },
        )


async def _round(
    readers: _Readers,
    condition: _Condition,
    effort: Effort,
    counts: "Callable[[], Awaitable[tuple[int, int]]] | None" = None,
) -> None:
    took_s: list[float] = []
    for _ in range(effort.bursts):
        before = (0, 0) if counts is None else await counts()
        used_s, begun_s = cpu_seconds(readers.registry), time.perf_counter()
        took_s += await readers.burst(condition.consistency)
        condition.seconds += time.perf_counter() - begun_s
        condition.cpu_s += cpu_seconds(readers.registry) - used_s
        if counts is not None:
            after = await counts()
            condition.asked += after[0] - before[0]
            condition.missed += after[1] - before[1]
        await readers.correct()
    condition.rounds.append(took_s)


async def _until_used(readers: _Readers, counts: Callable[[], Awaitable[tuple[int, int]]]) -> None:
    """Wait until the registry asks the cache again."""

    async def used() -> bool:
        before, _ = await counts()
        await readers.burst(_MINIMIZE, _READERS)
        after, _ = await counts()
        return after - before >= _READERS

    await eventually(used)


@asynccontextmanager
async def _statistics(scene: Scene) -> AsyncIterator[Callable[[], Awaitable[tuple[int, int]]]]:
    """How often Valkey was asked, and how often it was given a value: while nobody writes, a miss."""
    client = Redis.from_url(scene.valkey.url, protocol=2)

    async def counts() -> tuple[int, int]:
        commands = await client.info("commandstats")
        asked = commands.get("cmdstat_get", {"calls": 0})["calls"]
        return asked, commands.get("cmdstat_eval", {"calls": 0})["calls"]

    try:
        yield counts
    finally:
        await client.aclose()
