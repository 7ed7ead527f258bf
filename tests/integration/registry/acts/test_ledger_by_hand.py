"""The ledger as it is stored, for whoever follows or verifies it by hand."""

import grpc
import pytest

from chassis.wire.status import parse
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from stack.office import OPERATOR, acting
from tests.integration.registry.acts.courthouse import FIRST, CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def read(house: CourtHouse, **asked: int) -> admin.ReadLedgerResponse:
    reply: admin.ReadLedgerResponse = await house.send(admin.ReadLedgerRequest(**asked), OPERATOR)
    return reply


async def test_the_ledger_is_read_as_stored_and_makes_no_follower(house: CourtHouse) -> None:
    entered = await house.enter()
    after = entered.position.position - 1
    followers = await house.connection.fetchval("SELECT count(*) FROM follower")
    reply = await read(house, after=after, limit=1)
    [change] = reply.changes
    stored = await house.connection.fetchrow(
        "SELECT body, previous_hash, hash FROM change WHERE position = $1", after + 1
    )
    assert (change.body, change.previous_hash, change.hash) == tuple(stored or ())
    assert reply.head.incarnation == entered.position.incarnation
    assert reply.head.position >= after + 1
    assert await house.connection.fetchval("SELECT count(*) FROM follower") == followers


async def test_the_whole_chain_is_read_in_pages(house: CourtHouse) -> None:
    await house.enter()
    after, last = 0, b"\x00" * 32
    while True:
        reply = await read(house, after=after, limit=1000)
        if not reply.changes:
            break
        for change in reply.changes:
            assert change.previous_hash == last
            last, after = change.hash, after + 1
    assert (after, last) == (reply.head.position, reply.head_hash)


async def test_a_read_at_the_head_waits_for_the_next_change(house: CourtHouse) -> None:
    head = (await house.enter()).position.position
    waiting = house.registry.operators.ReadLedger(
        admin.ReadLedgerRequest(after=head, wait_ms=20_000),
        metadata=acting(FIRST.judge, "judge", FIRST),
        timeout=25,
    )
    entered = await house.enter()
    [change] = (await waiting).changes
    assert ledger.ChangeBody.FromString(change.body).position == entered.position.position


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"after": -1}, "after"),
        ({"limit": -1}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"wait_ms": -1}, "wait_ms"),
        ({"wait_ms": 30_001}, "wait_ms"),
    ],
)
async def test_a_reading_outside_its_limits_is_refused(
    house: CourtHouse, asked: dict[str, int], field: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await read(house, **asked)
    error = parse(caught.value)
    assert [(one.reason_name, one.field) for one in error.violations] == [("FIELD_INVALID", field)]
