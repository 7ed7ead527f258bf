"""A cache that is dead, hangs, lies or outlives the ledger it copied."""

from datetime import UTC, datetime
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis.cache import CacheSettings, PositionedCache
from chassis.clock import HeldClock
from chassis.postgres import Postgres
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import listing_pb2 as pb
from registry.plan import Touched
from registry.reading.forgetting import Forgetting
from registry.reading.freshness import MINIMIZE_LATENCY
from registry.reading.record_cache import (
    listing_key,
)
from tests import backends
from tests.contract.registry.reading import (
    KEYS,
    Reading,
    id_card,
    reading,
)
from tests.eventually import eventually
from tests.integration.registry.second_readers import held_reads, stored


async def head(court: Reading) -> position_pb2.Position:
    incarnation, position = await court.seed.head()
    return position_pb2.Position(incarnation=incarnation, position=position)


async def answers(cache: PositionedCache | None) -> bool:
    assert cache is not None
    try:
        await cache.ping()
    except (RedisError, OSError):
        return False
    return True


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


async def test_a_value_that_was_read_beyond_the_restored_head_is_a_miss(court: Reading) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    for _ in range(5):
        await court.seed.act()
    await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    await court.seed.open_incarnation(lost=5)
    await court.told()
    await court.seed.end_listing(listing_id)
    listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    assert listing.state == pb.BASIS_STATE_DELETED


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


async def test_a_process_that_starts_trusts_nothing_that_was_kept_before_it(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id, other_id = [await court.seed.listing(subject_id) for _ in range(2)]
    await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    # The process that did this died before it had told the cache.
    await court.seed.end_listing(listing_id)
    started = held_reads(court, HeldClock(datetime.now(UTC)))
    await started.get_listing(other_id, MINIMIZE_LATENCY)
    listing = await started.get_listing(listing_id, MINIMIZE_LATENCY)
    assert listing.state == pb.BASIS_STATE_DELETED


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

            await eventually(hit)


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
            await eventually(lambda: answers(court.raw_cache))
            later_id = await court.seed.listing(subject_id)
            hits = court.raw_cache.counts.hits

            async def hit() -> bool:
                await court.reads.get_listing(later_id, MINIMIZE_LATENCY)
                assert court.raw_cache is not None
                return court.raw_cache.counts.hits > hits

            await eventually(hit)
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
