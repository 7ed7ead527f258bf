"""How the services behave while something they need is stopped, and when they are told to end.

A system of its own: processes are paused, stopped and started again.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, TypeVar

import asyncpg
import grpc
import pytest
import pytest_asyncio
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2

from authority.peer import Peer, PeerKind
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.ledger.v1 import ledger_service_pb2_grpc
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.connections import RAIL_PEER
from stack.folders import DataFolder
from stack.office import OPERATOR, Registry, TicketOffice, flight
from stack.papers import Court, Person
from stack.signing import signature
from stack.supervisor import Stack
from tests.eventually import LIMIT_S, eventually
from tests.patience import PATIENT, PATIENT_CALLS
from tests.system.courthouse import (
    Courthouse,
    gate_has_read,
    gate_refuses,
    legal_today,
    open_office,
)
from tests.system.plain_client import plain_client, refusal

pytestmark = pytest.mark.asyncio(loop_scope="module")

Reply = TypeVar("Reply")

_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
_BACK_WITHIN_S = 5.0
# "At once" on a busy machine. A read that waited on would be cut when its process is killed, 15 s after it was told
# to end: it is given longer than that to drain.
_AT_ONCE_S = 12.0
_WAIT_MS = 30_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def own_system() -> AsyncIterator[Stack]:
    folder = DataFolder.temporary()
    settings = {**PATIENT, "COURTLIST_MAX_STALENESS_S": "1", "COURTLIST_GRACE_S": "60"}
    try:
        async with Stack(folder=folder, environment=settings, durable=False) as stack:
            yield stack
    finally:
        folder.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def courthouse(own_system: Stack) -> AsyncIterator[Courthouse]:
    async with own_system.connections.to("registry", PATIENT_CALLS) as channel:
        court = Court("苏0199", "示例市第五人民法院", "025-0000 0005")
        yield await Courthouse(registry=Registry.over(channel), court=court).open()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(own_system: Stack, courthouse: Courthouse) -> AsyncIterator[TicketOffice]:
    async with own_system.connections.to("travel", PATIENT_CALLS, own=RAIL_PEER) as channel:
        office = TicketOffice.over(channel, legal_today() + timedelta(days=1))
        yield await open_office(courthouse.registry, office)


async def _health(stack: Stack, service: str, name: str) -> int:
    request = health_pb2.HealthCheckRequest(service=name)
    with plain_client(stack, service) as client:
        answer: health_pb2.HealthCheckResponse = await asyncio.to_thread(
            client.health.Check, request, timeout=_AT_ONCE_S
        )
    return answer.status


async def _at_once(waiting: "asyncio.Future[Reply]") -> Reply:
    """The reply of a read that was told to wait for 30 s."""
    async with asyncio.timeout(_AT_ONCE_S):
        return await waiting


async def _becomes(stack: Stack, service: str, name: str, status: int) -> None:
    async def reached() -> bool:
        return await _health(stack, service, name) == status

    await eventually(reached)


async def test_a_stopped_database_makes_services_unready_but_leaves_them_alive(
    own_system: Stack, courthouse: Courthouse, desk: TicketOffice
) -> None:
    listed, stranger = Person(126_001), Person(126_002)
    await courthouse.enter(listed.subject)
    await gate_refuses(desk, listed.resident_id)
    request = courthouse.entry(Person(126_003).subject)
    assert own_system.postgres is not None
    await own_system.postgres.stop()
    try:
        for service in ("registry", "travel"):
            await _becomes(own_system, service, "ready", _NOT_SERVING)
            await _becomes(own_system, service, "", _NOT_SERVING)
            assert await _health(own_system, service, "live") == _SERVING
        # A gate knows from memory who is not listed; whoever is cannot be refused now.
        assert (await desk.check(stranger.resident_id, flight())).answer == restriction.ANSWER_CLEAR
        decision = await desk.check(listed.resident_id, flight())
        assert decision.answer == restriction.ANSWER_UNDETERMINED
        with plain_client(own_system, "registry", courthouse.peer) as client:
            refused = await asyncio.to_thread(
                refusal,
                client.courts.EnterListing,
                request,
                metadata=client.signed(courthouse.clerk),
                timeout=LIMIT_S,
            )
    finally:
        await own_system.postgres.start()
    assert (refused.code, refused.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
    retry: error_details_pb2.RetryInfo = refused.detail(error_details_pb2.RetryInfo)
    assert 0 < retry.retry_delay.ToTimedelta().total_seconds() <= _BACK_WITHIN_S
    for service in ("registry", "travel"):
        await _becomes(own_system, service, "ready", _SERVING)
    # The same request, repeated as it says, is done.
    done = await courthouse.registry.courts.EnterListing(request, metadata=courthouse.clerk)
    assert done.listing.listing_id
    await gate_refuses(desk, listed.resident_id)


async def test_a_write_that_waits_for_another_keeps_its_callers_deadline(
    own_system: Stack, courthouse: Courthouse
) -> None:
    assert own_system.postgres is not None
    dsn = own_system.postgres.dsn.removesuffix("/postgres") + "/registry"
    request = courthouse.entry(Person(126_004).subject)
    request.signature.CopyFrom(signature(request, courthouse.court.president))
    with plain_client(own_system, "registry", courthouse.peer) as client:
        connection = await asyncpg.connect(dsn)
        try:
            async with connection.transaction():
                await connection.execute("SELECT FROM registry.ledger_head FOR UPDATE")
                began_s = time.monotonic()
                refused = refusal(
                    client.courts.EnterListing,
                    request,
                    metadata=client.signed(courthouse.clerk),
                    timeout=0.5,
                )
                assert time.monotonic() - began_s < _AT_ONCE_S
        finally:
            await connection.close()
        assert refused.code is grpc.StatusCode.DEADLINE_EXCEEDED
        # Whatever became of it, repeating it gives one listing.
        done = client.courts.EnterListing(request, metadata=client.signed(courthouse.clerk))
        assert done.listing.listing_id


async def test_a_lost_cache_shows_in_its_own_health_only(
    own_system: Stack, courthouse: Courthouse
) -> None:
    assert own_system.valkey is not None
    await own_system.valkey.stop()
    try:
        await _becomes(own_system, "registry", "cache", _NOT_SERVING)
        assert await _health(own_system, "registry", "ready") == _SERVING
        assert (await courthouse.enter(Person(126_005).subject)).listing.listing_id
    finally:
        await own_system.valkey.start()
    await _becomes(own_system, "registry", "cache", _SERVING)


async def test_a_waiting_read_of_changes_ends_at_once_when_the_registry_is_told_to_end(
    own_system: Stack, courthouse: Courthouse
) -> None:
    shown = await courthouse.registry.operators.GetLedger(
        admin.GetLedgerRequest(), metadata=OPERATOR
    )
    request = feed.ReadChangesRequest(
        follower="waiting", after=shown.head, seen_hash=shown.head_hash, wait_ms=_WAIT_MS
    )
    registry = own_system.services["registry"]
    waiter = Peer(PeerKind.SERVICE, "waiting")
    async with own_system.connections.to("registry", own=waiter) as channel:
        stub = ledger_service_pb2_grpc.LedgerServiceStub(channel)
        waiting = asyncio.ensure_future(stub.ReadChanges(request, timeout=60))

        async def is_heard() -> bool:
            ledger = await courthouse.registry.operators.GetLedger(
                admin.GetLedgerRequest(), metadata=OPERATOR
            )
            return any(one.follower == "waiting" for one in ledger.followers)

        await eventually(is_heard)
        assert not waiting.done()
        ending = asyncio.create_task(registry.stop())
        try:
            reply = await _at_once(waiting)
            await ending
            assert registry.process.exit_code == 0
            # Without its ledger the gate goes stale, says so, and stays in rotation.
            await _becomes(own_system, "travel", "fresh", _NOT_SERVING)
            assert await _health(own_system, "travel", "ready") == _SERVING
        finally:
            await ending
            await registry.start()
            await registry.wait_ready()
    assert not reply.changes
    await _becomes(own_system, "travel", "fresh", _SERVING)


async def test_a_waiting_partner_is_answered_at_once_when_the_gate_is_told_to_end(
    own_system: Stack, courthouse: Courthouse, desk: TicketOffice
) -> None:
    shown = await courthouse.registry.operators.GetLedger(
        admin.GetLedgerRequest(), metadata=OPERATOR
    )
    await gate_has_read(desk, shown.head)
    travel_process = own_system.services["travel"]
    partner = (("courtlist-partner", RAIL_PEER.name),)

    def page(**fields: Any) -> travel.ReadRestrictionsRequest:
        return travel.ReadRestrictionsRequest(page=restriction.ReadRestrictionsRequest(**fields))

    now = await desk.gate.ReadRestrictions(page(limit=1), metadata=partner)
    waiting = asyncio.ensure_future(
        desk.gate.ReadRestrictions(
            page(after=now.page.head, wait_ms=_WAIT_MS), metadata=partner, timeout=60
        )
    )
    # The call is under way once a later one on the same channel has been answered.
    await desk.gate.ReadRestrictions(page(limit=1), metadata=partner)
    assert not waiting.done()
    ending = asyncio.create_task(travel_process.stop())
    try:
        reply = await _at_once(waiting)
        await ending
        assert travel_process.process.exit_code == 0
    finally:
        await ending
        await travel_process.start()
        await travel_process.wait_ready()
    assert not reply.page.entries
