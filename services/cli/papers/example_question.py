"""An example of a field's question, made from its proto."""

from typing import Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from cli.days import legal_today
from cli.fields import Field
from cli.papers import shapes

_MADE_UP: Final = "000000195001010001"
_DEPTH_MAX: Final = 6


def of(field: Field) -> dict[str, Any]:
    """A question with every field filled; of a choice, the first."""
    return _message(field.one.input_type, _DEPTH_MAX)


def _message(descriptor: Descriptor, depth: int) -> dict[str, Any]:
    assert depth, "questions are not that deep"
    made: dict[str, Any] = {}
    chosen: set[str] = set()
    for one in descriptor.fields:
        choice = one.containing_oneof
        if choice is not None:
            if choice.full_name in chosen:
                continue
            chosen.add(choice.full_name)
        made[one.json_name] = _value(one, depth)
    return made


def _value(field: FieldDescriptor, depth: int) -> Any:
    if field.message_type is not None:
        today = {
            shapes.DATE: f"{legal_today()}",
            shapes.TIMESTAMP: f"{legal_today()}T12:00:00+08:00",
        }
        return today.get(field.message_type.full_name) or _message(field.message_type, depth - 1)
    if field.enum_type is not None:
        return shapes.enum_names(field.enum_type)[0]
    if field.type == FieldDescriptor.TYPE_STRING:
        return {"number": _MADE_UP, "issuing_state": "CHN"}.get(field.name, "")
    return False if field.type == FieldDescriptor.TYPE_BOOL else 0
