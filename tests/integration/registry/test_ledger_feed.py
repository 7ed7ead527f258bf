"""ReadChanges: order, cursors, waiting, and what is joined."""

import asyncio
import time

import asyncpg
import pytest

from courtlist.ledger.v1 import ledger_service_pb2 as feed
from registry.feed import change_wait
from registry.ledger import GENESIS_HASH, Entry, Head, verify
from tests.eventually import eventually
from tests.integration.registry.ledger_house import house
from tests.integration.registry.ledger_people import SCHEMA, Reader, body_of

ACTS = 250
# A wait of 30 s that something ends: its limit tells it from one that only runs out.
_BEFORE_ITS_TIME_S = 15.0


def positions(reader: Reader) -> list[int]:
    return [body_of(change).position for change in reader.changes]


async def test_two_writers_and_a_tailing_reader_see_one_gapless_chain(database: str) -> None:
    async with house(database) as registry:
        reader = registry.reader()

        async def write() -> None:
            for _ in range(ACTS):
                await registry.clerk.nothing()

        async def tail() -> None:
            while len(reader.changes) < 2 * ACTS:
                await reader.read(wait_ms=1000, limit=7)

        await asyncio.gather(write(), write(), tail())
        assert positions(reader) == list(range(1, 2 * ACTS + 1))
        last = verify(
            (
                Entry(body_of(one).position, one.body, one.previous_hash, one.hash)
                for one in reader.changes
            ),
            start=Head(reader.incarnation, 0, GENESIS_HASH),
        )
        assert last == Head(reader.incarnation, 2 * ACTS, reader.changes[-1].hash)


async def test_the_cursor_of_endings_skips_everything_else(database: str) -> None:
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        order_id = await registry.clerk.order(debtor)
        listing_id = await registry.clerk.listing(debtor)
        await registry.clerk.nothing()
        lifted = await registry.clerk.lift(order_id)
        await registry.clerk.nothing()
        deleted = await registry.clerk.delete(listing_id)
        await registry.clerk.nothing()
        reader = await registry.reader(cursor=feed.CURSOR_ENDINGS).catch_up()
        assert positions(reader) == [lifted, deleted]
        assert not (await reader.read()).changes


async def test_an_empty_reply_carries_the_head_its_hash_and_the_clock(database: str) -> None:
    async with house(database) as registry:
        await registry.clerk.nothing()
        reader = await registry.reader().catch_up()
        first = await reader.read()
        second = await reader.read()
        assert not second.changes
        assert second.head.position == 1
        assert second.head_hash == reader.changes[-1].hash
        assert second.as_of_time.ToDatetime() > first.as_of_time.ToDatetime()


async def test_a_waiting_read_is_woken_by_the_commit_of_a_change(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_wait, "_LOOK_AGAIN_S", 60.0)
    async with house(database) as registry:
        reader = registry.reader()
        waiting = asyncio.create_task(reader.read(wait_ms=30_000))
        await _until_read(registry)
        await registry.clerk.nothing()
        async with asyncio.timeout(_BEFORE_ITS_TIME_S):
            assert len((await waiting).changes) == 1


async def test_a_waiting_read_finds_a_change_whose_notification_was_lost(database: str) -> None:
    async with house(database) as registry:
        registry.notifications.wake = lambda: None  # type: ignore[method-assign]
        waiting = asyncio.create_task(registry.reader().read(wait_ms=30_000))
        await _until_read(registry)
        await registry.clerk.nothing()
        async with asyncio.timeout(_BEFORE_ITS_TIME_S):
            assert len((await waiting).changes) == 1


async def test_a_wait_without_a_change_ends_when_asked(database: str) -> None:
    async with house(database) as registry:
        started = time.monotonic()
        assert not (await registry.reader().read(wait_ms=300)).changes
        assert time.monotonic() - started >= 0.3


async def test_draining_ends_a_wait_at_once(database: str) -> None:
    async with house(database) as registry:
        waiting = asyncio.create_task(registry.reader().read(wait_ms=30_000))
        await _until_read(registry)
        registry.draining.set()
        async with asyncio.timeout(_BEFORE_ITS_TIME_S):
            assert not (await waiting).changes


async def test_digests_and_references_are_joined_as_they_stand(database: str) -> None:
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        order_id = await registry.clerk.order(debtor)
        listing_id = await registry.clerk.listing(debtor)
        reader = await registry.reader().catch_up()
        bound, ordered, listed = reader.changes[1:]
        assert [one.digest for one in bound.digests] == [debtor.inquiry.digest]
        assert [one.epoch for one in bound.digests] == [debtor.inquiry.epoch]
        assert bound.digests[0].document_id == body_of(bound).effects[0].document_bound.document_id
        assert [(one.basis_id, one.case_number, one.reference) for one in ordered.references] == [
            (str(order_id), debtor.case_number, "限1号")
        ]
        assert [(one.basis_id, one.reference) for one in listed.references] == [
            (str(listing_id), "决1号")
        ]
        assert not ordered.digests


async def test_a_reply_stays_below_the_size_of_a_message(database: str) -> None:
    async with house(database) as registry:
        for _ in range(3):
            await registry.clerk.nothing()
        connection = await asyncpg.connect(database, server_settings={"search_path": SCHEMA})
        padded = b"".join(  # an unknown field of 700 kB, as a later program may write
            [bytes([0xFA, 0x06]), bytes([0xE0, 0xDC, 0x2A]), bytes(700_000)]
        )
        await connection.execute("UPDATE change SET body = body || $1::bytea", padded)
        await connection.close()
        request = feed.ReadChangesRequest(follower="travel")
        reply = await registry.stub.ReadChanges(request)
        assert [body_of(one).position for one in reply.changes] == [1]


async def test_a_follower_is_noted_once_a_second_and_not_at_every_read(database: str) -> None:
    async with house(database) as registry:
        await registry.clerk.nothing()
        reader = await registry.reader().catch_up()
        notes: set[tuple[int, int]] = set()
        started, reads = time.monotonic(), 0
        while reads < 50 or reader.position not in {position for _, position in notes}:
            await reader.read()
            reads += 1
            (row,) = await registry.fetch("SELECT position, xmin::text::bigint AS v FROM follower")
            notes.add((row["v"], row["position"]))
            assert time.monotonic() - started < 30, "its place was never noted"
        assert len(notes) <= 2 + (time.monotonic() - started)


async def _until_read(registry: object) -> None:
    """Until the waiting read has looked once: it notes its reader then."""

    async def noted() -> bool:
        return bool(await registry.fetch("SELECT FROM follower"))  # type: ignore[attr-defined]

    await eventually(noted)
