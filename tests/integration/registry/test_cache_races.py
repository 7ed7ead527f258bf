"""Readers and writers at once: an old value never comes back."""

import asyncio
from uuid import uuid4

from redis.asyncio import Redis

from chassis.cache import CacheSettings
from courtlist.registry.v1 import listing_pb2 as pb
from document import digest
from registry.reading.freshness import MINIMIZE_LATENCY
from registry.reading.record_cache import (
    listing_key,
    order_key,
    standing_key,
)
from tests.contract.registry.reading import (
    KEYS,
    Reading,
    foreign_passport,
    id_card,
)
from tests.integration.registry.second_readers import SlowReads, second_reader, stored


async def test_a_reader_from_before_an_act_cannot_bring_the_old_value_back(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    slow = SlowReads(court.primary)
    reader = asyncio.create_task(
        second_reader(court, slow).get_listing(listing_id, MINIMIZE_LATENCY)
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
        second_reader(court, slow).get_listing(listing_id, MINIMIZE_LATENCY)
    )
    await slow.has_read.wait()
    await court.seed.end_listing(listing_id)
    fresh = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    assert fresh.state == pb.BASIS_STATE_DELETED
    slow.may_answer.set()
    await reader
    listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    assert listing.state == pb.BASIS_STATE_DELETED


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
