"""How the services behave as gRPC servers: what any client may rely on while all is well."""

import asyncio
import time

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from authority.peer import Peer, PeerKind
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.connections import RAIL_PEER
from stack.office import acting, request_id
from stack.papers import Person, yuan
from stack.signing import signature
from stack.supervisor import Stack
from tests.system.courthouse import Courthouse
from tests.system.plain_client import plain_client, refusal

pytestmark = pytest.mark.asyncio(loop_scope="session")

_SERVICES = {
    "registry": {
        "courtlist.registry.v1.RegistryService",
        "courtlist.registry.v1.AdminService",
        "courtlist.ledger.v1.LedgerService",
    },
    "travel": {"courtlist.travel.v1.TravelService"},
}
_NAMED = {"registry": "cache", "travel": "fresh"}
_MESSAGE_BYTES_MAX = 4 * 1024 * 1024


# ------------------------------------------------------------------------- health and reflection


@pytest.mark.parametrize("service", _SERVICES)
async def test_each_service_tells_its_health_by_every_name(system: Stack, service: str) -> None:
    with plain_client(system, service) as client:
        for name in ("", "live", "ready", _NAMED[service], *_SERVICES[service]):
            answer = client.health.Check(health_pb2.HealthCheckRequest(service=name))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING, name
        unknown = refusal(client.health.Check, health_pb2.HealthCheckRequest(service="lodging"))
    assert unknown.code is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("service", _SERVICES)
async def test_reflection_lists_the_services_and_describes_their_messages(
    system: Stack, service: str
) -> None:
    wanted = min(_SERVICES[service])
    asked = [
        reflection_pb2.ServerReflectionRequest(list_services=""),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol=wanted),
    ]
    with plain_client(system, service) as client:
        names, described = list(client.reflection.ServerReflectionInfo(iter(asked)))
    listed = {one.name for one in names.list_services_response.service}
    assert listed >= _SERVICES[service] | {"grpc.health.v1.Health"}
    assert described.file_descriptor_response.file_descriptor_proto


# ----------------------------------------------------------------------------------------- errors


async def test_a_plain_client_reads_every_wrong_field_of_a_request(
    system: Stack, court: Courthouse
) -> None:
    request = court.entry(Person(108_001).subject)
    request.subject.documents[0].number = "000000199001010000"
    request.decision.ClearField("reasons")
    request.obligation_terms.principal.minor_units = -1
    with plain_client(system, "registry", court.peer) as client:
        refused = refusal(client.courts.EnterListing, request, metadata=client.signed(court.clerk))
    assert refused.code is grpc.StatusCode.INVALID_ARGUMENT
    assert refused.reason == "INVALID_REQUEST"
    assert refused.violations["subject.documents[0].number"] == "DOCUMENT_INVALID"
    assert refused.violations["obligation_terms.principal.minor_units"] == "AMOUNT_OUT_OF_RANGE"
    # No answer repeats a number: it may be read by others.
    assert "000000199001010000" not in repr(refused)


async def test_a_wrong_etag_is_aborted_with_the_state_as_it_is(
    system: Stack, court: Courthouse
) -> None:
    entered = await court.enter(Person(108_002).subject)
    request = rpc.CorrectListingRequest(
        request_id=request_id(),
        listing_id=entered.listing.listing_id,
        etag="1",
        conduct="转移财产规避执行",
        reasons="核对卷宗",
    )
    with plain_client(system, "registry", court.peer) as client:
        refused = refusal(
            client.courts.CorrectListing, request, metadata=client.signed(court.judge)
        )
        assert (refused.code, refused.reason) == (grpc.StatusCode.ABORTED, "STATE_CHANGED")
        current: listing_pb2.Listing = refused.detail(listing_pb2.Listing)
        assert current.listing_id == entered.listing.listing_id
        request.etag = current.etag
        corrected = client.courts.CorrectListing(request, metadata=client.signed(court.judge))
    assert corrected.listing.conduct == "转移财产规避执行"
    assert corrected.listing.etag != current.etag


async def test_a_call_that_does_not_say_who_acts_is_unauthenticated(
    system: Stack, court: Courthouse
) -> None:
    request = court.entry(Person(108_003).subject)
    request.signature.CopyFrom(signature(request, court.court.president))
    with plain_client(system, "registry", court.peer) as client:
        nobody = refusal(client.courts.EnterListing, request)
        stranger = acting("clerk-nobody", "clerk", court.court)
        unknown = refusal(client.courts.EnterListing, request, metadata=client.signed(stranger))
        done = client.courts.EnterListing(request, metadata=client.signed(court.clerk))
        assert done.position.position
    assert (nobody.code, nobody.reason) == (
        grpc.StatusCode.UNAUTHENTICATED,
        "ACTOR_REQUIRED",
    )
    assert unknown.reason == "ASSERTION_INVALID"


# ----------------------------------------------------------------------------------------- writes


async def test_a_repeated_request_is_answered_alike_and_done_once(court: Courthouse) -> None:
    request = court.entry(Person(108_004).subject)
    enter = court.registry.courts.EnterListing
    first, *others = await asyncio.gather(*(enter(request, metadata=court.clerk) for _ in range(8)))
    assert all(other == first for other in others)
    assert await enter(request, metadata=court.clerk) == first


