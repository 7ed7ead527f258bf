"""Checks over loopback gRPC: what a ticket office is answered, and on what it rests."""

import grpc
import pytest
from google.rpc import code_pb2

from chassis.wire.status import parse
from courtlist.identity.v1 import document_pb2
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from tests.builders import passport, resident_id
from tests.fakes.field import digest_of
from tests.fakes.ledger import FakeLedger
from tests.fakes.travel import CLEAR, RESTRICTED, UNDETERMINED, RunningTravel, rail, ticket


async def test_a_debtor_is_refused_with_article_reference_and_court(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    ledger.enrol_court()
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await travel_service.reached(ledger.issue("o1", "s1"))
    decision = await travel_service.check(ticket())
    assert decision.answer == RESTRICTED
    assert decision.reason == restriction.REASON_BARRED
    assert decision.decided_by == restriction.DECIDED_BY_REGISTRY
    assert decision.as_of.position == 3
    assert decision.decision_id
    assert "硬座 hard seat" in decision.allowed
    (bar,) = decision.bars
    assert bar.article == "CP Art 3(1) item 9"
    assert bar.restriction_id == "o1"
    assert bar.case_number == "(2026)京0000执1号"
    assert bar.order_number == "限o1"
    assert bar.court_name == "某区人民法院"
    assert bar.court_contact == "000-0000000"


async def test_every_basis_that_bars_is_named_and_paying_one_ends_that_one_only(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    ledger.issue("o1", "s1")
    await travel_service.reached(ledger.issue("o2", "s1"))
    decision = await travel_service.check(ticket())
    assert [bar.restriction_id for bar in decision.bars] == ["o1", "o2"]
    ledger.lift("o1", "s1")
    decision = await travel_service.check(ticket())
    assert [bar.restriction_id for bar in decision.bars] == ["o2"]
    ledger.lift("o2", "s1")
    # No wait: the very next check after the lift is clear, whether the feed has moved or not.
    assert (await travel_service.check(ticket())).answer == CLEAR


async def test_a_bound_passport_is_refused_alike(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    number = passport(7)
    ledger.bind("s1", "d1", digest_of(resident_id()))
    ledger.issue("o1", "s1")
    await travel_service.reached(ledger.bind("s1", "d2", digest_of(number, "PASSPORT", "FRA")))
    document = document_pb2.Document(
        kind=document_pb2.DOCUMENT_KIND_PASSPORT, issuing_state="FRA", number=number
    )
    assert (await travel_service.check(ticket(document=document))).answer == RESTRICTED
    await travel_service.reached(ledger.unbind("s1", "d2"))
    assert (await travel_service.check(ticket(document=document))).answer == CLEAR


async def test_what_the_law_leaves_free_is_clear_from_the_store(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await travel_service.reached(ledger.issue("o1", "s1"))
    free = rail(travel.TRAIN_CATEGORY_D, travel.SEAT_CLASS_SECOND)
    decision = await travel_service.check(ticket(product=free))
    assert decision.answer == CLEAR
    assert decision.decided_by == restriction.DECIDED_BY_STORE
    assert not ledger.confirmations


async def test_somebody_not_listed_is_clear_from_the_index(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    await travel_service.reached(ledger.enrol_court())
    decision = await travel_service.check(ticket(5))
    assert decision.answer == CLEAR
    assert decision.decided_by == restriction.DECIDED_BY_INDEX
    assert not decision.stale
    assert decision.as_of.incarnation == "life-1"


async def test_a_listing_alone_bars_no_travel(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await travel_service.reached(ledger.enter_listing("l1", "s1"))
    assert (await travel_service.check(ticket())).answer == CLEAR


async def test_a_manifest_keeps_its_order_and_gives_each_item_its_own_status(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await travel_service.reached(ledger.issue("o1", "s1"))
    broken = ticket(2)
    broken.travel_date.month = 13
    misread = ticket(
        document=document_pb2.Document(
            kind=document_pb2.DOCUMENT_KIND_RESIDENT_ID, number="000000198001010000"
        )
    )
    reply = await travel_service.stub.CheckPassengers(
        travel.CheckPassengersRequest(items=[ticket(1), ticket(), broken, misread, ticket(3)])
    )
    assert [one.WhichOneof("result") for one in reply.results] == [
        "decision",
        "decision",
        "status",
        "decision",
        "decision",
    ]
    answers = [one.decision.answer for one in reply.results]
    assert answers == [CLEAR, RESTRICTED, 0, UNDETERMINED, CLEAR]
    assert reply.results[2].status.code == code_pb2.INVALID_ARGUMENT
    assert reply.results[3].decision.reason == restriction.REASON_DOCUMENT_INVALID


async def test_an_empty_and_an_oversized_manifest_are_refused(
    travel_service: RunningTravel,
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as empty:
        await travel_service.stub.CheckPassengers(travel.CheckPassengersRequest())
    assert parse(empty.value).reason_name == "MANIFEST_EMPTY"
    with pytest.raises(grpc.aio.AioRpcError) as oversized:
        await travel_service.stub.CheckPassengers(
            travel.CheckPassengersRequest(items=[ticket()] * 1001)
        )
    (violation,) = parse(oversized.value).violations
    assert violation.field == "items"
    assert violation.reason_name == "FIELD_TOO_LONG"


async def test_every_missing_field_is_named_at_once(travel_service: RunningTravel) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await travel_service.stub.CheckPassenger(travel.CheckPassengerRequest())
    error = parse(refused.value)
    assert error.reason_name == "INVALID_REQUEST"
    assert [one.field for one in error.violations] == [
        "document",
        "product",
        "travel_date",
        "purpose",
    ]


async def test_a_childs_ticket_is_never_answered_with_a_look_up(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await travel_service.reached(ledger.issue("o1", "s1"))
    decision = await travel_service.check(ticket(passenger=travel.PASSENGER_CHILD))
    assert decision.answer == UNDETERMINED
    assert decision.reason == restriction.REASON_CHILD_TICKET
    assert not ledger.confirmations


async def test_health_tells_ready_and_fresh_apart(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    await travel_service.reached(ledger.enrol_court())
    await travel_service.health.poll()
    serving = 1
    assert travel_service.health.status("ready") == serving
    assert travel_service.health.status("fresh") == serving
    assert travel_service.health.status("courtlist.travel.v1.TravelService") == serving


@pytest.mark.parametrize(
    ("category", "seat", "answer", "reason"),
    [
        (99, 5, UNDETERMINED, restriction.REASON_PRODUCT_UNKNOWN),
        (6, 99, UNDETERMINED, restriction.REASON_PRODUCT_UNKNOWN),
        (0, 14, UNDETERMINED, restriction.REASON_PRODUCT_UNKNOWN),
        (1, 99, RESTRICTED, restriction.REASON_BARRED),
    ],
)
async def test_a_class_or_category_from_a_newer_client_counts_as_not_known(
    ledger: FakeLedger,
    travel_service: RunningTravel,
    category: int,
    seat: int,
    answer: restriction.Answer.ValueType,
    reason: restriction.Reason.ValueType,
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await travel_service.reached(ledger.issue("o1", "s1"))
    product = rail(travel.TrainCategory.ValueType(category), travel.SeatClass.ValueType(seat))
    decision = await travel_service.check(ticket(product=product))
    assert (decision.answer, decision.reason) == (answer, reason)


async def test_a_ship_of_an_unknown_class_is_undetermined(
    ledger: FakeLedger, travel_service: RunningTravel
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await travel_service.reached(ledger.issue("o1", "s1"))
    unknown = travel.Product(ship=travel.Ship())
    assert (await travel_service.check(ticket(product=unknown))).answer == UNDETERMINED
    # Nobody else is kept waiting for an answer by it.
    assert (await travel_service.check(ticket(1, unknown))).answer == CLEAR


async def test_a_day_that_is_none_is_refused_by_name(travel_service: RunningTravel) -> None:
    request = ticket()
    request.travel_date.day = 31
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await travel_service.check(request)
    (violation,) = parse(refused.value).violations
    assert (violation.field, violation.reason_name) == ("travel_date", "FIELD_INVALID")


async def test_no_error_and_no_log_line_repeats_a_number(
    travel_service: RunningTravel, capsys: pytest.CaptureFixture[str]
) -> None:
    request = ticket(8)
    request.ClearField("product")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await travel_service.check(request)
    await travel_service.check(ticket(8))
    number = resident_id(serial=8)
    assert number not in str(refused.value)
    assert number not in capsys.readouterr().out
