"""A president's signature on what is decided (LP Art 5, CP Art 5). Pure; client and server use it.

What is signed is a request as the president sees it before it is served and sent: `content`. What comes
afterwards is cleared from it: how decision and order were served, the signature itself, `request_id`
and `validate_only`. Which fields those are is read from the message's descriptor, so every request that
carries a Signature is signed in the same way.

The bytes that were signed travel with the signature, and are read and compared as a message:
serialising a second time is not guaranteed to give the same bytes.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from courtlist.registry.v1 import decision_pb2

ALGORITHM: Final = "ed25519"
CONTENT_BYTES_MAX: Final = 256 * 1024
"""Every text of an entry at its longest, in characters of four bytes, takes 150 KiB."""

_DOMAIN: Final = b"courtlist.decision.v1"
_OF_THE_CALL: Final = ("request_id", "validate_only")
_AFTERWARDS: Final = frozenset(
    {decision_pb2.Service.DESCRIPTOR.full_name, decision_pb2.Signature.DESCRIPTOR.full_name}
)

AnyMessage = TypeVar("AnyMessage", bound=Message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a signature is worth.

    Attributes:
        is_read: the content is a request of the same kind, and nothing in it is unknown here.
        differing: the request's top-level fields that the content has otherwise, by their names.
        is_genuine: the key has signed this content.
    """

    is_read: bool
    differing: tuple[str, ...]
    is_genuine: bool


def signed_content(request: Message) -> bytes:
    """What a president signs of `request`, serialised."""
    return cleared(request).SerializeToString(deterministic=True)


def digest(full_name: str, content: bytes) -> bytes:
    """The 32 bytes that the key signs: of one message type, and of no other use of the key."""
    return hashlib.sha256(b"\0".join((_DOMAIN, full_name.encode(), content))).digest()


def sign(
    request: Message, *, key_id: str, private_key: Ed25519PrivateKey
) -> decision_pb2.Signature:
    """The signature on `request` as it is now. The same request and key give the same signature."""
    content = signed_content(request)
    return decision_pb2.Signature(
        key_id=key_id,
        content=content,
        signature=private_key.sign(digest(_name(request), content)),
    )


def check(
    request: Message, signature: decision_pb2.Signature, public_key: Ed25519PublicKey | None
) -> Checked:
    """What `signature` is worth on `request`; without a key it is never genuine.

    Whose the key is, and whether it counts, is for whoever keeps the record.
    """
    wanted = cleared(request)
    read = _read(type(wanted), signature.content)
    return Checked(
        is_read=read is not None and not _holds_unknown(wanted),
        differing=() if read is None else _differing(wanted, read),
        is_genuine=public_key is not None
        and _is_genuine(digest(_name(request), signature.content), signature, public_key),
    )


def cleared(request: AnyMessage) -> AnyMessage:
    """A copy of `request` without what is no part of the decision."""
    copy = type(request)()
    copy.CopyFrom(request)
    for name in _OF_THE_CALL:
        if name in copy.DESCRIPTOR.fields_by_name:
            copy.ClearField(name)
    _clear_afterwards(copy)
    return copy


def _clear_afterwards(message: Message) -> None:
    for field, value in message.ListFields():
        if field.message_type is not None and field.message_type.full_name in _AFTERWARDS:
            message.ClearField(field.name)
            continue
        for inner in _inner(field, value):
            _clear_afterwards(inner)


def _read(kind: type[AnyMessage], content: bytes) -> AnyMessage | None:
    """The content as a message; None where it is none, or holds what nobody here can read."""
    message = kind()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return None
    return None if _holds_unknown(message) else message


def _holds_unknown(message: Message) -> bool:
    """Whether a field that this release does not know is anywhere in it."""
    if len(UnknownFieldSet(message)):
        return True
    return any(
        _holds_unknown(inner)
        for field, value in message.ListFields()
        for inner in _inner(field, value)
    )


def _inner(field: FieldDescriptor, value: Any) -> Iterable[Message]:
    """The messages that a field's value holds: none, one, or those of a list or a map."""
    if field.message_type is None:
        return ()
    if field.message_type.GetOptions().map_entry:
        is_of_messages = field.message_type.fields_by_name["value"].message_type is not None
        return value.values() if is_of_messages else ()
    return value if field.is_repeated else (value,)


def _differing(wanted: Message, read: Message) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in wanted.DESCRIPTOR.fields
        if getattr(wanted, field.name) != getattr(read, field.name)
        or (field.has_presence and wanted.HasField(field.name) != read.HasField(field.name))
    )


def _is_genuine(
    signed: bytes, signature: decision_pb2.Signature, public_key: Ed25519PublicKey
) -> bool:
    try:
        public_key.verify(signature.signature, signed)
    except InvalidSignature:
        return False
    return True


def _name(request: Message) -> str:
    name: str = request.DESCRIPTOR.full_name
    return name
