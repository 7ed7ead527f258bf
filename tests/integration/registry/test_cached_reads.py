"""The registry's cache on a real Postgres and a real Valkey: what it holds, and what it must not serve."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

from redis.asyncio import Redis

from chassis.cache import CacheSettings
from chassis.clock import HeldClock
from chassis.postgres import Postgres
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import listing_pb2 as pb
from document import digest
from registry.cached_reads import CachedReads
from registry.forgetting import Forgetting
from registry.freshness import FULLY_CONSISTENT, MINIMIZE_LATENCY, Freshness, Place
from registry.plan import Touched
from registry.reads import Reads
from registry.record_cache import (
    ENTRY_AGE_S_MAX,
    FLOOR_S,
    RecordCache,
    listing_key,
    order_key,
    standing_key,
)
from registry.states import instant
from tests import backends
from tests.contract.registry.reading import (
    KEYS,
    Reading,
    foreign_passport,
    id_card,
    reading,
)
from tests.integration.chassis.waiting import until


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


def cached(court: Reading, inner: object, clock: HeldClock) -> CachedReads:
    """A second reader over the same cache."""
    assert court.cache is not None
    return CachedReads(inner=cast("Reads", inner), cache=court.cache, digest_keys=KEYS, clock=clock)


async def stored(valkey_server: str, prefix: str) -> dict[str, tuple[bytes, int]]:
    """(value, milliseconds to live) of every key of this test."""
    kept = {}
    async with Redis.from_url(valkey_server) as client:
        async for key in client.scan_iter(f"{prefix}*"):
            value = await client.get(key)
            assert isinstance(value, bytes)
            kept[key.decode().removeprefix(f"{prefix}:")] = value, await client.pttl(key)
    return kept


async def test_a_second_reading_is_answered_without_asking_postgres(court: Reading) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card)
    listing_id = await court.seed.listing(subject_id)
    order_id = await court.seed.order(subject_id)
    for _ in range(3):
        await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
        await court.reads.get_order(order_id, MINIMIZE_LATENCY)
        await court.reads.get_standing(card, MINIMIZE_LATENCY)
    assert court.raw_cache is not None
    assert (court.raw_cache.counts.hits, court.raw_cache.counts.misses) == (6, 3)
    # Written behind the cache's back and told to nobody: whoever sees it has asked Postgres.
    await court.seed.end_listing(listing_id)
    assert (await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)).state == (
        pb.BASIS_STATE_IN_FORCE
    )


async def test_a_reader_from_before_an_act_cannot_bring_the_old_value_back(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    slow = SlowReads(court.primary)
    reader = asyncio.create_task(
        cached(court, slow, HeldClock(datetime.now(UTC))).get_listing(listing_id, MINIMIZE_LATENCY)
    )
    await slow.has_read.wait()
    await court.seed.end_listing(listing_id)
    await court.told(listings=[listing_id])
    slow.may_answer.set()
    assert (await reader).state == pb.BASIS_STATE_IN_FORCE
    listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    assert listing.state == pb.BASIS_STATE_DELETED


async def test_a_reader_from_before_an_act_cannot_replace_what_was_read_after_it(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    slow = SlowReads(court.primary)
    reader = asyncio.create_task(
        cached(court, slow, HeldClock(datetime.now(UTC))).get_listing(listing_id, MINIMIZE_LATENCY)
    )
    await slow.has_read.wait()
    await court.seed.end_listing(listing_id)
    fresh = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    assert fresh.state == pb.BASIS_STATE_DELETED
    slow.may_answer.set()
    await reader
    listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    assert listing.state == pb.BASIS_STATE_DELETED


async def test_a_reader_held_up_for_longer_than_an_entry_may_live_keeps_nothing(
    court: Reading, valkey_server: str, cache_settings: CacheSettings
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    clock, slow = HeldClock(datetime.now(UTC)), SlowReads(court.primary)
    assert court.raw_cache is not None
    cache = RecordCache(cache=court.raw_cache, sealer=court.seed.sealer, clock=clock)
    reads = CachedReads(inner=cast("Reads", slow), cache=cache, digest_keys=KEYS, clock=clock)
    reader = asyncio.create_task(reads.get_listing(listing_id, MINIMIZE_LATENCY))
    await slow.has_read.wait()
    clock.advance(ENTRY_AGE_S_MAX)
    slow.may_answer.set()
    await reader
    assert await stored(valkey_server, cache_settings.prefix) == {}


async def test_an_entry_lives_for_what_is_left_of_sixty_seconds(
    court: Reading, valkey_server: str, cache_settings: CacheSettings
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    clock, slow = HeldClock(datetime.now(UTC)), SlowReads(court.primary)
    assert court.raw_cache is not None
    cache = RecordCache(cache=court.raw_cache, sealer=court.seed.sealer, clock=clock)
    reads = CachedReads(inner=cast("Reads", slow), cache=cache, digest_keys=KEYS, clock=clock)
    reader = asyncio.create_task(reads.get_listing(listing_id, MINIMIZE_LATENCY))
    await slow.has_read.wait()
    clock.advance(50)
    slow.may_answer.set()
    await reader
    [(_, ttl_ms)] = (await stored(valkey_server, cache_settings.prefix)).values()
    assert 5_000 < ttl_ms <= 10_000


async def test_a_floor_outlives_every_entry_that_was_read_before_it(
    court: Reading, valkey_server: str, cache_settings: CacheSettings
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    await court.told(listings=[listing_id])
    kept = await stored(valkey_server, cache_settings.prefix)
    for _, ttl_ms in kept.values():
        assert ENTRY_AGE_S_MAX * 1000 < ttl_ms <= FLOOR_S * 1000


async def test_an_entry_that_outstayed_its_time_is_a_miss_whatever_the_server_says(
    court: Reading, database: str, cache_settings: CacheSettings
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    await court.seed.end_listing(listing_id)
    assert court.raw_cache is not None
    for late_s, state in ((30, pb.BASIS_STATE_IN_FORCE), (61, pb.BASIS_STATE_DELETED)):
        clock = HeldClock(datetime.now(UTC) + timedelta(seconds=late_s))
        cache = RecordCache(cache=court.raw_cache, sealer=court.seed.sealer, clock=clock)
        await cache.floor([], await head(court))
        reads = CachedReads(inner=court.primary, cache=cache, digest_keys=KEYS, clock=clock)
        assert (await reads.get_listing(listing_id, MINIMIZE_LATENCY)).state == state


async def head(court: Reading) -> position_pb2.Position:
    incarnation, position = await court.seed.head()
    return position_pb2.Position(incarnation=incarnation, position=position)


async def test_a_state_in_a_kept_answer_is_computed_anew_by_this_clock(court: Reading) -> None:
    now = datetime.now(UTC)
    card = id_card()
    subject_id = await court.seed.subject(card)
    soon = now + timedelta(seconds=30)
    listing_id = await court.seed.listing(subject_id, start_at=soon)
    order_id = await court.seed.order(subject_id, period_end_at=soon)
    clock = HeldClock(now)
    assert court.raw_cache is not None
    cache = RecordCache(cache=court.raw_cache, sealer=court.seed.sealer, clock=clock)
    reads = CachedReads(inner=court.primary, cache=cache, digest_keys=KEYS, clock=clock)

    async def shown() -> tuple[int, int, int, int]:
        standing = await reads.get_standing(card, MINIMIZE_LATENCY)
        listing = await reads.get_listing(listing_id, MINIMIZE_LATENCY)
        order = await reads.get_order(order_id, MINIMIZE_LATENCY)
        return listing.state, order.state, standing.listings[0].state, len(standing.orders)

    pending, in_force, expired = (
        pb.BASIS_STATE_PENDING,
        pb.BASIS_STATE_IN_FORCE,
        pb.BASIS_STATE_EXPIRED,
    )
    assert await shown() == (pending, in_force, pending, 1)
    clock.set(soon - timedelta(microseconds=1))
    assert await shown() == (pending, in_force, pending, 1)
    clock.set(soon)
    assert await shown() == (in_force, expired, in_force, 0)
    assert court.raw_cache.counts.misses == 3


async def test_a_clock_that_lags_takes_no_kept_answer_back_before_its_reading(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    first = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    behind = HeldClock(datetime.now(UTC) - timedelta(seconds=20))
    kept = await cached(court, court.primary, behind).get_listing(listing_id, MINIMIZE_LATENCY)
    assert instant(kept.as_of_time) == instant(first.as_of_time)


async def test_the_cache_holds_nothing_that_can_be_read(
    court: Reading, valkey_server: str, cache_settings: CacheSettings
) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card, name="测试丙")
    listing_id = await court.seed.listing(subject_id)
    order_id = await court.seed.order(subject_id)
    await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    await court.reads.get_order(order_id, MINIMIZE_LATENCY)
    await court.reads.get_standing(card, MINIMIZE_LATENCY)
    kept = await stored(valkey_server, cache_settings.prefix)
    assert set(kept) == {
        listing_key(listing_id),
        order_key(order_id),
        standing_key(1, digest(card, KEYS[0])),
    }
    everything = b"".join(key.encode() + value for key, (value, _) in kept.items())
    case_number = await court.seed.connection.fetchval("SELECT case_number FROM listing")
    for text in ("测试丙", "隐匿财产", case_number, card.number, card.masked(), str(subject_id)):
        assert text.encode() not in everything


async def poison(valkey_server: str, cache_settings: CacheSettings, key: str, value: bytes) -> None:
    async with Redis.from_url(valkey_server) as client:
        await client.set(f"{cache_settings.prefix}:{key}", value, px=60_000)


async def test_a_value_that_does_not_open_is_a_miss_and_is_replaced(
    court: Reading, valkey_server: str, cache_settings: CacheSettings
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id, other_id = [await court.seed.listing(subject_id) for _ in range(2)]
    await court.reads.get_listing(other_id, MINIMIZE_LATENCY)
    kept = await stored(valkey_server, cache_settings.prefix)
    foreign, _ = kept[listing_key(other_id)]
    position, sealed = foreign[:20], foreign[20:]
    no_message = court.seed.sealer.seal(b"\xff\xff", f"cache/{listing_key(listing_id)}")
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for value in (b"x", b"\x01\xffno such key", sealed, altered, no_message):
        await poison(valkey_server, cache_settings, listing_key(listing_id), position + value)
        for _ in range(2):
            listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
            assert listing.listing_id == str(listing_id)
        replaced = (await stored(valkey_server, cache_settings.prefix))[listing_key(listing_id)]
        assert replaced[0] != position + value


async def test_a_value_of_another_incarnation_is_a_miss(court: Reading) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card)
    listing_id = await court.seed.listing(subject_id)
    await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    await court.reads.get_standing(card, MINIMIZE_LATENCY)
    await court.seed.open_incarnation()
    await court.told()
    await court.seed.end_listing(listing_id)
    listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    standing = await court.reads.get_standing(card, MINIMIZE_LATENCY)
    assert listing.state == pb.BASIS_STATE_DELETED
    assert not standing.listings


async def test_a_process_learns_of_a_new_incarnation_from_its_first_reading_in_it(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    known, unknown = [await court.seed.listing(subject_id) for _ in range(2)]
    await court.reads.get_listing(known, MINIMIZE_LATENCY)
    await court.seed.open_incarnation()
    await court.seed.end_listing(known)
    await court.reads.get_listing(unknown, MINIMIZE_LATENCY)
    listing = await court.reads.get_listing(known, MINIMIZE_LATENCY)
    assert listing.state == pb.BASIS_STATE_DELETED


async def test_a_place_is_answered_from_the_cache_only_where_the_kept_position_suffices(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    incarnation, position = await court.seed.head()
    await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    await court.seed.end_listing(listing_id)
    for wanted, state in (
        (position - 1, pb.BASIS_STATE_IN_FORCE),
        (position, pb.BASIS_STATE_IN_FORCE),
        (position + 1, pb.BASIS_STATE_DELETED),
    ):
        listing = await court.reads.get_listing(
            listing_id, Freshness(at_least=Place(UUID(incarnation), wanted))
        )
        assert listing.state == state


async def test_a_place_of_another_life_is_never_answered_from_the_cache(court: Reading) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    incarnation, restored = await court.seed.head()
    await court.seed.open_incarnation()
    await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    await court.seed.end_listing(listing_id)
    listing = await court.reads.get_listing(
        listing_id, Freshness(at_least=Place(UUID(incarnation), restored))
    )
    assert listing.state == pb.BASIS_STATE_DELETED


async def test_a_fully_consistent_reading_neither_asks_nor_fills_the_cache(
    court: Reading, valkey_server: str, cache_settings: CacheSettings
) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card)
    listing_id = await court.seed.listing(subject_id)
    order_id = await court.seed.order(subject_id)
    await court.reads.get_listing(listing_id, FULLY_CONSISTENT)
    await court.reads.get_order(order_id, FULLY_CONSISTENT)
    await court.reads.get_standing(card, FULLY_CONSISTENT)
    assert court.raw_cache is not None
    counts = court.raw_cache.counts
    assert (counts.hits, counts.misses) == (0, 0)
    assert await stored(valkey_server, cache_settings.prefix) == {}


async def test_reading_goes_on_while_the_cache_is_dead_and_uses_it_again_afterwards(
    database: str,
) -> None:
    async with backends.embedded_valkey() as server:
        settings = CacheSettings(url=server.url, prefix="test")
        async with reading(database, cache_settings=settings) as court:
            subject_id = await court.seed.subject(id_card())
            listing_id = await court.seed.listing(subject_id)
            await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
            await server.kill()
            await court.seed.end_listing(listing_id)
            await court.told(listings=[listing_id])
            for _ in range(10):
                listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
                assert listing.state == pb.BASIS_STATE_DELETED
            await server.start()
            assert court.raw_cache is not None
            before = court.raw_cache.counts.hits

            async def hit() -> bool:
                await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
                assert court.raw_cache is not None
                return court.raw_cache.counts.hits > before

            await until(hit)


async def test_an_act_that_a_hanging_cache_was_not_told_of_is_shown_by_its_process(
    database: str,
) -> None:
    async with backends.embedded_valkey() as server:
        settings = CacheSettings(url=server.url, prefix="test")
        async with reading(database, cache_settings=settings) as court:
            subject_id = await court.seed.subject(id_card())
            listing_id = await court.seed.listing(subject_id)
            await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
            server.process.pause()
            await court.seed.end_listing(listing_id)
            await court.told(listings=[listing_id])
            listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
            assert listing.state == pb.BASIS_STATE_DELETED
            server.process.resume()
            assert court.raw_cache is not None
            await court.raw_cache.ping()
            later_id = await court.seed.listing(subject_id)
            hits = court.raw_cache.counts.hits

            async def hit() -> bool:
                await court.reads.get_listing(later_id, MINIMIZE_LATENCY)
                assert court.raw_cache is not None
                return court.raw_cache.counts.hits > hits

            await until(hit)
            listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
            assert listing.state == pb.BASIS_STATE_DELETED


class DeadPostgres:
    """The database went away between an act's commit and its answer."""

    def connection(self) -> object:
        raise ConnectionResetError


