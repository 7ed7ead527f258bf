"""What clients said and were told over the wire: kept at the channel, so that no list is made by hand."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import grpc
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from authority.peer import Peer
from authority.proving_channel import ProvingChannel
from chassis.client import ChannelSettings
from courtlist.identity.v1 import document_pb2
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import import_service_pb2 as importing
from stack.connections import OPERATOR_PEER, Connections
from stack.supervisor import Stack

_NAMES: Final = frozenset({"name", "subject_name", "legal_representative"})
# Courts and partners are no persons: every refusal names the court.
_INSTITUTIONS: Final = (admin.EnrolCourtRequest.DESCRIPTOR, admin.EnrolPartnerRequest.DESCRIPTOR)
# Of the rows that courts import (registry/intake/README.md).
_ROW_NAMES: Final = frozenset({"iname", "businessEntity"})
_ROW_NUMBERS: Final = frozenset({"cardNum", "otherDocuments"})
# What a stub gives a channel, by position or by name.
_ARGUMENTS: Final = ("method", "request_serializer", "response_deserializer")


@dataclass
class Spoken:
    """Everything that was said, by whom and wherever.

    Attributes:
        numbers: of documents, as they were given.
        names: of persons and organisations, as they were given.
        replies: (RPC, the bytes of its answer).
        errors: (RPC, status, message, details and trailers as bytes).
    """

    numbers: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    replies: list[tuple[str, bytes]] = field(default_factory=list)
    errors: list[tuple[str, bytes]] = field(default_factory=list)

    def hear(self, message: Message) -> None:
        """A request."""
        for found in _messages(message):
            if isinstance(found, document_pb2.Document):
                self.numbers.add(found.number)
            elif isinstance(found, importing.Record):
                self._hear_row(found.raw)
            elif found.DESCRIPTOR not in _INSTITUTIONS:
                said = _NAMES.intersection(found.DESCRIPTOR.fields_by_name)
                self.names.update(str(getattr(found, name)) for name in said)

    def _hear_row(self, raw: bytes) -> None:
        try:
            row = json.loads(raw)
        except ValueError:
            return
        if not isinstance(row, dict):
            return
        self.names.update(row[name] for name in _ROW_NAMES & row.keys())
        self.numbers.update(row[name] for name in _ROW_NUMBERS & row.keys())

    def hear_error(self, method: str, error: grpc.aio.AioRpcError) -> None:
        """How a call ended badly."""
        said = [repr(error.code()), error.details() or "", error.debug_error_string() or ""]
        for name, value in (*(error.initial_metadata() or ()), *(error.trailing_metadata() or ())):
            said += [name, value if isinstance(value, str) else value.decode("latin-1")]
        # A binary trailer's bytes stay what they are; what is no byte was a text.
        self.errors.append((method, b"\n".join(map(_bytes, said))))


class HeardChannel(ProvingChannel):
    """A channel over which nothing is said that is not kept."""

    def __init__(self, target: str, *, spoken: Spoken, **options: Any) -> None:
        super().__init__(target, **options)
        self._spoken = spoken

    def unary_unary(self, *args: Any, **options: Any) -> Any:
        """As of any channel."""
        given = {**dict(zip(_ARGUMENTS, args, strict=False)), **options}
        method, read, spoken = given["method"], given["response_deserializer"], self._spoken

        def deserialize(content: bytes) -> Any:
            spoken.replies.append((method, content))
            return read(content)

        sent = super().unary_unary(**{**given, "response_deserializer": deserialize})

        async def call(request: Message, **how: Any) -> Any:
            spoken.hear(request)
            try:
                return await sent(request, **how)
            except grpc.aio.AioRpcError as error:
                spoken.hear_error(method, error)
                raise

        return call


class HeardConnections(Connections):
    """Connections whose channels are heard."""

    def __init__(self, of: Connections, servers: Mapping[str, Peer], spoken: Spoken) -> None:
        super().__init__(addresses=of.addresses, servers=servers, proofs=of.proofs)
        self._peers = servers
        self._spoken = spoken

    def to(
        self, name: str, settings: ChannelSettings | None = None, *, own: Peer = OPERATOR_PEER
    ) -> grpc.aio.Channel:
        """A channel that is heard."""
        return HeardChannel(
            self.addresses[name],
            settings=settings,
            server=self._peers[name],
            proofs=self.proofs,
            own=own,
            spoken=self._spoken,
        )


class HeardStack(Stack):
    """A stack whose clients are heard."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.spoken = Spoken()

    @property
    def connections(self) -> Connections:
        """Channels that are heard."""
        servers = {service.name: service.peer for service in self.layout}
        return HeardConnections(super().connections, servers, self.spoken)


def _messages(message: Message) -> Iterator[Message]:
    """The message and every message in it."""
    yield message
    for found, value in message.ListFields():
        if found.type == FieldDescriptor.TYPE_MESSAGE and not _is_map(found):
            for inner in value if found.is_repeated else (value,):
                yield from _messages(inner)


def _is_map(found: Any) -> bool:
    return bool(found.message_type.GetOptions().map_entry)


def _bytes(text: str) -> bytes:
    """A trailer's bytes as they were; a text as UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()
