"""The positioned cache on a real Valkey, answering, hanging and dead."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from chassis.cache import CacheSettings, PositionedCache
from chassis.clock import SystemClock
from tests import backends
from tests.eventually import LIMIT_S, eventually, in_time


@pytest.fixture
async def cache(valkey_server: str, redis_prefix: str) -> AsyncIterator[PositionedCache]:
    settings = CacheSettings(url=valkey_server, prefix=redis_prefix, timeout_s=LIMIT_S)
    async with PositionedCache.open(settings, clock=SystemClock()) as opened:
        yield opened


async def found(cache: PositionedCache, key: str) -> bool:
    return await cache.get(key) is not None


async def keep(cache: PositionedCache, key: str, position: int, value: bytes) -> None:
    """As often as it takes: on a busy machine an answer comes too late for so short a patience."""
    await eventually(lambda: cache.put(key, position, value, ttl_s=600))


async def held(cache: PositionedCache, key: str) -> tuple[int, bytes]:
    """What is held, as soon as there is an answer."""
    answers: list[tuple[int, bytes]] = []

    async def is_answered() -> bool:
        answer = await cache.get(key)
        answers.extend([] if answer is None else [answer])
        return answer is not None

    await eventually(is_answered)
    return answers[-1]


async def missed(cache: PositionedCache, key: str) -> bool:
    return await cache.get(key) is None


async def test_a_value_comes_back_with_its_position(cache: PositionedCache) -> None:
    assert await cache.get("a") is None
    assert await cache.put("a", 7, b"\x00seven", ttl_s=60)
    assert await cache.get("a") == (7, b"\x00seven")
    assert (cache.counts.hits, cache.counts.misses, cache.counts.faults) == (1, 1, 0)


async def test_an_older_value_never_replaces_a_newer(cache: PositionedCache) -> None:
    await cache.put("a", 10, b"ten", ttl_s=60)
    assert not await cache.put("a", 9, b"nine", ttl_s=60)
    assert await cache.get("a") == (10, b"ten")
    assert await cache.put("a", 11, b"eleven", ttl_s=60)
    assert await cache.get("a") == (11, b"eleven")


async def test_positions_compare_as_numbers_past_what_a_double_holds(
    cache: PositionedCache,
) -> None:
    await cache.put("a", 2**53 + 1, b"new", ttl_s=60)
    assert not await cache.put("a", 2**53, b"old", ttl_s=60)
    assert not await cache.put("a", 999, b"old", ttl_s=60)
    assert await cache.get("a") == (2**53 + 1, b"new")


async def test_a_floor_empties_what_is_older_and_bars_a_late_reader(
    cache: PositionedCache,
) -> None:
    await cache.put("a", 5, b"five", ttl_s=60)
    assert await cache.floor(["a", "b"], 6, ttl_s=60)
    assert await cache.get("a") is None
    assert not await cache.put("a", 5, b"five", ttl_s=60)
    assert not await cache.put("b", 5, b"five", ttl_s=60)
    assert await cache.put("a", 6, b"six", ttl_s=60)
    assert await cache.get("a") == (6, b"six")


async def test_a_floor_leaves_what_is_as_new_or_newer(cache: PositionedCache) -> None:
    await cache.put("same", 6, b"same", ttl_s=60)
    await cache.put("newer", 7, b"newer", ttl_s=60)
    await cache.floor(["same", "newer"], 6, ttl_s=60)
    assert await cache.get("same") == (6, b"same")
    assert await cache.get("newer") == (7, b"newer")


async def test_an_entry_ends_with_its_time(cache: PositionedCache) -> None:
    await cache.put("a", 1, b"one", ttl_s=0.05)
    await eventually(lambda: missed(cache, "a"))


async def test_two_prefixes_do_not_meet(valkey_server: str, cache: PositionedCache) -> None:
    settings = CacheSettings(url=valkey_server, prefix="test:other", timeout_s=LIMIT_S)
    async with PositionedCache.open(settings, clock=SystemClock()) as other:
        await cache.put("a", 1, b"one", ttl_s=60)
        assert await other.get("a") is None


async def test_a_dead_server_is_a_miss_without_delay_and_found_again_within_five_seconds() -> None:
    async with backends.embedded_valkey() as server:
        settings = CacheSettings(url=server.url, prefix="test")
        async with PositionedCache.open(settings, clock=SystemClock()) as cache:
            assert await missed(cache, "a")

            async def trial() -> float:
                await server.kill()
                skipped = cache.counts.skipped
                while cache.counts.skipped == skipped:
                    assert await missed(cache, "a")
                # Whoever meets the first refusal costs a moment; the others do not try.
                faults = cache.counts.faults
                for _ in range(200):
                    assert await cache.get("a") is None
                assert cache.counts.faults <= faults + 2
                await server.start()
                began_s = time.monotonic()
                await keep(cache, "a", 1, b"one")
                took_s = time.monotonic() - began_s
                assert await held(cache, "a") == (1, b"one")
                return took_s

            await in_time(trial, limit_s=5)


async def test_a_hanging_server_costs_no_more_than_a_few_short_waits() -> None:
    async with backends.embedded_valkey() as server:
        settings = CacheSettings(url=server.url, prefix="test")
        async with PositionedCache.open(settings, clock=SystemClock()) as cache:
            await keep(cache, "a", 1, b"one")
            await keep(cache, "b", 2, b"two")
            faults = cache.counts.faults
            server.process.pause()
            for _ in range(500):
                assert await cache.get("a") is None
            assert cache.counts.faults <= faults + 4
            server.process.resume()
            await eventually(lambda: found(cache, "a"))
            # No reply that arrived late is taken for the answer to a later question.
            assert await held(cache, "b") == (2, b"two")
            assert await held(cache, "a") == (1, b"one")


async def test_after_a_floor_that_failed_this_process_trusts_nothing_older() -> None:
    async with backends.embedded_valkey() as server:
        settings = CacheSettings(url=server.url, prefix="test")
        async with PositionedCache.open(settings, clock=SystemClock()) as cache:
            await keep(cache, "a", 1, b"before the change")
            await keep(cache, "c", 3, b"after the change")
            server.process.pause()
            skipped = cache.counts.skipped
            # Once the breaker is open, the floor is not even left in the socket for later.
            while cache.counts.skipped == skipped:
                assert await missed(cache, "c")
            assert not await cache.floor(["a"], 2, ttl_s=600)
            server.process.resume()
            await eventually(lambda: found(cache, "c"))
            assert await cache.get("a") is None
            assert await held(cache, "c") == (3, b"after the change")
            async with PositionedCache.open(settings, clock=SystemClock()) as another_process:
                assert await held(another_process, "a") == (1, b"before the change")


async def test_a_caller_cut_in_the_middle_leaves_the_next_answer_right(
    cache: PositionedCache,
) -> None:
    for number in range(50):
        await cache.put(str(number), number, str(number).encode(), ttl_s=60)
    for number in range(50):
        cut = asyncio.create_task(cache.get(str(number)))
        for _ in range(number % 4):
            await asyncio.sleep(0)
        cut.cancel()
        await asyncio.wait((cut,))
        assert await cache.get("7") == (7, b"7")