async def test_a_request_id_is_refused_for_another_payload(court: Courthouse) -> None:
    request = court.entry(Person(108_005).subject)
    await court.registry.courts.EnterListing(request, metadata=court.clerk)
    request.obligation_terms.principal.CopyFrom(yuan(10_001))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await court.registry.courts.EnterListing(request, metadata=court.clerk)
    assert refused.value.code() is grpc.StatusCode.ALREADY_EXISTS
    assert "request_id" in (refused.value.details() or "")


async def test_validate_only_answers_and_stores_nothing(court: Courthouse) -> None:
    request = court.entry(Person(108_006).subject)
    request.validate_only = True
    shown = await court.registry.courts.EnterListing(request, metadata=court.clerk)
    assert shown.listing.listing_id
    with pytest.raises(grpc.aio.AioRpcError) as missing:
        await court.registry.courts.GetListing(
            rpc.GetListingRequest(
                listing_id=shown.listing.listing_id,
                consistency=rpc.Consistency(fully_consistent=True),
            ),
            metadata=court.clerk,
        )
    assert missing.value.code() is grpc.StatusCode.NOT_FOUND
    request.validate_only = False
    stored = await court.registry.courts.EnterListing(request, metadata=court.clerk)
    assert stored.listing.listing_id


# ----------------------------------------------------------------------------------------- limits


async def test_a_call_with_a_short_deadline_ends_in_time(system: Stack, court: Courthouse) -> None:
    shown = await court.registry.operators.GetLedger(admin.GetLedgerRequest(), metadata=court.judge)
    waiting = feed.ReadChangesRequest(
        follower="impatient", after=shown.head, seen_hash=shown.head_hash, wait_ms=30_000
    )
    impatient = Peer(PeerKind.SERVICE, "impatient")
    with plain_client(system, "registry", impatient) as client:
        began_s = time.monotonic()
        refused = refusal(client.ledger.ReadChanges, waiting, timeout=0.5)
        took_s = time.monotonic() - began_s
    assert refused.code is grpc.StatusCode.DEADLINE_EXCEEDED
    # The wait that it asked for is of half a minute.
    assert took_s < 15


async def test_an_oversize_message_is_refused_before_it_is_read(
    system: Stack, court: Courthouse
) -> None:
    request = court.entry(Person(108_007).subject)
    request.decision.reasons = "履" * (_MESSAGE_BYTES_MAX // 3)
    manifest = travel.CheckPassengersRequest(
        items=[travel.CheckPassengerRequest(document=Person(108_007).passport)] * 250_000
    )
    assert request.ByteSize() > _MESSAGE_BYTES_MAX < manifest.ByteSize()
    with plain_client(system, "registry", court.peer) as client:
        refused = refusal(client.courts.EnterListing, request, metadata=client.signed(court.clerk))
        assert refused.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    with plain_client(system, "travel", RAIL_PEER) as client:
        assert (
            refusal(client.gate.CheckPassengers, manifest).code
            is grpc.StatusCode.RESOURCE_EXHAUSTED
        )


async def test_too_many_violations_do_not_lose_the_error(system: Stack, court: Courthouse) -> None:
    request = court.entry(Person(108_008).subject)
    for _ in range(200):
        request.subject.documents.add(kind=1, number="000000199001010000")
    with plain_client(system, "registry", court.peer) as client:
        refused = refusal(client.courts.EnterListing, request, metadata=client.signed(court.clerk))
    assert refused.code is grpc.StatusCode.INVALID_ARGUMENT
    assert refused.reason == "INVALID_REQUEST"


# ------------------------------------------------------------------------------------------ pages


async def test_pages_hold_every_listing_once_and_their_tokens_belong_to_one_search(
    system: Stack, court: Courthouse
) -> None:
    debtor = Person(108_009)
    entered = [await court.enter(debtor.subject) for _ in range(5)]
    request = rpc.SearchListingsRequest(document=debtor.resident_id, page_size=2)
    found: list[str] = []
    tokens: list[str] = []
    with plain_client(system, "registry", court.peer) as client:
        while True:
            page = client.courts.SearchListings(request, metadata=client.signed(court.clerk))
            found += [listing.listing_id for listing in page.listings]
            assert len(page.listings) <= 2
            if not page.next_page_token:
                break
            tokens.append(page.next_page_token)
            request.page_token = page.next_page_token
        assert sorted(found) == sorted(one.listing.listing_id for one in entered)

        altered = tokens[0][:-1] + ("A" if tokens[0][-1] != "A" else "B")
        other_search = rpc.SearchListingsRequest(
            document=debtor.resident_id,
            ground=ledger.GROUND_BREAKS_REPORTING_DUTY,
            page_token=tokens[0],
        )
        request.page_token = altered
        for wrong in (request, other_search):
            refused = refusal(
                client.courts.SearchListings, wrong, metadata=client.signed(court.clerk)
            )
            assert refused.reason == "PAGE_TOKEN_INVALID"
            assert "page_token" in refused.violations
        negative = rpc.SearchListingsRequest(document=debtor.resident_id, page_size=-1)
        refused = refusal(
            client.courts.SearchListings, negative, metadata=client.signed(court.clerk)
        )
    assert refused.violations == {"page_size": "FIELD_INVALID"}
    assert refused.detail(error_details_pb2.BadRequest)
