"""Only the engine that leads pushes; the whole service, wired as in production."""

from dataclasses import replace

from courtlist.ledger.v1 import change_pb2
from tests.fakes.field import settings
from tests.fakes.ledger import FakeLedger
from tests.fakes.ledger_server import served
from tests.fakes.travel import running_travel
from tests.integration.restriction.push.conftest import MakePartner


def _enrol(ledger: FakeLedger, partner_id: str, address: str) -> int:
    enrolled = change_pb2.PartnerEnrolled(
        partner_id=partner_id, fields=["travel"], push_address=address
    )
    return ledger.act([change_pb2.Effect(partner_enrolled=enrolled)])


async def test_a_second_engine_pushes_nothing_until_it_leads(
    database: str, make_partner: MakePartner
) -> None:
    rail, ledger = await make_partner("rail"), FakeLedger()
    ledger.bind("s1", "d1", bytes(16))
    ledger.issue("o1", "s1")
    async with served(ledger) as registry:
        config = settings(database, registry.address)
        async with running_travel(config) as first:
            await first.reached(_enrol(ledger, "rail", rail.address))
            await rail.reaches(1)
            assert [one.partner_id for one in first.views.partners()] == ["rail"]
            async with running_travel(replace(config)) as second:
                rail.calls.clear()
                await first.reached(ledger.issue("o2", "s1"))
                await rail.reaches(2)
                assert [call.after for call in rail.calls if call.entries] == [1]
                assert not second.views.partners()
                await first.scope.stack.aclose()
                ledger.lift("o1", "s1")
                await rail.reaches(3)
                assert [one.partner_id for one in second.views.partners()] == ["rail"]
    assert rail.restrictions() == {"o2"}
