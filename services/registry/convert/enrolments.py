"""EnrolCourt, EnrolOfficer and SetGoLive, checked field by field."""

import re
from datetime import date
from typing import Final

from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry.convert.fields import Fields
from registry.law.days import add_years

# The day is set once: a slip in a year would leave every decision of years to come to imports.
GO_LIVE_YEARS_AHEAD_MAX: Final = 1
_PERSON_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,63}")


def check_court(request: rpc.EnrolCourtRequest, today: date) -> rpc.EnrolCourtRequest:
    """Raises ServiceError INVALID_REQUEST with every problem."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    fields.court_code(request.court_code, "court_code")
    fields.text(request.name, "name", 200, required=True)
    fields.text(request.contact, "contact", 200, required=True)
    fields.finish()
    return request


def check_officer(request: rpc.EnrolOfficerRequest, today: date) -> rpc.EnrolOfficerRequest:
    """Raises ServiceError INVALID_REQUEST with every problem."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    if not _PERSON_ID.fullmatch(request.person_id):
        fields.note(
            "person_id",
            reasons.ERROR_REASON_FIELD_INVALID,
            "needs 1 to 63 letters, digits, hyphens, dots or underscores; never a real name",
        )
    fields.text(request.name, "name", 200, required=True)
    fields.court_code(request.court_code, "court_code")
    role = fields.number(change_pb2.Role.DESCRIPTOR, request.role, "role")
    if role == change_pb2.ROLE_OPERATOR:
        fields.note(
            "role",
            reasons.ERROR_REASON_FIELD_INVALID,
            "is no role at a court; choose CLERK, JUDGE or PRESIDENT",
        )
    fields.finish()
    return request


def read_go_live(request: rpc.SetGoLiveRequest, today: date) -> date:
    """The go-live day. Raises ServiceError INVALID_REQUEST with every problem."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    go_live_on = fields.required_day(
        request.go_live_on, "go_live_on", given=request.HasField("go_live_on")
    )
    if go_live_on is not None and go_live_on > add_years(today, GO_LIVE_YEARS_AHEAD_MAX):
        fields.note(
            "go_live_on",
            reasons.ERROR_REASON_FIELD_INVALID,
            "is more than a year ahead; check the year: the day is set once",
        )
    fields.finish()
    assert go_live_on is not None, "refused above"
    return go_live_on
