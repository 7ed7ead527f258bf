"""Presidents' signatures on the papers of courts that do not exist, with the keys of stack.keys."""

from collections.abc import Callable
from typing import Any, TypeAlias, cast

import grpc
from google.protobuf.message import Message

from authority.signature import sign
from courtlist.registry.v1 import decision_pb2
from stack.keys import sign_key, sign_key_id

Sign: TypeAlias = Callable[[Message, str], decision_pb2.Signature]
"""Signs a request as it is, by the person of that id."""


def signature(request: Message, person_id: str) -> decision_pb2.Signature:
    """The person's signature on `request` as it is now."""
    return sign(request, key_id=sign_key_id(person_id), private_key=sign_key(person_id))


def signing(channel: grpc.aio.Channel, sign_it: Sign = signature) -> grpc.aio.Channel:
    """`channel`, over which a decision goes with the signature of whom it names as its signer.

    One that has a signature, or names nobody, goes as it is. For stubs of unary calls; whoever opened
    the channel closes it.
    """
    return cast("grpc.aio.Channel", _SigningChannel(channel, sign_it))


class _SigningChannel:
    """What a stub asks of a channel."""

    def __init__(self, channel: grpc.aio.Channel, sign_it: Sign) -> None:
        self._channel = channel
        self._sign_it = sign_it

    def unary_unary(self, *args: Any, **options: Any) -> Any:
        """See grpc.aio.Channel."""
        call: Any = self._channel.unary_unary(*args, **options)

        def send(request: Message, **how: Any) -> Any:
            return call(_signed(request, self._sign_it), **how)

        return send


def _signed(request: Any, sign_it: Sign) -> Any:
    if "signature" not in request.DESCRIPTOR.fields_by_name or request.HasField("signature"):
        return request
    signer = _signer_of(request)
    if not signer:
        return request
    copy = type(request)()
    copy.CopyFrom(request)
    copy.signature.CopyFrom(sign_it(request, signer))
    return copy


def _signer_of(request: Any) -> str:
    """Whom a request names as the signer of its decision; empty when it names nobody."""
    fields = request.DESCRIPTOR.fields_by_name
    if "decision" in fields:
        return str(request.decision.signed_by)
    return str(request.order.decision.signed_by) if "order" in fields else ""
