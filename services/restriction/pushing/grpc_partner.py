"""A partner's PartnerService over gRPC, its digests keyed for it alone."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import grpc

from authority.peer import Peer, PeerKind
from chassis.client import ChannelSettings, open_channel
from chassis.tls.transport import Transport
from courtlist.restriction.v1 import partner_service_pb2, partner_service_pb2_grpc, restriction_pb2
from restriction import convert
from restriction.facts.store import Delivery
from restriction.keyring import PartnerSecretMissingError
from restriction.pushing.handover import Acknowledgement, Handover, PartnerError
from restriction.pushing.partner_book import PushTarget
from restriction.serving.partners import PartnerDigests

CALL_TIMEOUT_S: Final = 5.0
# Keying a full page takes several milliseconds, and no check is answered meanwhile.
_KEYED_AT_ONCE: Final = 50


class GrpcPartner:
    """PartnerClient on one channel. Full pages are keyed in turns with all who share `keying`.

    `derive` has for each version of the partners' secret the function from an inner digest to the partner's.
    """

    def __init__(
        self,
        *,
        channel: grpc.aio.Channel,
        field: str,
        derive: Callable[[int], Callable[[bytes], bytes]],
        keying: asyncio.Lock,
    ) -> None:
        self._channel = channel
        self._stub = partner_service_pb2_grpc.PartnerServiceStub(channel)
        self._field = field
        self._derive = derive
        self._keying = keying

    async def receive(self, handover: Handover) -> Acknowledgement:
        """One call; raises PartnerError with the name of its status, ANSWER_UNREADABLE or SECRET_MISSING."""
        request = partner_service_pb2.ReceiveRestrictionsRequest(
            field=self._field,
            after=handover.after,
            entries=await self._keyed(handover.entries),
            head=handover.head.number,
            as_of=convert.position_to(handover.head.as_of),
            series=handover.series,
        )
        if handover.head.as_of_at is not None:
            request.as_of_time.FromDatetime(handover.head.as_of_at)
        try:
            reply: Any = await self._stub.ReceiveRestrictions(request)
        except grpc.aio.AioRpcError as error:
            raise PartnerError(error.code().name) from error
        if reply is None:
            # What gRPC makes of bytes that are no message.
            raise PartnerError("ANSWER_UNREADABLE")
        return Acknowledgement(reply.series, reply.applied)

    async def close(self) -> None:
        """Close the channel."""
        await self._channel.close()

    async def _keyed(self, entries: Sequence[Delivery]) -> list[restriction_pb2.RestrictionEntry]:
        # Few entries, as of a lift, wait for nobody's page.
        if len(entries) <= _KEYED_AT_ONCE:
            return self._key(entries)
        keyed: list[restriction_pb2.RestrictionEntry] = []
        for first in range(0, len(entries), _KEYED_AT_ONCE):
            some = entries[first : first + _KEYED_AT_ONCE]
            async with self._keying:
                keyed.extend(self._key(some))
                # The loop turns while the lock is held: however many partners are far behind, no
                # check waits for more than one such share.
                await asyncio.sleep(0)
        return keyed

    def _key(self, entries: Sequence[Delivery]) -> list[restriction_pb2.RestrictionEntry]:
        try:
            return [convert.entry_to(one, self._derive(one.secret_version)) for one in entries]
        except PartnerSecretMissingError as error:
            raise PartnerError("SECRET_MISSING") from error


class PartnerLine:
    """Channels to partners; `timeout_s` is the deadline of every call on them.

    Whoever answers at a partner's address without its certificate is handed nothing.
    """

    def __init__(
        self,
        *,
        field: str,
        digests: PartnerDigests,
        transport: Transport,
        timeout_s: float = CALL_TIMEOUT_S,
    ) -> None:
        self._field = field
        self._digests = digests
        self._transport = transport
        self._timeout_s = timeout_s
        self._keying = asyncio.Lock()

    def connect(self, target: PushTarget) -> GrpcPartner:
        """The partner on a channel of its own."""
        partner = Peer(PeerKind.PARTNER, target.partner_id)
        return GrpcPartner(
            channel=open_channel(
                target.push_address,
                ChannelSettings(timeout_s=self._timeout_s),
                transport=self._transport,
                host_name=partner.host_name(self._transport.trust_domain),
            ),
            field=self._field,
            derive=partial(self._digests.for_partner, target.partner_id),
            keying=self._keying,
        )
