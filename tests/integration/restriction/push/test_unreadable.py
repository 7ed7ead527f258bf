"""A partner whose answers cannot be read has not answered: the fault is its own, and it shows as failing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from chassis.client import open_channel
from chassis.tls.transport import PLAINTEXT
from courtlist.restriction.v1 import partner_service_pb2
from restriction.facts.store import DeliveryHead
from restriction.model import Position
from restriction.pushing.grpc_partner import GrpcPartner
from restriction.pushing.handover import Handover, PartnerError

SERVICE = partner_service_pb2.DESCRIPTOR.services_by_name["PartnerService"].full_name
NOTHING = Handover(
    series="s", after=0, entries=(), head=DeliveryHead(number=0, as_of=Position(), as_of_at=None)
)


@asynccontextmanager
async def _partner(folder: Path, answer: bytes) -> AsyncIterator[GrpcPartner]:
    async def say(_request: Any, _context: Any) -> bytes:
        return answer

    server = grpc.aio.server()
    handlers: dict[str, Any] = {"ReceiveRestrictions": grpc.unary_unary_rpc_method_handler(say)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    address = f"unix:{folder / 'partner'}"
    server.add_insecure_port(address)
    await server.start()
    partner = GrpcPartner(
        channel=open_channel(address, transport=PLAINTEXT),
        field="travel",
        derive=lambda _: bytes,
        keying=asyncio.Lock(),
    )
    try:
        yield partner
    finally:
        await partner.close()
        await server.stop(None)


@pytest.mark.parametrize(
    "answer", [b"\xff\xff\xff", b"\x12\x02\xff\xfe"], ids=["no message", "no text"]
)
async def test_an_answer_that_cannot_be_read_is_the_partners_fault(
    tmp_path: Path, answer: bytes
) -> None:
    async with _partner(tmp_path, answer) as partner:
        with pytest.raises(PartnerError, match="ANSWER_UNREADABLE"):
            await partner.receive(NOTHING)


async def test_an_empty_answer_is_read(tmp_path: Path) -> None:
    async with _partner(tmp_path, b"") as partner:
        assert (await partner.receive(NOTHING)).applied == 0
