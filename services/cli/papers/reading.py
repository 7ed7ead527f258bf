"""A message filled from what a file says; every problem at once, each with its path.

Fields have their proto JSON names (`decidedOn`) or their proto names (`decided_on`). Days are
`2025-11-02`, sums are yuan, names of enums may go without their prefix, anything else is as in
proto JSON.
"""

import difflib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.json_format import ParseError
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from cli.errors import Problem, UsageError
from cli.papers import shapes
from cli.papers.shapes import ShapeError

AnyMessage = TypeVar("AnyMessage", bound=Message)

_WHOLE: Final = "the whole"
_WHOLE_NUMBERS: Final = {
    FieldDescriptor.CPPTYPE_INT32: range(-(1 << 31), 1 << 31),
    FieldDescriptor.CPPTYPE_INT64: range(-(1 << 63), 1 << 63),
    FieldDescriptor.CPPTYPE_UINT32: range(1 << 32),
    FieldDescriptor.CPPTYPE_UINT64: range(1 << 64),
}


def fill(kind: type[AnyMessage], given: Any, *, what: str) -> AnyMessage:
    """A message of `kind` with what `given` says. Raises UsageError naming every problem."""
    problems: list[Problem] = []
    message = kind()
    _fill(message, given, "", problems)
    if problems:
        raise UsageError(f"{what} cannot be read; nothing was sent", problems=problems)
    return message


def _fill(message: Message, given: Any, path: str, problems: list[Problem]) -> None:
    descriptor: Any = message.DESCRIPTOR
    if not isinstance(given, Mapping):
        problems.append(Problem(path or _WHOLE, "FIELD_INVALID", "must hold fields by name"))
        return
    for name, value in given.items():
        at = f"{path}.{name}" if path else str(name)
        field = _field(descriptor, str(name))
        if field is None:
            problems.append(Problem(at, "FIELD_UNKNOWN", _suggestion(descriptor, str(name))))
        elif field.containing_oneof is not None and _taken(message, field):
            other = message.WhichOneof(field.containing_oneof.name)
            problems.append(Problem(at, "FIELD_INVALID", f"give it or `{other}`, not both"))
        else:
            _set(message, field, value, at, problems)


def _taken(message: Message, field: FieldDescriptor) -> bool:
    assert field.containing_oneof is not None
    return message.WhichOneof(field.containing_oneof.name) not in {None, field.name}


def _set(
    message: Message, field: FieldDescriptor, value: Any, path: str, problems: list[Problem]
) -> None:
    if field.is_repeated:
        if isinstance(value, str) or not isinstance(value, Sequence):
            problems.append(Problem(path, "FIELD_INVALID", "must be a list: [ ... ]"))
            return
        _set_all(message, field, value, path, problems)
    elif field.message_type is not None:
        _set_message(getattr(message, field.name), field, value, path, problems)
    else:
        read = _scalar(field, value, path, problems)
        if read is not None:
            setattr(message, field.name, read)


def _set_all(
    message: Message,
    field: FieldDescriptor,
    values: Sequence[Any],
    path: str,
    problems: list[Problem],
) -> None:
    target = getattr(message, field.name)
    for index, value in enumerate(values):
        at = f"{path}[{index}]"
        if field.message_type is not None:
            _set_message(target.add(), field, value, at, problems)
        else:
            read = _scalar(field, value, at, problems)
            if read is not None:
                target.append(read)


def _set_message(
    target: Any, field: FieldDescriptor, value: Any, path: str, problems: list[Problem]
) -> None:
    assert field.message_type is not None
    kind = field.message_type.full_name
    if isinstance(value, Mapping) and kind != shapes.TIMESTAMP:
        # An empty message in a oneof is a choice, too: `air = {}`.
        target.SetInParent()
        _fill(target, value, path, problems)
        return
    try:
        if kind == shapes.DATE:
            target.CopyFrom(shapes.day_from(value))
        elif kind == shapes.MONEY:
            target.CopyFrom(shapes.money_from(value))
        elif kind == shapes.TIMESTAMP:
            target.CopyFrom(_instant(value))
        else:
            _fill(target, value, path, problems)
    except ShapeError as error:
        problems.append(Problem(path, "FIELD_INVALID", str(error)))


def _scalar(field: FieldDescriptor, value: Any, path: str, problems: list[Problem]) -> Any:
    try:
        return _read_scalar(field, value)
    except ShapeError as error:
        problems.append(Problem(path, "FIELD_INVALID", str(error)))
        return None


def _read_scalar(field: FieldDescriptor, value: Any) -> Any:
    if field.enum_type is not None:
        return shapes.enum_from(field.enum_type, value)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return _truth(value)
    if field.cpp_type in _WHOLE_NUMBERS:
        return _whole_number(value, _WHOLE_NUMBERS[field.cpp_type])
    if field.type == FieldDescriptor.TYPE_BYTES:
        try:
            return bytes.fromhex(value)
        except (TypeError, ValueError):
            raise ShapeError("must be hexadecimal digits") from None
    if field.type == FieldDescriptor.TYPE_STRING and isinstance(value, str):
        return _text(value)
    raise ShapeError("must be a text in quotes")


def _text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ShapeError("holds half a character (a lone surrogate); type the plain text") from None
    return value


def _truth(value: Any) -> bool:
    # A cell of a CSV file is text, whatever it means.
    read = {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(read, bool):
        raise ShapeError("must be true or false")
    return read


def _whole_number(value: Any, allowed: range) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ShapeError("must be a whole number")
    try:
        read = int(value)
    except ValueError:
        raise ShapeError("must be a whole number") from None
    if read not in allowed:
        raise ShapeError(f"must be a whole number from {allowed[0]} to {allowed[-1]}")
    return read


def _instant(value: Any) -> Timestamp:
    """From `2025-11-02T14:00:00+08:00`."""
    instant = Timestamp()
    # Without its offset nobody knows which instant is meant.
    is_wanted = isinstance(value, str) or (isinstance(value, datetime) and value.tzinfo is not None)
    try:
        if isinstance(value, str):
            instant.FromJsonString(value)
        elif is_wanted:
            instant.FromDatetime(value)
    except (ValueError, ParseError, OverflowError):
        is_wanted = False
    if not is_wanted:
        raise ShapeError("not an instant; write 2025-11-02T14:00:00+08:00")
    return instant


def _field(descriptor: Descriptor, name: str) -> FieldDescriptor | None:
    for field in descriptor.fields:
        if name in {field.name, field.json_name}:
            return field
    return None


def _suggestion(descriptor: Descriptor, name: str) -> str:
    # In the spelling of the file: TOML has reviewed_on, JSON reviewedOn.
    is_json = name != name.lower()
    names = [field.json_name if is_json else field.name for field in descriptor.fields]
    close = difflib.get_close_matches(name, names, n=1)
    return f"is not known; did you mean {close[0]}?" if close else f"one of: {', '.join(names)}"
