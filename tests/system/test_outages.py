"""PostgreSQL, Valkey or the registry goes away, dead or hanging, while checks and writes go on.

Misses stay CLEAR and say how old they are, hits are UNDETERMINED, writes are UNAVAILABLE with a hint
when to try again; and everything is as before within five seconds of the server's return.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

import grpc
import pytest
import pytest_asyncio

from chassis.errors import RemoteError
from chassis.wire.status import parse
from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.office import acting, request_id
from stack.papers import Person
from stack.postgres import PostgresServer
from stack.process import Process
from tests.eventually import LIMIT_S, eventually, in_time
from tests.robustness.world import STRANGER, World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

LISTED = Person(1)
STALE_AFTER_S = 1.0
BACK_WITHIN_S = 5.0
# Waits of a hanging server: long enough for every bound inside to end first, and no longer than
# what a caller states who says nothing (chassis.limits.CALL_TIMEOUT_S).
CALLER_WAITS_S = 5.0
# A gate's patience with what hangs: a little more than it has by itself, for a busy machine, and less than its
# caller's.
BUSY = {
    "COURTLIST_CONFIRM_TIMEOUT_MS": "2000",
    "COURTLIST_RECORD_TIMEOUT_MS": "2000",
    "COURTLIST_STORE_TIMEOUT_MS": "2000",
}
# Two clocks of one machine, read by two processes.
_CLOCKS = timedelta(milliseconds=50)
_SERIALS = count(100)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world() -> AsyncIterator[World]:
    settings = {"COURTLIST_MAX_STALENESS_S": str(STALE_AFTER_S), **BUSY}
    async with open_world(settings=settings, durable=False) as opened:
        await _write(opened, LISTED)
        await eventually(lambda: _is_as_before(opened))
        yield opened


async def _write(world: World, person: Person) -> None:
    """Enter somebody; raises what the registry answers."""
    court = world.courts[0]
    request = world.papers(court).entry(
        request_id=request_id(), subject=person.subject, case_number=court.case(person.serial)
    )
    who = acting(court.clerk, "clerk", court)
    await world.registry.courts.EnterListing(request, metadata=who, timeout=CALLER_WAITS_S)


async def _is_as_before(world: World) -> bool:
    """The listed person is refused, a stranger passes, both on fresh knowledge, and writes are done."""
    try:
        listed, stranger = await world.check(LISTED), await world.check(STRANGER)
        await _write(world, Person(next(_SERIALS)))
    except grpc.aio.AioRpcError:
        return False
    assert stranger.answer == restriction.ANSWER_CLEAR
    return listed.answer == restriction.ANSWER_RESTRICTED and not stranger.stale


@asynccontextmanager
async def _paused(server: Process | PostgresServer) -> AsyncIterator[None]:
    server.pause()
    try:
        yield
    finally:
        server.resume()


@asynccontextmanager
async def _killed(
    kill: Callable[[], Awaitable[None]], start: Callable[[], Awaitable[object]]
) -> AsyncIterator[None]:
    await kill()
    try:
        yield
    finally:
        await start()


def _away(world: World, name: str, how: str) -> AbstractAsyncContextManager[None]:
    """The outage, as an async context that ends with the server's return."""
    if name in world.stack.services:
        service = world.service(name)

        async def start() -> None:
            await service.start()
            await service.wait_ready()

        return _paused(service.process) if how == "hangs" else _killed(service.kill, start)
    if name == "valkey":
        valkey = world.valkey
        return _paused(valkey.process) if how == "hangs" else _killed(valkey.kill, valkey.start)
    postgres = world.postgres
    return _paused(postgres) if how == "hangs" else _killed(postgres.kill, postgres.start)


async def _refused_write(world: World) -> RemoteError:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await _write(world, Person(next(_SERIALS)))
    return parse(refused.value)


async def _resumes(world: World) -> float:
    """Return after how many seconds everything was as before."""
    began_s = time.monotonic()
    await eventually(lambda: _is_as_before(world))
    return time.monotonic() - began_s


async def _ages(world: World, gone_at: datetime) -> None:
    """A stranger passes all the while, first on fresh and then on old knowledge, and is told so."""
    while True:
        asked_at = datetime.now(UTC)
        decision = await world.check(STRANGER)
        assert decision.answer == restriction.ANSWER_CLEAR
        assert decision.decided_by == restriction.DECIDED_BY_INDEX
        as_of_at = decision.as_of_time.ToDatetime(tzinfo=UTC)
        if decision.stale:
            break
        # It was decided after it was asked, so it was at least this old.
        assert asked_at - as_of_at < timedelta(seconds=STALE_AFTER_S) + _CLOCKS
        assert asked_at < gone_at + timedelta(seconds=LIMIT_S)
        await asyncio.sleep(0.02)
    assert as_of_at < gone_at + timedelta(seconds=STALE_AFTER_S)
    assert datetime.now(UTC) - as_of_at > timedelta(seconds=STALE_AFTER_S) - _CLOCKS


async def _is_undetermined(world: World, reason: int) -> None:
    """A hit is neither refused nor cleared, once what the gate holds is old, and says why."""
    await _ages(world, datetime.now(UTC))
    hit = await world.check(LISTED)
    assert hit.answer == restriction.ANSWER_UNDETERMINED
    assert hit.reason == reason
    assert hit.stale


@pytest.mark.parametrize("how", ["dies", "hangs"])
async def test_without_its_database_nothing_is_refused_or_written_and_all_comes_back(
    world: World, how: str
) -> None:
    async def outage() -> float:
        async with _away(world, "postgres", how):
            await _is_undetermined(world, restriction.REASON_STORE_UNREADABLE)
            refused = await _refused_write(world)
            assert (refused.code, refused.reason_name) == (
                grpc.StatusCode.UNAVAILABLE,
                "STORE_UNAVAILABLE",
            )
            assert refused.retry_after_s is not None
            assert 0 < refused.retry_after_s <= BACK_WITHIN_S
        return await _resumes(world)

    await in_time(outage, BACK_WITHIN_S)


@pytest.mark.parametrize("how", ["dies", "hangs"])
async def test_without_the_registry_a_hit_is_undetermined_and_all_comes_back(
    world: World, how: str
) -> None:
    async def outage() -> float:
        async with _away(world, "registry", how):
            await _is_undetermined(world, restriction.REASON_NOT_CONFIRMED)
            refused = await _refused_write(world)
            assert refused.code in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}
        return await _resumes(world)

    await in_time(outage, BACK_WITHIN_S)


@pytest.mark.parametrize("how", ["dies", "hangs"])
async def test_without_the_cache_writes_and_checks_go_on_as_if_it_were_there(
    world: World, how: str
) -> None:
    async with _away(world, "valkey", how):
        for _ in range(20):
            await _write(world, Person(next(_SERIALS)))
            assert (await world.check(LISTED)).answer == restriction.ANSWER_RESTRICTED
            assert (await world.check(STRANGER)).answer == restriction.ANSWER_CLEAR
        await eventually(lambda: _is_as_before(world))
    await eventually(lambda: _is_as_before(world))


async def test_a_gate_that_dies_answers_again_as_before(world: World) -> None:
    async def outage() -> float:
        async with _away(world, "travel", "dies"):
            # Courts do not depend on any gate.
            await _write(world, Person(next(_SERIALS)))
        return await _resumes(world)

    await in_time(outage, BACK_WITHIN_S)
