"""What the cache holds, for how long, and when it answers."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chassis.cache import CacheSettings
from chassis.clock import HeldClock
from courtlist.registry.v1 import listing_pb2 as pb
from courtlist.registry.v1 import registry_service_pb2
from document import digest
from registry.reading.freshness import FULLY_CONSISTENT, MINIMIZE_LATENCY, Freshness, Place
from registry.reading.record_cache import (
    ENTRY_AGE_S_MAX,
    FLOOR_S,
    listing_key,
    order_key,
    standing_key,
)
from registry.reading.states import instant
from tests.contract.registry.reading import (
    KEYS,
    Reading,
    id_card,
)
from tests.integration.registry.second_readers import SlowReads, held_reads, stored


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


async def test_an_entry_lives_for_what_is_left_of_sixty_seconds(
    court: Reading, valkey_server: str, cache_settings: CacheSettings
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    clock, slow = HeldClock(datetime.now(UTC)), SlowReads(court.primary)
    reads = held_reads(court, clock, slow)
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
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    clock = HeldClock(datetime.now(UTC))
    reads = held_reads(court, clock)
    await reads.get_listing(listing_id, MINIMIZE_LATENCY)
    await court.seed.end_listing(listing_id)
    for late_s, state in ((30, pb.BASIS_STATE_IN_FORCE), (61, pb.BASIS_STATE_DELETED)):
        clock.set(datetime.now(UTC) + timedelta(seconds=late_s))
        assert (await reads.get_listing(listing_id, MINIMIZE_LATENCY)).state == state


async def test_a_reader_held_up_for_longer_than_an_entry_may_live_keeps_nothing(
    court: Reading, valkey_server: str, cache_settings: CacheSettings
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    clock, slow = HeldClock(datetime.now(UTC)), SlowReads(court.primary)
    reads = held_reads(court, clock, slow)
    reader = asyncio.create_task(reads.get_listing(listing_id, MINIMIZE_LATENCY))
    await slow.has_read.wait()
    clock.advance(ENTRY_AGE_S_MAX)
    slow.may_answer.set()
    await reader
    assert await stored(valkey_server, cache_settings.prefix) == {}
    assert court.raw_cache is not None
    assert court.raw_cache.counts.faults == 0


async def test_a_state_in_a_kept_answer_is_computed_anew_by_this_clock(court: Reading) -> None:
    now = datetime.now(UTC)
    card = id_card()
    subject_id = await court.seed.subject(card)
    soon = now + timedelta(seconds=30)
    listing_id = await court.seed.listing(subject_id, start_at=soon)
    order_id = await court.seed.order(subject_id, period_end_at=soon)
    clock = HeldClock(now)
    reads = held_reads(court, clock)

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
    assert court.raw_cache is not None
    assert court.raw_cache.counts.misses == 3


async def test_a_clock_that_lags_takes_no_kept_answer_back_before_its_reading(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    behind = held_reads(court, HeldClock(datetime.now(UTC) - timedelta(seconds=20)))
    first = await behind.get_listing(listing_id, MINIMIZE_LATENCY)
    kept = await behind.get_listing(listing_id, MINIMIZE_LATENCY)
    assert instant(kept.as_of_time) == instant(first.as_of_time)


async def test_the_cache_holds_facts_and_no_verdict(
    court: Reading, valkey_server: str, cache_settings: CacheSettings
) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card)
    listing_id = await court.seed.listing(subject_id)
    ended_id = await court.seed.listing(subject_id)
    await court.seed.end_listing(ended_id)
    await court.reads.get_standing(card, MINIMIZE_LATENCY)
    for one in (listing_id, ended_id):
        await court.reads.get_listing(one, MINIMIZE_LATENCY)
    kept = {
        key: court.seed.sealer.unseal(value[20:], f"cache/{key}")
        for key, (value, _) in (await stored(valkey_server, cache_settings.prefix)).items()
    }
    standing = registry_service_pb2.GetStandingResponse.FromString(
        kept[standing_key(1, digest(card, KEYS[0]))]
    )
    states = [
        pb.Listing.FromString(kept[listing_key(listing_id)]).state,
        standing.listings[0].state,
        pb.Listing.FromString(kept[listing_key(ended_id)]).state,
    ]
    assert states == [
        pb.BASIS_STATE_UNSPECIFIED,
        pb.BASIS_STATE_UNSPECIFIED,
        pb.BASIS_STATE_DELETED,
    ]


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
