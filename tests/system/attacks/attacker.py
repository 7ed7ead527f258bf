"""Whoever calls, with whatever certificate and whatever assertion: nothing is kept from being sent."""

import itertools
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.message import Message

from authority.assertion import make
from authority.caller import Actor
from authority.peer import Peer
from chassis.client import ChannelSettings, open_channel
from chassis.clock import SystemClock
from chassis.tls.transport import Transport
from chassis.wire.status import parse
from stack.keys import assert_key, assert_key_id
from stack.supervisor import Stack
from tests.system.attacks.surface import Rpc

Headers = tuple[tuple[str, str | bytes], ...]

_LIMIT_S = 60.0
_ids = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a call ended: an empty reason where it was answered, or where gRPC itself refused it."""

    code: grpc.StatusCode
    reason: str
    why: str
    message: str
    call_id: str
    answer: bytes = b""

    @property
    def seen(self) -> str:
        """The reason, or the status where there is none."""
        return self.reason or self.code.name


class Attacker:
    """Calls the servers of a stack. A connection for each server and certificate, kept."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._channels: dict[tuple[str, int], grpc.aio.Channel] = {}
        self._transports: dict[Peer, Transport] = {}

    def transport_of(self, peer: Peer) -> Transport:
        """With a certificate that the stack's authority has lawfully given to the peer."""
        if peer not in self._transports:
            self._transports[peer] = self.stack.proofs.transport_of(peer)
        return self._transports[peer]

    async def call(
        self, rpc: Rpc, request: Message | bytes, transport: Transport, headers: Headers = ()
    ) -> Outcome:
        """Send it as it is."""
        return await self.send(rpc.server, rpc.method, request, transport, headers)

    async def send(
        self,
        server: str,
        method: str,
        request: Message | bytes,
        transport: Transport,
        headers: Headers = (),
    ) -> Outcome:
        """The same of any method, served or not."""
        content = request if isinstance(request, bytes) else request.SerializeToString()
        call_id = f"a77ac4a77ac4{next(_ids):08x}"
        sending: Any = self._channel(server, transport).unary_unary(method)
        try:
            answer: bytes = await sending(
                content, metadata=(*headers, ("x-request-id", call_id)), timeout=_LIMIT_S
            )
        except grpc.aio.AioRpcError as failure:
            error = parse(failure)
            return Outcome(
                code=failure.code(),
                reason=error.reason_name,
                why=error.metadata.get("why", ""),
                message=f"{error.message}{error.metadata}{error.violations}",
                call_id=call_id,
            )
        return Outcome(
            code=grpc.StatusCode.OK, reason="", why="", message="", call_id=call_id, answer=answer
        )

    async def close(self) -> None:
        """Close every connection."""
        for channel in self._channels.values():
            await channel.close()

    def _channel(self, server: str, transport: Transport) -> grpc.aio.Channel:
        key = (server, id(transport))
        if key not in self._channels:
            [peer] = [one.peer for one in self.stack.layout if one.name == server]
            self._channels[key] = open_channel(
                self.stack.addresses[server],
                ChannelSettings(send_bytes_max=-1),
                transport=transport,
                host_name=peer.host_name(transport.trust_domain),
            )
        return self._channels[key]


def bearer(token: str) -> Headers:
    """The header that carries an assertion."""
    return (("authorization", f"Bearer {token}"),)


def assertion_of(person: Actor, *, audience: str = "registry") -> str:
    """A fresh lawful one."""
    return make(
        actor=person,
        key_id=assert_key_id(person.person_id),
        private_key=assert_key(person.person_id),
        audience=audience,
        now=SystemClock().now(),
    )
