"""Whoever answers at a partner's address without the partner's certificate is handed nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from authority.peer import Peer, PeerKind
from courtlist.restriction.v1 import partner_service_pb2 as wire
from courtlist.restriction.v1 import partner_service_pb2_grpc
from restriction.facts.store import DeliveryHead
from restriction.model import Position
from restriction.pushing.grpc_partner import GrpcPartner, PartnerLine
from restriction.pushing.handover import Handover, PartnerError
from restriction.pushing.partner_book import PushTarget
from restriction.serving.partners import PartnerDigests
from tests.builders import digest_key
from tests.certificates import Issuer, Wallet

RAIL = Peer(PeerKind.PARTNER, "rail-1")
AIR = Peer(PeerKind.PARTNER, "air-1")
TRAVEL = Peer(PeerKind.SERVICE, "travel")
NOTHING = Handover(
    series="s", after=0, entries=(), head=DeliveryHead(number=0, as_of=Position(), as_of_at=None)
)


class Receiving(partner_service_pb2_grpc.PartnerServiceServicer):
    """Takes whatever it is handed, and notes by whom."""

    def __init__(self) -> None:
        self.handed_by: list[bytes] = []

    async def ReceiveRestrictions(  # noqa: N802 - the RPC's name
        self, request: wire.ReceiveRestrictionsRequest, context: Any
    ) -> wire.ReceiveRestrictionsResponse:
        self.handed_by += context.auth_context()["peer_spiffe_id"]
        return wire.ReceiveRestrictionsResponse(applied=0, series=request.series)


@asynccontextmanager
async def _line(
    folder: Path, receiving: Receiving, shown: Peer, issuer: Issuer | None = None
) -> AsyncIterator[GrpcPartner]:
    """Travel's line to RAIL, at whose address a process with the certificate of `shown` listens."""
    ours = Issuer()
    there = Wallet.made(folder / "there", (issuer or ours).issue(shown), ours.trust).transport()
    here = Wallet.made(folder / "here", ours.issue(TRAVEL), ours.trust).transport()
    server = grpc.aio.server()
    partner_service_pb2_grpc.add_PartnerServiceServicer_to_server(receiving, server)
    credentials = there.server_credentials()
    assert credentials is not None
    port = server.add_secure_port("127.0.0.1:0", credentials)
    await server.start()
    line = PartnerLine(
        field="travel",
        digests=PartnerDigests(secret_of=lambda _: digest_key().secret),
        transport=here,
    )
    partner = line.connect(PushTarget(RAIL.name, f"127.0.0.1:{port}"))
    try:
        yield partner
    finally:
        await partner.close()
        await server.stop(None)


async def test_a_partner_with_its_certificate_is_handed_what_it_lacks(tmp_path: Path) -> None:
    receiving = Receiving()
    async with _line(tmp_path, receiving, RAIL) as partner:
        assert (await partner.receive(NOTHING)).series == "s"
    assert receiving.handed_by == [b"spiffe://courtlist.example/service/travel"]


@pytest.mark.parametrize("shown", [AIR, TRAVEL, Peer(PeerKind.COURT, "rail-1")], ids=str)
async def test_another_peer_at_its_address_is_handed_nothing(tmp_path: Path, shown: Peer) -> None:
    receiving = Receiving()
    async with _line(tmp_path, receiving, shown) as partner:
        with pytest.raises(PartnerError, match="UNAVAILABLE"):
            await partner.receive(NOTHING)
    assert receiving.handed_by == []


async def test_its_name_under_another_authority_is_handed_nothing(tmp_path: Path) -> None:
    receiving = Receiving()
    async with _line(tmp_path, receiving, RAIL, Issuer()) as partner:
        with pytest.raises(PartnerError, match="UNAVAILABLE"):
            await partner.receive(NOTHING)
    assert receiving.handed_by == []
