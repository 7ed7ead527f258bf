"""What the registry's primary is asked, and what is read of its answer."""

from collections.abc import Sequence

import pytest

from chassis.client import open_channel
from chassis.tls.transport import PLAINTEXT
from restriction.grpc_ledger import GrpcLedger
from restriction.ledger import Inquiry
from restriction.model import Basis, Measure, Position, Seen
from tests.builders import resident_id
from tests.eventually import LIMIT_S
from tests.fakes.field import digest_of
from tests.fakes.ledger import FakeLedger
from tests.fakes.ledger_server import Served

DIGEST = digest_of(resident_id(serial=1))
NOTHING_SEEN = Seen(generation=1, position=Position(), hash=bytes(32))


async def _asked(registry: Served, *, include_ended: bool) -> Sequence[Basis]:
    async with open_channel(registry.address, transport=PLAINTEXT) as channel:
        primary = GrpcLedger(
            channel=channel,
            follower="loan",
            measure=Measure.LISTING,
            include_ended=include_ended,
        )
        reply = await primary.confirm([Inquiry(1, DIGEST)], seen=NOTHING_SEEN, timeout_s=LIMIT_S)
    return reply.standings[0].bases


@pytest.mark.parametrize("include_ended", [True, False])
async def test_ended_listings_are_asked_for_only_where_they_are_told(
    ledger: FakeLedger, registry: Served, *, include_ended: bool
) -> None:
    ledger.bind("s1", "d1", DIGEST)
    ledger.enter_listing("l1", "s1")
    ledger.enter_listing("l2", "s1")
    ledger.end_listing("l1", "s1")
    bases = await _asked(registry, include_ended=include_ended)
    assert {one.basis_id: one.ended for one in bases} == (
        {"l1": True, "l2": False} if include_ended else {"l2": False}
    )
