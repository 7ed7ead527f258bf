"""A partner that is pushed to over TLS, and keeps every byte that it is sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import grpc

from authority.peer import Peer, PeerKind
from courtlist.restriction.v1 import partner_service_pb2 as wire
from courtlist.restriction.v1 import restriction_pb2
from stack.ports import LOOPBACK
from stack.supervisor import Stack

PEER: Final = Peer(PeerKind.PARTNER, "keeps-pushes")
_METHOD: Final = "ReceiveRestrictions"


class Receiver:
    """Says of each push that it is applied.

    Attributes:
        pushes: as they came.
        address: where it listens.
    """

    def __init__(self) -> None:
        self.pushes: list[bytes] = []
        self.address = ""

    @property
    def lifts(self) -> int:
        """How many steps took a restriction away."""
        requests = map(wire.ReceiveRestrictionsRequest.FromString, self.pushes)
        lifted = restriction_pb2.RESTRICTION_EVENT_LIFTED
        return sum(entry.event == lifted for one in requests for entry in one.entries)

    async def receive(self, content: bytes, _: object) -> bytes:
        """What travel and the other fields call."""
        self.pushes.append(content)
        request = wire.ReceiveRestrictionsRequest.FromString(content)
        applied = request.entries[-1].number if request.entries else request.after
        reply = wire.ReceiveRestrictionsResponse(applied=applied, series=request.series)
        return reply.SerializeToString()


@asynccontextmanager
async def receiving(stack: Stack) -> AsyncIterator[Receiver]:
    """The partner, with a certificate of its own."""
    receiver, server = Receiver(), grpc.aio.server()
    handler: Any = grpc.unary_unary_rpc_method_handler(receiver.receive)
    service = wire.DESCRIPTOR.services_by_name["PartnerService"].full_name
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(service, {_METHOD: handler}),)
    )
    credentials = stack.proofs.transport_of(PEER).server_credentials()
    assert credentials is not None
    port = server.add_secure_port(f"{LOOPBACK}:0", credentials)
    receiver.address = f"{LOOPBACK}:{port}"
    await server.start()
    try:
        yield receiver
    finally:
        await server.stop(None)
