"""Reading a request of any field: document, name, days, and every wrong field at once."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from google.type import date_pb2

from chassis.errors import FieldViolation
from courtlist.identity.v1 import document_pb2
from document.name import NAME_LENGTH_MAX
from restriction import convert
from restriction.gate import Check, Question

_KINDS: Final = {
    value.number: value.name.removeprefix("DOCUMENT_KIND_")
    for value in document_pb2.DocumentKind.DESCRIPTOR.values
    if value.number
}


def check_of(request: Any, question: Question, purpose: str) -> Check[Question]:
    """A question about a document, which is read by the gate: a wrong number is no error.

    `request` is any field's: it has a document, and may have the name on it.
    """
    document = request.document
    return Check(
        kind=kind_of(document),
        issuing_state=document.issuing_state,
        number=document.number,
        name=request.name,
        question=question,
        purpose=purpose,
    )


def kind_of(document: document_pb2.Document) -> str:
    """What the document is, as `document` names it; empty for a kind not known here."""
    return _KINDS.get(document.kind, "")


def read_day(day: date_pb2.Date) -> date | None:
    """A day of the calendar, or None."""
    try:
        return date(day.year, day.month, day.day)
    except ValueError:
        return None


def document_violations(request: Any, whose: str) -> Iterator[FieldViolation]:
    """That `document` is absent, or `name` is longer than any name.

    `whose` is to be given, for example `the document of the guest`.
    """
    if not request.HasField("document"):
        yield FieldViolation("document", "FIELD_REQUIRED", f"is absent; give {whose}")
    if len(request.name) > NAME_LENGTH_MAX:
        yield FieldViolation(
            "name",
            "FIELD_TOO_LONG",
            f"has more than {NAME_LENGTH_MAX} characters; give the name alone, or none",
        )


def day_violations(request: Any, name: str, which: str) -> Iterator[FieldViolation]:
    """That the day in field `name` is absent or none; `which` is to be given."""
    if not request.HasField(name):
        yield FieldViolation(name, "FIELD_REQUIRED", f"is absent; give {which}")
    elif read_day(getattr(request, name)) is None:
        yield FieldViolation(
            name, "FIELD_INVALID", "is no day of the calendar; give year, month and day"
        )


def read_instant(request: Any, name: str) -> datetime | None:
    """The instant (UTC) in field `name`; None when it is absent or none of the calendar."""
    if not request.HasField(name):
        return None
    try:
        return convert.instant_from(getattr(request, name))
    except (OverflowError, ValueError):
        return None
