"""What courts do all at once never stands between a gate and its confirmation."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, Final

import asyncpg
import grpc
import pytest

from authority.identities import SERVICE_KEY
from chassis.errors import RemoteError
from chassis.wire.status import parse
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.ledger.v1 import ledger_service_pb2_grpc
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import acting
from tests.eventually import eventually
from tests.integration.registry.acts.courthouse import FIRST, CourtHouse
from tests.registry_server import RegistryServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

# More than are at work and may wait for their turn.
_BURST: Final = 120
# A gate waits for half a second, on a machine that does not serve all of this from one process. What is held up
# is refused sooner than this, when its wait for a connection or for a lock is over.
_CONFIRM_S: Final = 30.0
_AS_GATE: Final = ((SERVICE_KEY, "travel"),)
# Not pg_stat_activity: within a transaction it shows no connection that came after the first look.
_WAITING: Final = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"

Outcome = Any  # a reply, or the error in its place


async def outcome(call: Awaitable[Any]) -> Outcome:
    try:
        return await call
    except grpc.aio.AioRpcError as error:
        return parse(error)


async def confirm(server: RegistryServer) -> feed.ConfirmStandingResponse:
    """Ask as a gate does. Raises if the answer is none."""
    stub = ledger_service_pb2_grpc.LedgerServiceStub(server.channel)
    request = feed.ConfirmStandingRequest(
        measure=ledger.MEASURE_ORDER, inquiries=[feed.Inquiry(epoch=1, digest=bytes(16))]
    )
    return await stub.ConfirmStanding(request, timeout=_CONFIRM_S, metadata=_AS_GATE)


async def waiting(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    count: int = await connection.fetchval(_WAITING)
    return count


def refused(calls: Sequence[asyncio.Future[Outcome]]) -> list[RemoteError]:
    done = [call.result() for call in calls if call.done()]
    return [one for one in done if isinstance(one, RemoteError)]


async def test_a_burst_of_acts_holds_up_no_confirmation_and_is_told_to_come_again(
    house: CourtHouse, acts_server: RegistryServer
) -> None:
    who = acting(FIRST.clerk, "clerk", FIRST)
    await house.do(house.entry(), who=who)  # the clerk is known from here on
    async with house.connection.transaction():
        await house.connection.execute("SELECT FROM ledger_head FOR UPDATE")
        calls = [
            asyncio.ensure_future(outcome(house.do(house.entry(), who=who))) for _ in range(_BURST)
        ]

        async def is_full() -> bool:
            return await waiting(house.connection) > 0 and bool(refused(calls))

        await eventually(is_full)
        assert (await confirm(acts_server)).standings
        shown = await house.send(rpc.SearchListingsRequest(page_size=1), who)
        assert shown.listings, "a read has a connection, too"
    await asyncio.gather(*calls)
    errors = refused(calls)
    assert {one.reason_name for one in errors} == {"OVERLOADED"}
    assert {one.code for one in errors} == {grpc.StatusCode.RESOURCE_EXHAUSTED}
    assert all(one.retry_after_s for one in errors)
    assert len(errors) < _BURST, "who came first has been served"


async def test_reads_that_fill_their_pool_hold_up_no_confirmation(
    house: CourtHouse, acts_server: RegistryServer
) -> None:
    async with house.connection.transaction():
        # Who acts is looked up here; a confirmation does not need it.
        await house.connection.execute("LOCK TABLE officer IN ACCESS EXCLUSIVE MODE")
        calls = [
            asyncio.ensure_future(
                outcome(
                    house.send(rpc.SearchListingsRequest(), acting(f"x{number}", "judge", FIRST))
                )
            )
            for number in range(20)
        ]

        async def is_full() -> bool:
            return await waiting(house.connection) >= 6

        await eventually(is_full)
        assert (await confirm(acts_server)).standings
    await asyncio.gather(*calls)
