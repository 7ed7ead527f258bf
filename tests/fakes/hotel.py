"""Guests and ratings."""

from datetime import UTC, date, datetime

from google.type import date_pb2

from courtlist.hotel.v1 import hotel_service_pb2 as hotel
from courtlist.identity.v1 import document_pb2
from restriction.facts.effects import RatingRecorded
from tests.builders import resident_id


def guest(
    serial: int = 0,
    *,
    arrival: date = date(2026, 6, 1),
    departure: date = date(2026, 6, 3),
    site_code: str = "",
    since: datetime | None = None,
    who: hotel.Guest.ValueType = hotel.GUEST_UNSPECIFIED,
) -> hotel.CheckGuestRequest:
    """A check of the person with that serial."""
    request = hotel.CheckGuestRequest(
        document=document_pb2.Document(
            kind=document_pb2.DOCUMENT_KIND_RESIDENT_ID, number=resident_id(serial=serial)
        ),
        site_code=site_code,
        arrival_date=_day(arrival),
        departure_date=_day(departure),
        guest=who,
        purpose=hotel.PURPOSE_CHECK_IN,
    )
    if since is not None:
        request.in_house_since.FromDatetime(since)
    return request


def rating(
    partner_id: str,
    stars: int,
    *,
    site_code: str = "",
    position: int = 1,
    end_at: datetime = datetime(2100, 1, 1, tzinfo=UTC),
) -> RatingRecorded:
    """A rating on record."""
    return RatingRecorded(
        position=position,
        partner_id=partner_id,
        site_code=site_code,
        stars=stars,
        start_at=datetime(2020, 1, 1, tzinfo=UTC),
        end_at=end_at,
    )


def _day(day: date) -> date_pb2.Date:
    return date_pb2.Date(year=day.year, month=day.month, day=day.day)
