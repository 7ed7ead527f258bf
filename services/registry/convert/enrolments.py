"""Courts, their people, the people's keys and the go-live day, checked field by field.

Each raises ServiceError INVALID_REQUEST with every problem.
"""

import re
from datetime import date
from typing import Final

from authority.public_key import KEY_ALGORITHM, KEY_BYTES, is_public_key
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry.convert.fields import Fields
from registry.law.days import add_years

# The day is set once: a slip in a year would leave every decision of years to come to imports.
GO_LIVE_YEARS_AHEAD_MAX: Final = 1
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,63}")


def check_court(request: rpc.EnrolCourtRequest, today: date) -> rpc.EnrolCourtRequest:
    """A court, and the one that reviews its decisions."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    fields.court_code(request.court_code, "court_code")
    fields.text(request.name, "name", 200, required=True)
    fields.text(request.contact, "contact", 200, required=True)
    if request.higher_court_code:
        fields.court_code(request.higher_court_code, "higher_court_code")
        if request.higher_court_code == request.court_code:
            fields.note(
                "higher_court_code",
                reasons.ERROR_REASON_FIELD_INVALID,
                "is the court itself; name the next-higher court, or leave it empty",
            )
    fields.finish()
    return request


def check_court_retiring(request: rpc.RetireCourtRequest, today: date) -> rpc.RetireCourtRequest:
    """Which court acts no more."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    fields.court_code(request.court_code, "court_code")
    fields.finish()
    return request


def check_officer(request: rpc.EnrolOfficerRequest, today: date) -> rpc.EnrolOfficerRequest:
    """A person, her name, role and court."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    _id(fields, request.person_id, "person_id")
    fields.text(request.name, "name", 200, required=True)
    fields.court_code(request.court_code, "court_code")
    _role(fields, request.role)
    fields.finish()
    return request


def check_officer_retiring(
    request: rpc.RetireOfficerRequest, today: date
) -> rpc.RetireOfficerRequest:
    """Which role is taken from whom."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    _id(fields, request.person_id, "person_id")
    fields.court_code(request.court_code, "court_code")
    _role(fields, request.role)
    fields.finish()
    return request


def check_key(request: rpc.EnrolKeyRequest, today: date) -> rpc.EnrolKeyRequest:
    """A public key of an algorithm that is known here, and what it is for."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    _id(fields, request.person_id, "person_id")
    _id(fields, request.key_id, "key_id")
    fields.court_code(request.court_code, "court_code")
    fields.number(change_pb2.KeyPurpose.DESCRIPTOR, request.purpose, "purpose")
    if request.algorithm != KEY_ALGORITHM:
        fields.note(
            "algorithm",
            reasons.ERROR_REASON_FIELD_INVALID,
            f"is not known here; make a key of {KEY_ALGORITHM}",
        )
    elif not is_public_key(request.public_key):
        fields.note(
            "public_key",
            reasons.ERROR_REASON_FIELD_INVALID,
            f"is no public key of {KEY_ALGORITHM}; give its {KEY_BYTES} raw bytes",
        )
    fields.finish()
    return request


def check_key_retiring(request: rpc.RetireKeyRequest, today: date) -> rpc.RetireKeyRequest:
    """Which key counts no more."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    _id(fields, request.key_id, "key_id")
    fields.finish()
    return request


def check_officers_asked(request: rpc.ListOfficersRequest, today: date) -> rpc.ListOfficersRequest:
    """Whose officers are shown."""
    fields = Fields(today)
    fields.court_code(request.court_code, "court_code")
    fields.finish()
    return request


def read_go_live(request: rpc.SetGoLiveRequest, today: date) -> date:
    """The go-live day."""
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


def _id(fields: Fields, value: str, field: str) -> None:
    if not _ID.fullmatch(value):
        fields.note(
            field,
            reasons.ERROR_REASON_FIELD_INVALID if value else reasons.ERROR_REASON_FIELD_REQUIRED,
            "needs 1 to 63 letters, digits, hyphens, dots or underscores; never a real name",
        )
    fields.nobodys(value, field)


def _role(fields: Fields, value: int) -> None:
    if fields.number(change_pb2.Role.DESCRIPTOR, value, "role") == change_pb2.ROLE_OPERATOR:
        fields.note(
            "role",
            reasons.ERROR_REASON_FIELD_INVALID,
            "is no role at a court; choose CLERK, JUDGE, PRESIDENT, REVIEWER or AUDITOR",
        )
