"""A message as --json prints it: proto JSON names, days and sums as people write them.

Differences to proto JSON: days `2025-11-02`, sums in yuan as text, hashes hexadecimal, enums by their
short name, 64-bit numbers as numbers. Scalars are always there, messages only when they are set.
"""

from collections.abc import Iterator
from typing import Any, Final

from google.protobuf import any_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from cli.papers import shapes

_ANY: Final = "google.protobuf.Any"


def data_of(message: Message) -> dict[str, Any]:
    """The message as plain data."""
    data: dict[str, Any] = {}
    fields: Any = message.DESCRIPTOR.fields
    for field in fields:
        value = getattr(message, field.name)
        if _is_map(field):
            data[field.json_name] = dict(value)
        elif field.is_repeated:
            data[field.json_name] = [_value(field, one) for one in value]
        elif not field.has_presence or message.HasField(field.name):
            data[field.json_name] = _value(field, value)
    return data


def leaves(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """What `data_of` gave, as path and text for each value that says something."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from leaves(value, f"{path}.{name}" if path else name)
    elif isinstance(data, list):
        if all(not isinstance(one, dict | list) for one in data):
            if data:
                yield path, ", ".join(str(one) for one in data)
            return
        for index, value in enumerate(data):
            yield from leaves(value, f"{path}[{index}]")
    elif isinstance(data, bool):
        yield path, "yes" if data else "no"
    elif data not in ("", None):
        yield path, str(data)


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _value(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type is not None:
        return _message(field.message_type.full_name, value)
    if field.enum_type is not None:
        return shapes.enum_text(field.enum_type, value)
    return value.hex() if isinstance(value, bytes) else value


def _message(kind: str, value: Any) -> Any:
    if kind == shapes.DATE:
        return shapes.day_text(value)
    if kind == shapes.MONEY:
        return shapes.money_text(value)
    if kind == shapes.TIMESTAMP:
        return value.ToJsonString()
    return _packed(value) if kind == _ANY else data_of(value)


def _packed(value: any_pb2.Any) -> dict[str, Any]:
    """An error's detail beside its type, as in proto JSON; the type alone where it is not known."""
    name = value.TypeName()
    try:
        descriptor = descriptor_pool.Default().FindMessageTypeByName(name)
    except KeyError:
        return {"@type": name}
    message = message_factory.GetMessageClass(descriptor)()
    value.Unpack(message)
    return {"@type": name, **data_of(message)}
