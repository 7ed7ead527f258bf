"""Why a partner asks: every check says so, and a purpose that is not known is refused."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from google.protobuf.descriptor import EnumDescriptor

from chassis.errors import FieldViolation

COPY: Final = "COPY"
"""The purpose, in every field, of confirming a hit in the partner's own copy."""

Purposes: TypeAlias = Mapping[int, str]
"""What each purpose of a field is called in the record, by its number on the wire."""


def purposes_of(purpose: EnumDescriptor) -> Purposes:
    """The purposes of a field's proto, for example `ORDER`."""
    return {
        value.number: value.name.removeprefix("PURPOSE_")
        for value in purpose.values
        if value.number
    }


def purpose_violations(request: Any, purposes: Purposes) -> Iterator[FieldViolation]:
    """That `purpose` is absent, or none that this release knows."""
    if request.purpose in purposes:
        return
    known = ", ".join(purposes.values())
    if request.purpose:
        yield FieldViolation("purpose", "FIELD_INVALID", f"is not known here; give one of {known}")
    else:
        yield FieldViolation("purpose", "FIELD_REQUIRED", f"is absent; give one of {known}")
