"""Fields in which checks are asked (travel, hotel, loan, ...), as their protos describe them.

A field is found by its name alone: `courtlist.<field>.v1` holds one service with a call that answers
one document, and one that answers many. A field that is added to the protos is known here at once.
"""

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

import courtlist
from cli import choices
from cli.errors import Problem, UsageError
from courtlist.restriction.v1 import advice_pb2, restriction_pb2

_NAME: Final = re.compile(r"[a-z]{1,40}")
_DOCUMENT: Final = "courtlist.identity.v1.Document"

Verdict = restriction_pb2.Decision | advice_pb2.Advice


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, the call for one question, and the call for many."""

    name: str
    one: MethodDescriptor
    many: MethodDescriptor

    @property
    def question(self) -> type[Message]:
        """The message that asks one question."""
        return GetMessageClass(self.one.input_type)

    def purpose(self, text: str) -> int:
        """The number of a purpose; of the first one, the usual, for an empty text.

        Raises UsageError, with the purposes there are.
        """
        known = self.one.input_type.fields_by_name["purpose"].enum_type
        assert known is not None, "every question says why it is asked"
        return choices.number(known, text or choices.names(known)[0], option="--purpose")

    @property
    def batch(self) -> Any:
        """The message that asks many: `items`."""
        return GetMessageClass(self.many.input_type)

    def sender(self, channel: grpc.aio.Channel, method: MethodDescriptor) -> Callable[..., Any]:
        """What sends a request of `method` over `channel`."""
        assert method.containing_service is not None
        return channel.unary_unary(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=lambda request: request.SerializeToString(),
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )


def names() -> list[str]:
    """The fields that this program knows, by its protos."""
    found = []
    for folder in sorted(Path(root) for root in courtlist.__path__):
        for service in sorted(folder.glob("*/v1/*_service_pb2.py")):
            name = service.parent.parent.name
            if service.name == f"{name}_service_pb2.py" and _methods(_service(name)) is not None:
                found.append(name)
    return found


def named(name: str) -> Field:
    """The field of this name. Raises UsageError, with the names there are."""
    if _NAME.fullmatch(name):
        try:
            methods = _methods(_service(name))
        except ModuleNotFoundError:
            methods = None
        if methods is not None:
            return Field(name, *methods)
    problem = Problem("field", "FIELD_INVALID", f"one of: {', '.join(names())}")
    raise UsageError("there is no such field", problems=[problem])


def verdict_of(reply: Message) -> Verdict | None:
    """The decision or the advice in an answer, wherever it stands; None where there is none."""
    if isinstance(reply, restriction_pb2.Decision | advice_pb2.Advice):
        return reply
    for field, value in reply.ListFields():
        if field.message_type is not None and not field.is_repeated:
            found = verdict_of(value)
            if found is not None:
                return found
    return None


def notices_of(reply: Message) -> list[str]:
    """Texts beside the verdict that are meant to be said or printed, as a hotel's notice."""
    texts: list[str] = []
    for field, value in reply.ListFields():
        if field.message_type is None or field.is_repeated or verdict_of(value) is not None:
            continue
        texts += [text for one, text in value.ListFields() if one.type == one.TYPE_STRING]
    return texts


def _service(name: str) -> ServiceDescriptor:
    module = importlib.import_module(f"courtlist.{name}.v1.{name}_service_pb2")
    services = module.DESCRIPTOR.services_by_name
    service: ServiceDescriptor = next(iter(services.values()))
    return service


def _methods(service: ServiceDescriptor) -> tuple[MethodDescriptor, MethodDescriptor] | None:
    """The call whose question holds a document, and the call that takes several such questions."""
    for one in service.methods:
        held = one.input_type.fields_by_name.get("document")
        if held is None or held.message_type is None or held.message_type.full_name != _DOCUMENT:
            continue
        for many in service.methods:
            items = many.input_type.fields_by_name.get("items")
            if items is not None and items.message_type is one.input_type:
                return one, many
    return None
