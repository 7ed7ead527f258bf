"""The three kinds of value that people write otherwise than protobuf does."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from google.protobuf.descriptor import EnumDescriptor
from google.type import date_pb2

from courtlist.registry.v1 import obligation_pb2

DATE: Final = "google.type.Date"
TIMESTAMP: Final = "google.protobuf.Timestamp"
MONEY: Final = "courtlist.registry.v1.Money"

_CURRENCY: Final = "CNY"
_AMOUNT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


class ShapeError(ValueError):
    """A value is not written as a person writes it; the message says how."""


def day_from(value: Any) -> date_pb2.Date:
    """A day from `2025-11-02`, as text or as TOML has it. Raises ShapeError."""
    if isinstance(value, datetime):
        raise ShapeError("a day without a time is wanted: 2025-11-02")
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise ShapeError("not a day of the calendar; write 2025-11-02") from None
    if not isinstance(value, date):
        raise ShapeError("not a day; write 2025-11-02")
    return date_pb2.Date(year=value.year, month=value.month, day=value.day)


def day_text(value: date_pb2.Date) -> str:
    """`2025-11-02`."""
    return f"{value.year:04}-{value.month:02}-{value.day:02}"


def money_from(value: Any) -> obligation_pb2.Money:
    """A sum from yuan: `10500`, `"10500.00"`. Raises ShapeError; a float is no sum."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ShapeError('not a sum; write yuan as text: "10500.00"')
    text = str(value).strip()
    if not _AMOUNT.fullmatch(text):
        raise ShapeError('not a sum in yuan; write digits and at most two decimals: "10500.00"')
    try:
        fen = int(Decimal(text) * 100)
    except InvalidOperation:
        raise ShapeError("not a sum in yuan") from None
    return obligation_pb2.Money(currency=_CURRENCY, minor_units=fen)


def money_text(value: obligation_pb2.Money) -> str:
    """`10500.00`."""
    return f"{value.minor_units // 100}.{value.minor_units % 100:02}"


def enum_prefix(descriptor: EnumDescriptor) -> str:
    """What all names of an enum begin with: `GROUND_` of Ground (the style guide's rule)."""
    return descriptor.values_by_number[0].name.removesuffix("UNSPECIFIED")


def enum_from(descriptor: EnumDescriptor, value: Any) -> int:
    """An enum's number from its name, whole or short, in any case and with `-` for `_`.

    Raises ShapeError, with the names there are.
    """
    prefix = enum_prefix(descriptor)
    if isinstance(value, str):
        name = value.strip().upper().replace("-", "_")
        for whole in (name, prefix + name):
            found = descriptor.values_by_name.get(whole)
            if found is not None and found.number:
                return int(found.number)
    raise ShapeError(f"one of: {', '.join(enum_names(descriptor))}")


def enum_names(descriptor: EnumDescriptor) -> list[str]:
    """The short names of an enum, without UNSPECIFIED."""
    prefix = enum_prefix(descriptor)
    return [one.name.removeprefix(prefix) for one in descriptor.values if one.number]


def enum_text(descriptor: EnumDescriptor, number: int) -> str:
    """The short name of `number`; empty for UNSPECIFIED, the number itself for one not known."""
    if number == 0:
        return ""
    found = descriptor.values_by_number.get(number)
    return str(number) if found is None else found.name.removeprefix(enum_prefix(descriptor))
