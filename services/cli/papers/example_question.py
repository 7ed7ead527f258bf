"""An example of a field's question, made from its proto."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from cli.days import legal_today
from cli.fields import Field
from cli.papers import shapes

_MADE_UP: Final = {"number": "000000195001010001", "issuing_state": "CHN"}
_DEPTH_MAX: Final = 6


def of(field: Field) -> dict[str, Any]:
    """A question with its fields filled: of a choice the first, days one after the other.

    Instants are left away: they tell what a question need not tell.
    """
    today = legal_today()
    days = (today + timedelta(days=number) for number in count())
    return _message(field.one.input_type, days, _DEPTH_MAX)


def _message(descriptor: Descriptor, days: Iterator[date], depth: int) -> dict[str, Any]:
    assert depth, "questions are not that deep"
    made: dict[str, Any] = {}
    chosen: set[str] = set()
    for one in descriptor.fields:
        choice = one.containing_oneof
        kind = "" if one.message_type is None else one.message_type.full_name
        if kind == shapes.TIMESTAMP or (choice is not None and choice.full_name in chosen):
            continue
        if choice is not None:
            chosen.add(choice.full_name)
        made[one.json_name] = str(next(days)) if kind == shapes.DATE else _value(one, days, depth)
    return made


def _value(field: FieldDescriptor, days: Iterator[date], depth: int) -> Any:
    if field.message_type is not None:
        return _message(field.message_type, days, depth - 1)
    if field.enum_type is not None:
        return shapes.enum_names(field.enum_type)[0]
    if field.type == FieldDescriptor.TYPE_STRING:
        return _MADE_UP.get(field.name, "")
    return False if field.type == FieldDescriptor.TYPE_BOOL else 0
