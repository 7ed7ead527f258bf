"""How the hotel service reads a stay, and where its rating comes from."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chassis.errors import ServiceError
from courtlist.hotel.v1 import hotel_service_pb2 as hotel
from courtlist.restriction.v1 import restriction_pb2 as restriction
from hotel.policy import HotelPolicy
from hotel.servicer import HotelServicer
from tests.fakes.doors import call_as_partner
from tests.fakes.hotel import guest, rating
from tests.fakes.parts import Bench
from tests.fakes.restriction_doubles import NOW

PARTNER = "inn-1"


def _servicer(bench: Bench) -> HotelServicer:
    return HotelServicer(bench.parts(HotelPolicy()))


def _bench() -> Bench:
    bench = Bench()
    bench.enter(1)
    bench.ratings.replace([rating("inn-1", 4)])
    return bench


async def _check(
    bench: Bench, request: hotel.CheckGuestRequest, partner: str = PARTNER
) -> restriction.Decision:
    servicer = _servicer(bench)
    call_as_partner(partner)
    return (await servicer.CheckGuest(request, None)).decision


async def _wrong_fields(request: hotel.CheckGuestRequest) -> list[tuple[str, str]]:
    with pytest.raises(ServiceError) as refused:
        await _check(_bench(), request)
    return [(one.field, one.reason_name) for one in refused.value.violations]


@pytest.mark.parametrize("who", [hotel.GUEST_UNSPECIFIED, hotel.GUEST_ADULT])
async def test_an_adult_is_looked_up(who: hotel.Guest.ValueType) -> None:
    bench = _bench()
    decision = await _check(bench, guest(1, who=who))
    assert decision.answer == restriction.ANSWER_RESTRICTED
    (refusal,) = bench.refusals.recorded
    assert refusal.product == "HOTEL 4 STARS"
    assert (await _check(bench, guest(2, who=who))).answer == restriction.ANSWER_CLEAR


@pytest.mark.parametrize("who", [hotel.GUEST_CHILD, hotel.Guest.ValueType(9)])
async def test_a_child_or_a_guest_not_known_here_is_never_looked_up(
    who: hotel.Guest.ValueType,
) -> None:
    bench = _bench()
    decision = await _check(bench, guest(1, who=who))
    assert decision.reason == restriction.REASON_CHILD_TICKET
    assert bench.store.reads == 0


async def test_the_rating_is_that_of_the_site_of_the_partner_who_asks() -> None:
    bench = _bench()
    bench.ratings.add([rating("inn-1", 0, site_code="annexe", position=2)])
    assert (await _check(bench, guest(1))).answer == restriction.ANSWER_RESTRICTED
    assert (await _check(bench, guest(1, site_code="annexe"))).answer == restriction.ANSWER_CLEAR
    for unknown in (
        await _check(bench, guest(1, site_code="other")),
        await _check(bench, guest(1), "inn-2"),
    ):
        assert unknown.answer == restriction.ANSWER_UNDETERMINED
        assert unknown.reason == restriction.REASON_RATING_UNKNOWN


async def test_a_rating_counts_for_the_nights_and_not_for_the_day_of_departure() -> None:
    bench = _bench()
    # 24:00 of 3 June in Asia/Shanghai.
    lapses_at = datetime(2026, 6, 3, 16, tzinfo=UTC)
    bench.ratings.replace([rating("inn-1", 4, end_at=lapses_at)])
    stay = guest(1, arrival=date(2026, 6, 2), departure=date(2026, 6, 4))
    assert (await _check(bench, stay)).answer == restriction.ANSWER_RESTRICTED
    stay = guest(1, arrival=date(2026, 6, 2), departure=date(2026, 6, 5))
    assert (await _check(bench, stay)).reason == restriction.REASON_RATING_UNKNOWN


async def test_whoever_is_on_no_list_is_clear_at_a_site_without_a_rating() -> None:
    assert (await _check(_bench(), guest(2), "inn-2")).answer == restriction.ANSWER_CLEAR


async def test_every_missing_field_is_named_at_once() -> None:
    assert await _wrong_fields(hotel.CheckGuestRequest()) == [
        ("document", "FIELD_REQUIRED"),
        ("arrival_date", "FIELD_REQUIRED"),
        ("departure_date", "FIELD_REQUIRED"),
        ("purpose", "FIELD_REQUIRED"),
    ]


@pytest.mark.parametrize(
    ("arrival", "departure"),
    [
        (date(2026, 6, 2), date(2026, 6, 2)),
        (date(2026, 6, 2), date(2026, 6, 1)),
        (date(2026, 6, 2), date(2026, 6, 2) + timedelta(days=367)),
        (date.min, date.max),
    ],
)
async def test_a_stay_has_1_to_366_nights(arrival: date, departure: date) -> None:
    request = guest(1, arrival=arrival, departure=departure)
    assert await _wrong_fields(request) == [("departure_date", "FIELD_INVALID")]


@pytest.mark.parametrize(
    ("arrival", "departure"),
    [
        (date(2026, 6, 2), date(2026, 6, 3)),
        (date(2026, 6, 2), date(2026, 6, 2) + timedelta(days=366)),
        (date.min, date.min + timedelta(days=1)),
        (date.max - timedelta(days=1), date.max),
    ],
)
async def test_the_shortest_and_the_longest_stay_are_answered(
    arrival: date, departure: date
) -> None:
    decision = await _check(_bench(), guest(2, arrival=arrival, departure=departure))
    assert decision.answer == restriction.ANSWER_CLEAR


async def test_a_guest_cannot_be_in_the_house_from_the_future_or_after_the_stay() -> None:
    wrong = [("in_house_since", "FIELD_INVALID")]
    # A desk's clock may be five minutes ahead of ours.
    ahead = NOW + timedelta(minutes=5)
    assert (await _check(_bench(), guest(2, since=ahead))).answer == restriction.ANSWER_CLEAR
    assert await _wrong_fields(guest(1, since=ahead + timedelta(seconds=1))) == wrong
    # The last instant of 30 May in Asia/Shanghai, and the first of 31 May.
    arrival, departure = date(2026, 5, 29), date(2026, 5, 30)
    midnight = datetime(2026, 5, 30, 16, tzinfo=UTC)
    late = guest(1, arrival=arrival, departure=departure, since=midnight)
    assert await _wrong_fields(late) == wrong
    in_time = guest(2, arrival=arrival, departure=departure, since=midnight - timedelta(seconds=1))
    assert (await _check(_bench(), in_time)).answer == restriction.ANSWER_CLEAR


async def test_who_checks_in_at_two_in_the_morning_pays_for_the_night_before() -> None:
    at_two = datetime(2026, 5, 31, 18, tzinfo=UTC)
    request = guest(2, arrival=date(2026, 5, 31), departure=date(2026, 6, 2), since=at_two)
    assert (await _check(_bench(), request)).answer == restriction.ANSWER_CLEAR


async def test_an_extension_is_a_new_stay_and_not_of_who_is_in_the_house() -> None:
    wrong = [("in_house_since", "FIELD_INVALID")]
    # The last instant of 30 May in Asia/Shanghai; the further nights begin on 31 May.
    arrived = datetime(2026, 5, 30, 16, tzinfo=UTC) - timedelta(seconds=1)
    further = guest(1, arrival=date(2026, 5, 31), departure=date(2026, 6, 3), since=arrived)
    assert await _wrong_fields(further) == wrong
    whole = guest(1, arrival=date(2026, 5, 30), departure=date(2026, 6, 3), since=arrived)
    whole.purpose = hotel.PURPOSE_EXTENSION
    assert await _wrong_fields(whole) == wrong
    whole.ClearField("in_house_since")
    assert (await _check(_bench(), whole)).answer == restriction.ANSWER_RESTRICTED


async def test_an_instant_that_is_none_is_named() -> None:
    request = guest(1)
    request.in_house_since.seconds = 10**18
    assert await _wrong_fields(request) == [("in_house_since", "FIELD_INVALID")]


async def test_whoever_was_in_the_house_before_the_order_stays() -> None:
    bench = _bench()
    order_start = datetime(2026, 1, 1, tzinfo=UTC)
    request = guest(
        1,
        arrival=date(2025, 12, 31),
        departure=date(2026, 6, 2),
        since=order_start - timedelta(hours=9),
    )
    assert (await _check(bench, request)).answer == restriction.ANSWER_CLEAR


async def test_a_party_is_answered_in_order_each_with_a_notice_or_a_status() -> None:
    items = [guest(2), guest(1), hotel.CheckGuestRequest(), guest(3)]
    request = hotel.CheckGuestsRequest(items=items)
    servicer = _servicer(_bench())
    call_as_partner(PARTNER)
    reply = await servicer.CheckGuests(request, None)
    kinds = [one.WhichOneof("result") for one in reply.results]
    assert kinds == ["answer", "answer", "status", "answer"]
    answers = [one.answer.decision.answer for one in reply.results]
    clear, restricted = restriction.ANSWER_CLEAR, restriction.ANSWER_RESTRICTED
    assert answers == [clear, restricted, 0, clear]
    assert "第（二）项" in reply.results[1].answer.notice.zh
    assert "check the guest in" in reply.results[0].answer.notice.en
