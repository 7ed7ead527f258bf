"""Partners and their ratings, checked field by field. Each raises ServiceError INVALID_REQUEST."""

import re
from datetime import date
from typing import Final

from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry.commands import Rating
from registry.convert.fields import Fields
from registry.law.days import add_years

STARS_MAX: Final = 5
RATING_YEARS_MAX: Final = 10
"""The authority looks at every rating again well before; a slip in a year must not rate for good."""
RATING_YEARS_AHEAD_MAX: Final = 1
CHECKS_PER_S_MAX: Final = 1_000_000
CHECKS_PER_DAY_MAX: Final = 10_000_000_000

_PARTNER_ID: Final = re.compile(r"[a-z0-9-]{1,63}")
_FIELD: Final = re.compile(r"[a-z]{1,20}")
_FIELDS_MAX: Final = 10
_ADDRESS: Final = re.compile(
    r"(?:[A-Za-z0-9._-]{1,190}|\[[0-9A-Fa-f:.]{2,45}\]):(?P<port>[0-9]{1,5})"
)
_PORT_MAX: Final = 65_535
_SITE_CODE: Final = re.compile(r"[!-~]{0,63}")


def check_partner(request: rpc.EnrolPartnerRequest, today: date) -> rpc.EnrolPartnerRequest:
    """Who asks, in what, and where it is pushed to."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    _partner_id(fields, request.partner_id)
    fields.text(request.name, "name", 200, required=True)
    _asking_fields(fields, request)
    _push_address(fields, request.push_address)
    _limit(fields, "checks_per_s", request.checks_per_s, CHECKS_PER_S_MAX)
    _limit(fields, "checks_per_day", request.checks_per_day, CHECKS_PER_DAY_MAX)
    fields.finish()
    return request


def check_retiring(request: rpc.RetirePartnerRequest, today: date) -> rpc.RetirePartnerRequest:
    """Who asks no more."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    _partner_id(fields, request.partner_id)
    fields.finish()
    return request


def read_rating(request: rpc.RecordRatingRequest, today: date) -> Rating:
    """The site, its stars and the days on which it has them."""
    fields, rating = Fields(today), request.rating
    fields.request_id(request.request_id)
    _partner_id(fields, request.partner_id)
    fields.text(request.evidence_reference, "evidence_reference", 500, required=True)
    fields.message("rating", given=request.HasField("rating"), what="the rating")
    if not _SITE_CODE.fullmatch(rating.site_code):
        fields.note(
            "rating.site_code",
            reasons.ERROR_REASON_FIELD_INVALID,
            "is not 0 to 63 printable ASCII characters; give the code by which the partner asks",
        )
    fields.nobodys(rating.site_code, "rating.site_code")
    if not 0 <= rating.stars <= STARS_MAX:
        fields.note(
            "rating.stars",
            reasons.ERROR_REASON_FIELD_INVALID,
            f"lies outside 0 to {STARS_MAX}; give 0 for a site that is officially unstarred",
        )
    first_on = last_on = None
    if request.HasField("rating"):
        first_on = fields.required_day(
            rating.first_day, "rating.first_day", given=rating.HasField("first_day")
        )
        last_on = fields.required_day(
            rating.last_day, "rating.last_day", given=rating.HasField("last_day")
        )
    if first_on is not None and last_on is not None:
        _days(fields, first_on, last_on, today)
    fields.finish()
    assert first_on is not None, "refused above"
    assert last_on is not None, "refused above"
    return Rating(
        partner_id=request.partner_id,
        site_code=rating.site_code,
        stars=rating.stars,
        first_on=first_on,
        last_on=last_on,
    )


def _partner_id(fields: Fields, value: str) -> None:
    if not _PARTNER_ID.fullmatch(value):
        fields.note(
            "partner_id",
            reasons.ERROR_REASON_FIELD_INVALID if value else reasons.ERROR_REASON_FIELD_REQUIRED,
            "needs 1 to 63 of a-z, 0-9 and hyphen; give the partner's stable name",
        )
    fields.nobodys(value, "partner_id")


def _asking_fields(fields: Fields, request: rpc.EnrolPartnerRequest) -> None:
    if not request.fields:
        fields.note(
            "fields",
            reasons.ERROR_REASON_FIELD_REQUIRED,
            "is empty; give the fields in which the partner asks, for example travel",
        )
    if len(request.fields) > _FIELDS_MAX:
        fields.note(
            "fields",
            reasons.ERROR_REASON_FIELD_TOO_LONG,
            f"holds more than {_FIELDS_MAX} fields; name each once",
        )
    for index, field in enumerate(request.fields[:_FIELDS_MAX]):
        if not _FIELD.fullmatch(field):
            problem = "is not 1 to 20 of a-z; give the name of a field, for example travel"
        elif field in request.fields[:index]:
            problem = "is named twice; name each field once"
        else:
            continue
        fields.note(f"fields[{index}]", reasons.ERROR_REASON_FIELD_INVALID, problem)


def _push_address(fields: Fields, value: str) -> None:
    if not value:
        return
    found = _ADDRESS.fullmatch(value)
    if found is None or not 0 < int(found["port"]) <= _PORT_MAX:
        fields.note(
            "push_address",
            reasons.ERROR_REASON_FIELD_INVALID,
            "is no host:port; give the address of the partner's service, or leave it empty",
        )


def _limit(fields: Fields, name: str, value: int, most: int) -> None:
    if not 0 <= value <= most:
        fields.note(
            name,
            reasons.ERROR_REASON_FIELD_INVALID,
            f"lies outside 0 to {most}; give 0 for the default of each field",
        )


def _days(fields: Fields, first_on: date, last_on: date, today: date) -> None:
    if last_on < first_on:
        fields.note(
            "rating.last_day",
            reasons.ERROR_REASON_FIELD_INVALID,
            "comes before the first day; check both days",
        )
    elif last_on > add_years(first_on, RATING_YEARS_MAX):
        fields.note(
            "rating.last_day",
            reasons.ERROR_REASON_FIELD_INVALID,
            f"is more than {RATING_YEARS_MAX} years after the first day; "
            "give the day on which the authority's rating lapses",
        )
    elif first_on > add_years(today, RATING_YEARS_AHEAD_MAX):
        fields.note(
            "rating.first_day",
            reasons.ERROR_REASON_FIELD_INVALID,
            "is more than a year ahead; check the year",
        )
