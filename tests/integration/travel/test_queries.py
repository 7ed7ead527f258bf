"""Who asked: told to a person through her court, read by an auditor, and limited as was agreed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import grpc
import pytest
from google.type import date_pb2

from chassis.client import ChannelSettings, open_channel
from chassis.tls.transport import PLAINTEXT
from chassis.wire.status import parse
from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2
from courtlist.restriction.v1 import query_service_pb2 as pb
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.restriction.v1.query_service_pb2_grpc import QueryServiceStub
from restriction.days import legal_day
from tests.builders import resident_id
from tests.eventually import eventually
from tests.fakes.doors import PARTNER
from tests.fakes.field import digest_of, settings
from tests.fakes.ledger import FakeLedger
from tests.fakes.ledger_acts import COURT
from tests.fakes.ledger_server import Served
from tests.fakes.travel import RESTRICTED, RunningTravel, running_travel, ticket

CLERK = "clerk-1"
AUDITOR = "auditor-1"


@pytest.fixture
async def service(
    database: str, registry: Served, ledger: FakeLedger
) -> AsyncIterator[RunningTravel]:
    """With a court, its people, one partner and one debtor."""
    ledger.enrol_court()
    ledger.enrol_officer(CLERK, change_pb2.ROLE_CLERK)
    ledger.enrol_officer(AUDITOR, change_pb2.ROLE_AUDITOR)
    ledger.enrol_partner(PARTNER, checks_per_s=1)
    ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
    ledger.issue("o1", "s1")
    config = replace(settings(database, registry.address), checks_per_s=100_000)
    async with running_travel(config, only_enrolled=True) as one:

        def followed() -> bool:
            view = one.views.ledger()
            return view is not None and view.position == len(ledger.changes)

        await eventually(followed)
        yield one


@pytest.fixture
async def queries(service: RunningTravel) -> AsyncIterator[QueryServiceStub]:
    channel = open_channel(service.address, ChannelSettings(timeout_s=20), transport=PLAINTEXT)
    async with channel:
        yield QueryServiceStub(channel)


def _as(person_id: str, role: str) -> Sequence[tuple[str, str | bytes]]:
    return (
        ("courtlist-person", person_id),
        ("courtlist-role", role),
        ("courtlist-court-bin", COURT.encode()),
    )


def _of(serial: int) -> pb.ListQueriesRequest:
    return pb.ListQueriesRequest(
        document=document_pb2.Document(
            kind=document_pb2.DOCUMENT_KIND_RESIDENT_ID, number=resident_id(serial=serial)
        ),
        request_reference="(2026)京0000查1号",
    )


async def _read(
    queries: QueryServiceStub, request: pb.ReadQueriesRequest
) -> pb.ReadQueriesResponse:
    reply: pb.ReadQueriesResponse = await queries.ReadQueries(
        request, metadata=_as(AUDITOR, "auditor")
    )
    return reply


async def test_a_person_is_told_through_her_court_who_asked_and_that_is_logged(
    service: RunningTravel, queries: QueryServiceStub
) -> None:
    decision = await service.check(ticket(1))
    assert decision.answer == RESTRICTED
    await service.check(ticket(2))
    reply = await queries.ListQueries(_of(1), metadata=_as(CLERK, "clerk"))
    (told,) = reply.queries
    assert (told.partner_id, told.purpose, told.product) == (PARTNER, "ORDER", "RAIL G SECOND")
    assert (told.answer, told.reason) == ("RESTRICTED", restriction.REASON_BARRED)
    assert told.decision_id == decision.decision_id
    assert list(told.basis_ids) == ["o1"]
    assert reply.HasField("kept_since_time")
    again = await queries.ListQueries(_of(1), metadata=_as(CLERK, "clerk"))
    assert [(one.partner_id, one.purpose) for one in again.queries] == [
        (f"court/{COURT}", "PERSON_CONCERNED"),
        (PARTNER, "ORDER"),
    ]
    stranger = await queries.ListQueries(_of(2), metadata=_as(CLERK, "clerk"))
    assert not stranger.queries


async def test_an_auditor_reads_the_log_page_by_page_and_the_counts(
    service: RunningTravel, queries: QueryServiceStub
) -> None:
    for _ in range(3):
        await service.check(ticket(1))
    await service.check(ticket(2))
    first = await _read(queries, pb.ReadQueriesRequest(page_size=2))
    assert len(first.queries) == 2
    rest = await _read(
        queries, pb.ReadQueriesRequest(page_size=2, page_token=first.next_page_token)
    )
    assert not rest.next_page_token
    ids = [one.decision_id for page in (first, rest) for one in page.queries]
    assert len(set(ids)) == 3
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await _read(
            queries, pb.ReadQueriesRequest(partner_id="air", page_token=first.next_page_token)
        )
    assert parse(refused.value).reason_name == "PAGE_TOKEN_INVALID"
    today = legal_day(datetime.now(UTC))
    day = date_pb2.Date(year=today.year, month=today.month, day=today.day)

    async def counted() -> bool:
        reply = await queries.ReadQueryCounts(
            pb.ReadQueryCountsRequest(first_day=day, last_day=day), metadata=_as(AUDITOR, "auditor")
        )
        found = {one.answer: one.count for one in reply.counts if one.partner_id == PARTNER}
        return found == {"RESTRICTED": 3, "CLEAR": 1}

    await eventually(counted)


@pytest.mark.parametrize(
    ("person_id", "role", "reason"),
    [
        (AUDITOR, "auditor", "ROLE_REFUSED"),
        (CLERK, "judge", "ACTOR_UNKNOWN"),
        ("nobody", "clerk", "ACTOR_UNKNOWN"),
    ],
)
async def test_nobody_is_told_who_is_not_a_courts_own_in_that_role(
    queries: QueryServiceStub, person_id: str, role: str, reason: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await queries.ListQueries(_of(1), metadata=_as(person_id, role))
    assert parse(refused.value).reason_name == reason


@pytest.mark.parametrize("reference", [" ", f"信访 {resident_id()}"])
async def test_what_cannot_be_a_document_or_a_reference_is_told_without_repeating_it(
    queries: QueryServiceStub, reference: str
) -> None:
    request = _of(1)
    request.document.number = "12345"
    request.request_reference = reference
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await queries.ListQueries(request, metadata=_as(CLERK, "clerk"))
    error = parse(refused.value)
    assert {one.field for one in error.violations} == {"document", "request_reference"}
    assert "12345" not in str(refused.value)
    assert resident_id() not in str(refused.value)


async def test_whoever_was_retired_is_told_nothing_any_more(
    ledger: FakeLedger, queries: QueryServiceStub
) -> None:
    ledger.retire_officer(CLERK, change_pb2.ROLE_CLERK)

    async def refused() -> bool:
        try:
            await queries.ListQueries(_of(1), metadata=_as(CLERK, "clerk"))
        except grpc.aio.AioRpcError as error:
            return parse(error).reason_name == "ACTOR_UNKNOWN"
        return False

    await eventually(refused)


async def test_a_partner_that_asks_too_much_is_told_so_and_sells_on(service: RunningTravel) -> None:
    async def refused() -> bool:
        try:
            await service.check(ticket(2))
        except grpc.aio.AioRpcError as error:
            remote = parse(error)
            assert remote.reason_name == "OVER_LIMIT"
            assert remote.metadata["limit"] == "RATE"
            assert remote.retry_after_s
            return True
        return False

    await eventually(refused)
