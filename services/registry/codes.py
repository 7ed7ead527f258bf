"""The enums of law and of the protos, matched by name: they are written alike on purpose.

Both ways fail loudly: a value that one side lacks is a fault found at start by the tests.
"""

import enum
from collections.abc import Iterable
from typing import TypeVar

from google.protobuf.descriptor import EnumDescriptor

from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import subject_pb2
from registry.law.endings import EndingCause
from registry.law.facts import Ground, Item, SubjectKind

E = TypeVar("E", bound=enum.StrEnum)


def law_value(kind: type[E], proto: EnumDescriptor, prefix: str, number: int) -> E | None:
    """The law's value for a proto's number; None for UNSPECIFIED. Raises KeyError if unknown."""
    if number == 0:
        return None
    name: str = proto.values_by_number[number].name
    return kind(name.removeprefix(prefix))


def ground_of(number: int) -> Ground:
    """The ground that a record holds."""
    found = law_value(Ground, change_pb2.Ground.DESCRIPTOR, "GROUND_", number)
    assert found is not None, "a listing has a ground"
    return found


def items_of(numbers: Iterable[int]) -> frozenset[Item]:
    """The items that a record holds."""
    found = (law_value(Item, change_pb2.Item.DESCRIPTOR, "ITEM_", number) for number in numbers)
    return frozenset(item for item in found if item is not None)


def cause_number(cause: EndingCause) -> change_pb2.EndingCause.ValueType:
    """The proto's number of a cause."""
    return change_pb2.EndingCause.Value(f"ENDING_CAUSE_{cause.value}")


def number_of_subject_kind(kind: SubjectKind) -> subject_pb2.SubjectKind.ValueType:
    """The proto's number of a subject's kind."""
    return subject_pb2.SubjectKind.Value(f"SUBJECT_KIND_{kind.value}")
