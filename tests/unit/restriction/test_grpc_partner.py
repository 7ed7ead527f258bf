"""A partner's pages are keyed in shares: partners that are far behind delay no check and no lift."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import grpc

from courtlist.restriction.v1 import partner_service_pb2 as wire
from restriction.facts.store import Delivery, DeliveryEvent, DeliveryHead
from restriction.model import Item, Position
from restriction.pushing.grpc_partner import GrpcPartner
from restriction.pushing.handover import Handover
from tests.eventually import LIMIT_S

PARTNERS, ENTRIES = 20, 500


def _handover(count: int) -> Handover:
    entries = [
        Delivery(
            number=number,
            restriction_id=f"o{number}",
            event=DeliveryEvent.SET,
            digests=[bytes(16)],
            items=frozenset({Item.TRANSPORT}),
            start_at=datetime(2026, 1, 1, tzinfo=UTC),
            end_at=None,
            case_number="",
            order_number="",
            court_name="",
            court_contact="",
            position=number,
        )
        for number in range(1, count + 1)
    ]
    head = DeliveryHead(number=count, as_of=Position("life-1", 1), as_of_at=None)
    return Handover(series="s", after=0, entries=entries, head=head)


class _Keyed:
    """Counts what is keyed, and lets a call be answered at once."""

    def __init__(self) -> None:
        self.count = 0
        self.keying = asyncio.Lock()

    def derive(self, digest: bytes) -> bytes:
        self.count += 1
        return digest

    def partner(self) -> GrpcPartner:
        channel = grpc.aio.insecure_channel("127.0.0.1:1")
        partner = GrpcPartner(
            channel=channel, field="travel", derive=lambda _: self.derive, keying=self.keying
        )

        async def answer(request: wire.ReceiveRestrictionsRequest) -> Any:
            applied = len(request.entries)
            return wire.ReceiveRestrictionsResponse(applied=applied, series=request.series)

        partner._stub.ReceiveRestrictions = answer  # type: ignore[assignment]
        return partner


async def test_many_pages_together_key_one_share_in_a_turn_of_the_loop() -> None:
    keyed = _Keyed()
    handovers = [
        asyncio.create_task(keyed.partner().receive(_handover(ENTRIES))) for _ in range(PARTNERS)
    ]
    most = before = 0
    while not all(one.done() for one in handovers):
        await asyncio.sleep(0)
        most, before = max(most, keyed.count - before), keyed.count
    assert keyed.count == PARTNERS * ENTRIES
    assert most <= 50
    assert {(await one).applied for one in handovers} == {ENTRIES}


async def test_a_lift_waits_for_nobodys_page() -> None:
    keyed = _Keyed()
    async with keyed.keying, asyncio.timeout(LIMIT_S):
        assert (await keyed.partner().receive(_handover(1))).applied == 1
