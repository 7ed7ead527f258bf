"""Checks over loopback gRPC on a real store: what a front desk is answered."""

from datetime import UTC, date, datetime, timedelta

import grpc
import pytest

from chassis.wire.status import parse
from courtlist.hotel.v1 import hotel_service_pb2 as hotel
from courtlist.hotel.v1.hotel_service_pb2_grpc import HotelServiceStub
from courtlist.ledger.v1 import change_pb2
from courtlist.restriction.v1 import restriction_pb2 as restriction
from tests.builders import resident_id
from tests.eventually import LIMIT_S, eventually
from tests.fakes.field import Running, digest_of
from tests.fakes.hotel import guest
from tests.fakes.ledger import START, FakeLedger

Service = Running[HotelServiceStub]
CLEAR = restriction.ANSWER_CLEAR
RESTRICTED = restriction.ANSWER_RESTRICTED
UNDETERMINED = restriction.ANSWER_UNDETERMINED
# The nights of 2 and 3 June in Asia/Shanghai.
FIRST_NIGHT, DEPARTURE = date(2026, 6, 2), date(2026, 6, 4)
NIGHTS_START = datetime(2026, 6, 1, 16, tzinfo=UTC)
NIGHTS_END = datetime(2026, 6, 3, 16, tzinfo=UTC)


async def _answer(
    service: Service, request: hotel.CheckGuestRequest, partner: str = "inn"
) -> hotel.CheckGuestResponse:
    return await service.stub.CheckGuest(
        request, metadata=(("courtlist-partner", partner),), timeout=LIMIT_S
    )


async def _check(
    service: Service, request: hotel.CheckGuestRequest, partner: str = "inn"
) -> restriction.Decision:
    return (await _answer(service, request, partner)).decision


async def _reached(service: Service, position: int) -> None:
    """Wait until answers rest on that position."""

    async def is_there() -> bool:
        decision = await _check(service, guest(999))
        return (
            decision.as_of.position >= position and decision.reason != restriction.REASON_STARTING
        )

    await eventually(is_there)


async def _one_order(ledger: FakeLedger, service: Service) -> None:
    """Somebody is restricted; the inn has four stars, its annexe none."""
    ledger.enrol_court()
    ledger.rate("inn", 4, start_at=START - timedelta(days=30))
    ledger.rate("inn", 0, site_code="annexe")
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await _reached(service, ledger.issue("o1", "s1"))


async def test_a_starred_site_is_barred_with_article_court_and_a_notice(
    ledger: FakeLedger, hotel_service: Service
) -> None:
    await _one_order(ledger, hotel_service)
    answer = await _answer(hotel_service, guest())
    assert answer.decision.answer == RESTRICTED
    assert answer.decision.decided_by == restriction.DECIDED_BY_REGISTRY
    assert answer.decision.decision_id
    assert list(answer.decision.allowed) == ["未评星住宿 unstarred lodging"]
    (bar,) = answer.decision.bars
    assert (bar.restriction_id, bar.article) == ("o1", "CP Art 3(1) item 2")
    assert "某区人民法院（000-0000000）" in answer.notice.zh
    assert "unstarred lodging remains open" in answer.notice.en


async def test_an_unstarred_site_is_open_and_an_unknown_one_refuses_nobody(
    ledger: FakeLedger, hotel_service: Service
) -> None:
    await _one_order(ledger, hotel_service)
    free = await _check(hotel_service, guest(site_code="annexe"))
    assert (free.answer, free.decided_by) == (CLEAR, restriction.DECIDED_BY_STORE)
    unknown = await _check(hotel_service, guest(), "other-inn")
    assert (unknown.answer, unknown.reason) == (UNDETERMINED, restriction.REASON_RATING_UNKNOWN)
    assert not ledger.confirmations


async def test_a_lapsed_rating_refuses_nobody_and_a_newer_record_replaces_it(
    ledger: FakeLedger, hotel_service: Service
) -> None:
    await _one_order(ledger, hotel_service)
    stay = guest(arrival=FIRST_NIGHT, departure=DEPARTURE)
    await _reached(hotel_service, ledger.rate("motel", 3, end_at=NIGHTS_END - timedelta(days=1)))
    assert (await _check(hotel_service, stay, "motel")).reason == restriction.REASON_RATING_UNKNOWN
    await _reached(hotel_service, ledger.rate("motel", 3, end_at=NIGHTS_END))
    assert (await _check(hotel_service, stay, "motel")).answer == RESTRICTED
    await _reached(hotel_service, ledger.rate("motel", 0))
    assert (await _check(hotel_service, stay, "motel")).answer == CLEAR


