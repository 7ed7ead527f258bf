"""HotelService: reads a stay from the wire, asks the gate, writes the answer."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from google.rpc import status_pb2

from chassis.errors import FieldViolation, invalid_request
from chassis.server import Registration
from courtlist.hotel.v1 import hotel_service_pb2 as hotel_pb2
from courtlist.hotel.v1 import hotel_service_pb2_grpc
from hotel.policy import Stay, notice
from restriction import convert
from restriction.days import legal_day
from restriction.gate import Check
from restriction.model import Decision
from restriction.serving.parts import Parts
from restriction.serving.purposes import purpose_violations, purposes_of
from restriction.serving.reading import (
    check_of,
    day_violations,
    document_violations,
    read_day,
    read_instant,
)

NIGHTS_MAX: Final = 366
_PURPOSES: Final = purposes_of(hotel_pb2.Purpose.DESCRIPTOR)
# A kind of guest that a newer client names may be a child: it must not be taken for an adult.
_ADULTS: Final = {hotel_pb2.GUEST_UNSPECIFIED, hotel_pb2.GUEST_ADULT}
# A desk's clock may be ahead of ours; a guest is not sent away for that.
_CLOCKS_APART_MAX: Final = timedelta(minutes=5)


class HotelServicer(hotel_service_pb2_grpc.HotelServiceServicer):
    """Thin: convert, ask, convert."""

    def __init__(self, parts: Parts[Stay]) -> None:
        self._parts = parts

    async def CheckGuest(
        self, request: hotel_pb2.CheckGuestRequest, context: Any
    ) -> hotel_pb2.CheckGuestResponse:
        """Answer one guest."""
        check = self._check(self._parts.partner_id(), request)
        return _response(await self._parts.answering.answer(check))

    async def CheckGuests(
        self, request: hotel_pb2.CheckGuestsRequest, context: Any
    ) -> hotel_pb2.CheckGuestsResponse:
        """Answer a party: each guest has an answer or a status of its own, in the order asked."""
        read = partial(self._check, self._parts.partner_id())
        answers = await self._parts.answering.answer_all(request.items, read)
        return hotel_pb2.CheckGuestsResponse(results=map(_result, answers))

    async def ReadRestrictions(
        self, request: hotel_pb2.ReadRestrictionsRequest, context: Any
    ) -> hotel_pb2.ReadRestrictionsResponse:
        """Answer a partner who pulls."""
        page = await self._parts.read_page(request.page)
        return hotel_pb2.ReadRestrictionsResponse(page=page)

    def _check(self, partner_id: str, request: hotel_pb2.CheckGuestRequest) -> Check[Stay]:
        """The question in a request; raises ServiceError INVALID_REQUEST with every wrong field."""
        arrival, departure = read_day(request.arrival_date), read_day(request.departure_date)
        now = self._parts.clock.now()
        violations = list(_violations(request, arrival, departure, now))
        if violations or arrival is None or departure is None:
            raise invalid_request(violations)
        stay = Stay(
            site=self._parts.ratings.of(partner_id, request.site_code),
            arrival_date=arrival,
            departure_date=departure,
            today=legal_day(now),
            in_house_since=read_instant(request, "in_house_since"),
            child=request.guest not in _ADULTS,
        )
        return check_of(request, stay, _PURPOSES[request.purpose])


def register(parts: Parts[Stay]) -> Registration:
    """The servicer, ready to be added to a server."""
    return Registration(
        hotel_pb2.DESCRIPTOR.services_by_name["HotelService"].full_name,
        partial(hotel_service_pb2_grpc.add_HotelServiceServicer_to_server, HotelServicer(parts)),
    )


def _violations(
    request: hotel_pb2.CheckGuestRequest,
    arrival: date | None,
    departure: date | None,
    now: datetime,
) -> Iterator[FieldViolation]:
    yield from document_violations(request, "the document with which the guest registers")
    yield from day_violations(request, "arrival_date", "the first night")
    yield from day_violations(request, "departure_date", "the day after the last night")
    if arrival and departure and not 1 <= (departure - arrival).days <= NIGHTS_MAX:
        yield FieldViolation(
            "departure_date",
            "FIELD_INVALID",
            f"is not 1 to {NIGHTS_MAX} nights after arrival_date; check a longer stay in parts, and some "
            "hours of a day as one night",
        )
    yield from purpose_violations(request, _PURPOSES)
    if not request.HasField("in_house_since"):
        return
    since = read_instant(request, "in_house_since")
    if since is None or since > now + _CLOCKS_APART_MAX:
        yield FieldViolation(
            "in_house_since", "FIELD_INVALID", "is no past instant; leave it out on arrival"
        )
    elif request.purpose == hotel_pb2.PURPOSE_EXTENSION or (arrival and legal_day(since) < arrival):
        # Whoever is in the house keeps the nights that were agreed, and further ones are new.
        yield FieldViolation(
            "in_house_since",
            "FIELD_INVALID",
            "is of a stay before this one: an extension is a new stay; leave it out",
        )
    elif departure and legal_day(since) > departure:
        # Not "after arrival": who checks in at two in the morning pays for the night before.
        yield FieldViolation(
            "in_house_since", "FIELD_INVALID", "lies after departure_date; mend one of the two"
        )


def _response(decision: Decision) -> hotel_pb2.CheckGuestResponse:
    zh, en = notice(decision.verdict)
    return hotel_pb2.CheckGuestResponse(
        decision=convert.decision_to(decision), notice=hotel_pb2.DeskNotice(zh=zh, en=en)
    )


def _result(answer: Decision | status_pb2.Status) -> hotel_pb2.GuestResult:
    if isinstance(answer, Decision):
        return hotel_pb2.GuestResult(answer=_response(answer))
    return hotel_pb2.GuestResult(status=answer)