async def test_an_act_whose_keys_could_not_be_found_out_is_shown_by_its_process(
    court: Reading,
) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card)
    listing_id = await court.seed.listing(subject_id)
    assert (await court.reads.get_standing(card, MINIMIZE_LATENCY)).listings
    await court.seed.end_listing(listing_id)
    assert court.cache is not None
    forget = Forgetting(
        postgres=cast("Postgres", DeadPostgres()),
        cache=court.cache,
        sealer=court.seed.sealer,
        digest_keys=KEYS,
    )
    await forget(Touched(listing_ids=frozenset({listing_id})), await head(court))
    assert not (await court.reads.get_standing(card, MINIMIZE_LATENCY)).listings


async def test_an_act_on_a_subject_is_forgotten_under_every_key_that_shows_it(
    court: Reading, valkey_server: str, cache_settings: CacheSettings
) -> None:
    card, passport, unbound = id_card(), foreign_passport(1), foreign_passport(2)
    subject_id = await court.seed.subject(card, passport)
    document_id = await court.seed.bind(subject_id, unbound)
    await court.seed.unbind(document_id)
    first, second = [await court.seed.listing(subject_id) for _ in range(2)]
    order_id = await court.seed.order(subject_id)
    await court.seed.end_listing(second)
    stranger = id_card(1)
    await court.seed.listing(await court.seed.subject(stranger))
    documents = {standing_key(1, digest(one, KEYS[0])) for one in (card, passport, unbound)}
    listings = {listing_key(first), listing_key(second)}
    task_only = uuid4()
    for told, keys in (
        ({"subjects": [subject_id]}, listings | documents),
        ({"listings": [first]}, listings | documents),
        ({"orders": [order_id]}, listings | documents | {order_key(order_id)}),
        ({"listings": [task_only]}, {listing_key(task_only)}),
        ({}, set()),
    ):
        async with Redis.from_url(valkey_server) as client:
            for key in await stored(valkey_server, cache_settings.prefix):
                await client.delete(f"{cache_settings.prefix}:{key}")
        await court.told(**told)
        assert set(await stored(valkey_server, cache_settings.prefix)) == keys


async def test_readers_and_a_writer_at_once_never_show_an_act_undone(court: Reading) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    told_position = 0
    done = False

    async def read() -> None:
        while not done:
            asked_at = told_position
            listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
            assert int(listing.etag) >= asked_at
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(read()) for _ in range(8)]
    for _ in range(60):
        position = await court.seed.end_listing(listing_id)
        await court.told(listings=[listing_id])
        told_position = position
    done = True
    await asyncio.gather(*tasks)
    assert court.raw_cache is not None
    assert court.raw_cache.counts.hits > 0