async def test_an_order_without_lodging_leaves_every_site_open(
    ledger: FakeLedger, hotel_service: Service
) -> None:
    ledger.rate("inn", 5)
    ledger.bind("s1", "d1", digest_of(resident_id()))
    items = [one for one in change_pb2.Item.values() if one not in {0, change_pb2.ITEM_LODGING}]
    await _reached(hotel_service, ledger.issue("o1", "s1", items=items))
    assert (await _check(hotel_service, guest())).answer == CLEAR


async def test_a_listing_alone_bars_no_hotel(ledger: FakeLedger, hotel_service: Service) -> None:
    ledger.rate("inn", 5)
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await _reached(hotel_service, ledger.enter_listing("l1", "s1"))
    assert (await _check(hotel_service, guest())).answer == CLEAR


async def test_the_very_next_check_after_a_lift_is_clear(
    ledger: FakeLedger, hotel_service: Service
) -> None:
    await _one_order(ledger, hotel_service)
    assert (await _check(hotel_service, guest())).answer == RESTRICTED
    ledger.lift("o1", "s1")
    answer = await _answer(hotel_service, guest())
    assert answer.decision.answer == CLEAR
    assert answer.notice.zh == "可以办理入住。"


async def test_a_guest_already_in_the_house_is_not_turned_out(
    ledger: FakeLedger, hotel_service: Service
) -> None:
    await _one_order(ledger, hotel_service)
    arrived = guest(arrival=date(2025, 12, 30), departure=date(2026, 6, 2))
    arrived.in_house_since.FromDatetime(START - timedelta(days=2))
    assert (await _check(hotel_service, arrived)).answer == CLEAR
    arrived.ClearField("in_house_since")
    assert (await _check(hotel_service, arrived)).answer == RESTRICTED


async def test_a_pass_opens_the_nights_it_covers_until_it_is_withdrawn(
    ledger: FakeLedger, hotel_service: Service
) -> None:
    await _one_order(ledger, hotel_service)
    covered = guest(arrival=FIRST_NIGHT, departure=DEPARTURE)
    longer = guest(arrival=FIRST_NIGHT, departure=DEPARTURE + timedelta(days=1))
    ledger.grant_pass("p1", "o1", "s1", start_at=NIGHTS_START, end_at=NIGHTS_END)
    # The registry knows of the pass at once, whether the feed has moved or not.
    assert (await _check(hotel_service, covered)).answer == CLEAR
    assert (await _check(hotel_service, longer)).answer == RESTRICTED
    await _reached(hotel_service, ledger.withdraw_pass("p1", "o1", "s1"))
    assert (await _check(hotel_service, covered)).answer == RESTRICTED


async def test_a_child_is_never_answered_with_a_look_up(
    ledger: FakeLedger, hotel_service: Service
) -> None:
    await _one_order(ledger, hotel_service)
    decision = await _check(hotel_service, guest(who=hotel.GUEST_CHILD))
    assert (decision.answer, decision.reason) == (UNDETERMINED, restriction.REASON_CHILD_TICKET)
    assert not ledger.confirmations


async def test_a_party_is_answered_guest_by_guest(
    ledger: FakeLedger, hotel_service: Service
) -> None:
    await _one_order(ledger, hotel_service)
    reply = await hotel_service.stub.CheckGuests(
        hotel.CheckGuestsRequest(items=[guest(1), guest(), hotel.CheckGuestRequest()]),
        metadata=(("courtlist-partner", "inn"),),
    )
    answers = [one.answer.decision.answer for one in reply.results]
    assert answers == [CLEAR, RESTRICTED, 0]
    assert reply.results[2].WhichOneof("result") == "status"


async def test_a_hotel_that_pulls_reads_the_orders(
    ledger: FakeLedger, hotel_service: Service
) -> None:
    await _one_order(ledger, hotel_service)
    reply = await hotel_service.stub.ReadRestrictions(
        hotel.ReadRestrictionsRequest(), metadata=(("courtlist-partner", "inn"),)
    )
    (entry,) = reply.page.entries
    assert entry.restriction_id == "o1"


async def test_no_error_and_no_log_line_repeats_a_number(
    hotel_service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    request = guest(8)
    request.ClearField("arrival_date")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await _check(hotel_service, request)
    assert [one.field for one in parse(refused.value).violations] == ["arrival_date"]
    await _check(hotel_service, guest(8))
    number = resident_id(serial=8)
    assert number not in str(refused.value)
    assert number not in capsys.readouterr().out
