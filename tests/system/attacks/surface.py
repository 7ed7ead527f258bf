"""Everything that can be called: asked of the running servers, so that a new RPC is attacked by itself."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

import courtlist
from authority.table import Row, field_of, row_of
from stack.supervisor import Stack

_OURS = "courtlist."


@dataclass(frozen=True)
class Rpc:
    """One RPC of one running server."""

    server: str
    service: str
    descriptor: MethodDescriptor

    @property
    def name(self) -> str:
        return str(self.descriptor.name)

    @property
    def method(self) -> str:
        """As it stands in a call's path and log line."""
        return f"/{self.service}/{self.name}"

    @property
    def row(self) -> Row | None:
        """What the table says of it."""
        return row_of(self.service, self.name)

    @property
    def field(self) -> str:
        """The field whose own it is; empty for none."""
        return field_of(self.service)

    @property
    def is_act(self) -> bool:
        """Whether it writes what a repetition must not write again."""
        return "request_id" in self.descriptor.input_type.fields_by_name

    def empty(self) -> Message:
        """A request that says nothing."""
        return message_factory.GetMessageClass(self.descriptor.input_type)()


async def surface(stack: Stack) -> list[Rpc]:
    """Every RPC of ours that any server of the stack serves."""
    for module in pkgutil.walk_packages(courtlist.__path__, "courtlist."):
        importlib.import_module(module.name)
    return [rpc for server in stack.addresses for rpc in await _served(stack, server)]


async def _served(stack: Stack, server: str) -> list[Rpc]:
    async with stack.connections.to(server) as channel:
        # The package has no types for asyncio.
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)  # type: ignore[arg-type]
        answers = stub.ServerReflectionInfo(_questions())
        names = [
            one.name async for answer in answers for one in answer.list_services_response.service
        ]
    return [
        Rpc(server, name, method)
        for name in names
        if name.startswith(_OURS)
        for method in descriptor_pool.Default().FindServiceByName(name).methods
    ]


def _questions() -> Iterator[reflection_pb2.ServerReflectionRequest]:
    yield reflection_pb2.ServerReflectionRequest(list_services="")
