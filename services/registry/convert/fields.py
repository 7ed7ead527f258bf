"""Reading single fields, collecting every problem with its path, its reason and the next step.

A description never repeats a value: it may be a name or an identity number.
"""

import enum
import re
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from google.protobuf.descriptor import EnumDescriptor
from google.type import date_pb2

from chassis.errors import FieldViolation, invalid_request, name_of
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.identity.v1 import document_pb2
from courtlist.registry.v1 import obligation_pb2
from document import Document, InvalidDocument, parse
from document.mention import holds_citizen_number
from registry.codes import law_value
from registry.law.case_number import (
    CaseNumber,
    UnparsedCaseNumber,
    is_court_code,
    parse_case_number,
)
from registry.law.money import amount_is_payable
from registry.texts import holds_control_characters

E = TypeVar("E", bound=enum.StrEnum)

_REQUEST_ID: Final = re.compile(r"[!-~]{1,36}")
# The oldest day that a record can hold is a birth: nobody born earlier owes anything today.
_FIRST_DAY: Final = date(1800, 1, 1)


class Fields:
    """A reader over one request. A method whose field cannot be read notes it and returns None."""

    def __init__(self, today: date) -> None:
        """`today` is the legal day in Asia/Shanghai."""
        self._today = today
        self._violations: list[FieldViolation] = []

    def finish(self) -> None:
        """Raise ServiceError INVALID_REQUEST if anything could not be read."""
        if self._violations:
            raise invalid_request(self._violations)

    def note(self, field: str, reason: reasons.ErrorReason.ValueType, description: str) -> None:
        """Note a problem."""
        self._violations.append(FieldViolation(field, name_of(reason), description))

    def request_id(self, value: str) -> None:
        """1 to 36 printable ASCII characters."""
        if not _REQUEST_ID.fullmatch(value):
            self.note(
                "request_id",
                reasons.ERROR_REASON_FIELD_REQUIRED
                if not value
                else reasons.ERROR_REASON_FIELD_INVALID,
                "needs 1 to 36 printable ASCII characters; use a fresh UUID, and the same one "
                "when you repeat this request",
            )
        self.nobodys(value, "request_id")

    def nobodys(self, value: str, field: str) -> None:
        """An id or a reference, kept and shown as it is: no citizen's number may stand in it."""
        if holds_citizen_number(value, self._today):
            self.note(
                field,
                reasons.ERROR_REASON_FIELD_INVALID,
                "holds an identity number, and is kept as it is; use one that names nobody",
            )

    def text(self, value: str, field: str, most: int, *, required: bool = False) -> str:
        """A text of at most `most` characters."""
        if required and not value.strip():
            self.note(field, reasons.ERROR_REASON_FIELD_REQUIRED, "is empty; fill it in")
        elif len(value) > most:
            self.note(
                field,
                reasons.ERROR_REASON_FIELD_TOO_LONG,
                f"has more than {most} characters; shorten it",
            )
        elif holds_control_characters(value):
            self.note(
                field,
                reasons.ERROR_REASON_FIELD_INVALID,
                "holds control or direction characters; type the plain text",
            )
        return value

    def id(self, value: str, field: str, *, required: bool = True) -> UUID | None:
        """An id that the registry gave."""
        if not value:
            if required:
                self.note(
                    field, reasons.ERROR_REASON_FIELD_REQUIRED, "is empty; give the record's id"
                )
            return None
        try:
            return UUID(value)
        except ValueError:
            self.note(
                field,
                reasons.ERROR_REASON_FIELD_INVALID,
                "is no id of this registry; copy it from the record",
            )
            return None

    def day(self, value: date_pb2.Date, field: str, *, given: bool) -> date | None:
        """A calendar day; None where it is not given."""
        if not given:
            return None
        try:
            read = date(value.year, value.month, value.day)
        except ValueError:
            read = date.min
        if read < _FIRST_DAY:
            self.note(
                field,
                reasons.ERROR_REASON_FIELD_INVALID,
                f"is no day of the calendar since {_FIRST_DAY}; give year, month and day",
            )
            return None
        return read

    def required_day(self, value: date_pb2.Date, field: str, *, given: bool) -> date | None:
        """A calendar day that must be given."""
        if not given:
            self.note(field, reasons.ERROR_REASON_FIELD_REQUIRED, "is missing; give the day")
        return self.day(value, field, given=given)

    def choice(
        self, kind: type[E], proto: EnumDescriptor, prefix: str, number: int, field: str
    ) -> E | None:
        """The law's value of an enum; None for UNSPECIFIED and for a number that is not known."""
        if number not in proto.values_by_number:
            self.note(
                field,
                reasons.ERROR_REASON_ENUM_UNKNOWN,
                f"{number} is no value of {proto.name}; use one that this release's protos define",
            )
            return None
        try:
            return law_value(kind, proto, prefix, number)
        except ValueError:
            self.note(
                field,
                reasons.ERROR_REASON_FIELD_INVALID,
                "is recorded by the registry itself and never asked for; choose another",
            )
            return None

    def number(self, proto: EnumDescriptor, number: int, field: str) -> int:
        """An enum that must be given, as its number."""
        if number not in proto.values_by_number:
            self.note(
                field,
                reasons.ERROR_REASON_ENUM_UNKNOWN,
                f"{number} is no value of {proto.name}; use one that this release's protos define",
            )
        elif number == 0:
            self.note(
                field, reasons.ERROR_REASON_FIELD_REQUIRED, f"is not set; choose a {proto.name}"
            )
        return number

    def document(self, value: document_pb2.Document, field: str) -> Document | None:
        """A whole, valid document."""
        proto = document_pb2.DocumentKind.DESCRIPTOR
        self_kind = self.number(proto, value.kind, f"{field}.kind")
        if self_kind == 0 or self_kind not in proto.values_by_number:
            return None
        kind = proto.values_by_number[self_kind].name.removeprefix("DOCUMENT_KIND_")
        try:
            return parse(kind, value.issuing_state, value.number, self._today)
        except InvalidDocument as invalid:
            self.note(
                f"{field}.{invalid.field}",
                reasons.ERROR_REASON_DOCUMENT_INVALID,
                f"{invalid.problem}: {invalid.message} {invalid.next_step}",
            )
            return None

    def case_number(self, value: str, field: str) -> CaseNumber | None:
        """A case number in any form that courts use."""
        if not value.strip():
            self.note(
                field,
                reasons.ERROR_REASON_FIELD_REQUIRED,
                "is empty; give the number of the enforcement case",
            )
            return None
        try:
            return parse_case_number(value)
        except UnparsedCaseNumber as unparsed:
            self.note(
                field,
                reasons.ERROR_REASON_CASE_NUMBER_UNPARSED,
                f"{unparsed.message} {unparsed.next_step}",
            )
            return None

    def court_code(self, value: str, field: str) -> str:
        """The code of a court as its case numbers hold it: with another it could enter nobody."""
        if not value.strip():
            self.note(field, reasons.ERROR_REASON_FIELD_REQUIRED, "is empty; give the court's code")
        elif not is_court_code(value):
            self.note(
                field,
                reasons.ERROR_REASON_FIELD_INVALID,
                "is no court's code; write it as in its case numbers, for example 京0199",
            )
        return value

    def money(self, value: obligation_pb2.Money, field: str, *, given: bool) -> int | None:
        """A sum in fen."""
        if not given:
            self.note(field, reasons.ERROR_REASON_FIELD_REQUIRED, "is missing; give the sum in fen")
            return None
        for violation in amount_is_payable(value.minor_units, value.currency, field=field):
            self._violations.append(
                FieldViolation(
                    violation.field,
                    violation.reason.value,
                    f"{violation.problem} {violation.next_step}",
                )
            )
        return value.minor_units

    def message(self, field: str, *, given: bool, what: str) -> None:
        """A part of the request that must be there."""
        if not given:
            self.note(field, reasons.ERROR_REASON_FIELD_REQUIRED, f"is missing; give {what}")
