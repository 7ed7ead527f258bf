"""What a gate is told besides: passes, when a debt was performed, and how a basis ended where it asks."""

from datetime import UTC, timedelta

import pytest

from authority.identities import SERVICE_KEY
from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.ledger.v1 import ledger_service_pb2_grpc
from courtlist.registry.v1 import registry_service_pb2 as rpc
from document import digest, parse
from registry.law.days import end_of_day, start_of_day
from stack.office import request_id
from tests.integration.registry.acts.courthouse import CourtHouse
from tests.integration.registry.acts.writes import journey_pass
from tests.registry_server import RegistryServer

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def bases(
    house: CourtHouse,
    server: RegistryServer,
    document: document_pb2.Document,
    measure: ledger.Measure.ValueType,
    *,
    include_ended: bool = False,
) -> list[feed.Basis]:
    """What is confirmed of one document's subject."""
    parsed = parse("RESIDENT_ID", "", document.number, house.today)
    inquiry = feed.Inquiry(epoch=house.digest_key.epoch, digest=digest(parsed, house.digest_key))
    answer = await ledger_service_pb2_grpc.LedgerServiceStub(server.channel).ConfirmStanding(
        feed.ConfirmStandingRequest(
            measure=measure, inquiries=[inquiry], include_ended=include_ended
        ),
        metadata=((SERVICE_KEY, "loan"),),
    )
    return list(answer.standings[0].bases)


async def pay(house: CourtHouse, obligation_id: str) -> int:
    """Pay in full; the position of the act that performed the debt."""
    await house.do(house.statement(obligation_id, 1))
    reply = await house.do(house.payment(obligation_id, 1))
    position: int = reply.position.position
    return position


async def test_a_pass_is_confirmed_with_its_order_until_it_is_withdrawn(
    house: CourtHouse, acts_server: RegistryServer
) -> None:
    debtor = house.person()
    order = (await house.do(house.restriction(subject=debtor.subject))).order
    reply = await house.do(journey_pass(house, order.order_id))
    [basis] = await bases(house, acts_server, debtor.resident_id, ledger.MEASURE_ORDER)
    [free] = basis.passes
    granted = getattr(reply, "pass")
    assert (free.pass_id, list(free.items)) == (granted.pass_id, [ledger.ITEM_FAST_TRAINS])
    assert free.start_time.ToDatetime(UTC) == start_of_day(house.today)
    assert free.end_time.ToDatetime(UTC) == end_of_day(house.today + timedelta(days=14))
    assert list(basis.items) == list(order.items), "what a pass leaves free is the gate's to weigh"
    await house.do(
        rpc.WithdrawPassRequest(
            request_id=request_id(), pass_id=granted.pass_id, reasons="考试取消，通行证收回"
        )
    )
    [basis] = await bases(house, acts_server, debtor.resident_id, ledger.MEASURE_ORDER)
    assert not basis.passes


async def test_a_listing_whose_debt_is_performed_says_since_when(
    house: CourtHouse, acts_server: RegistryServer
) -> None:
    debtor = house.person()
    entered = await house.enter(subject=debtor.subject, ground=ledger.GROUND_EVADES)
    [basis] = await bases(house, acts_server, debtor.resident_id, ledger.MEASURE_LISTING)
    assert not basis.HasField("performed_time")
    position = await pay(house, entered.listing.obligation_id)
    [basis] = await bases(house, acts_server, debtor.resident_id, ledger.MEASURE_LISTING)
    recorded_at = await house.connection.fetchval(
        "SELECT recorded_at FROM change WHERE position = $1", position
    )
    assert basis.performed_time.ToDatetime(UTC) == recorded_at
    assert not basis.HasField("ended_time")


@pytest.mark.parametrize("measure", [ledger.MEASURE_LISTING, ledger.MEASURE_ORDER])
async def test_what_has_ended_is_confirmed_only_where_it_is_asked_for(
    house: CourtHouse, acts_server: RegistryServer, measure: ledger.Measure.ValueType
) -> None:
    debtor = house.person()
    entered = await house.enter(subject=debtor.subject)
    await pay(house, entered.listing.obligation_id)
    assert await bases(house, acts_server, debtor.resident_id, measure) == []
    [basis] = await bases(house, acts_server, debtor.resident_id, measure, include_ended=True)
    is_order = measure == ledger.MEASURE_ORDER
    shown = (
        await house.order(entered.order.order_id)
        if is_order
        else await house.listing(entered.listing.listing_id)
    )
    assert basis.ended_time == shown.end_time
    assert basis.ended_kind == (
        ledger.ENDING_KIND_LIFTED if is_order else ledger.ENDING_KIND_DELETED
    )
    assert basis.HasField("performed_time")


async def test_a_revoked_listing_says_that_it_is_void(
    house: CourtHouse, acts_server: RegistryServer
) -> None:
    debtor = house.person()
    entered = await house.enter(subject=debtor.subject)
    await house.do(
        rpc.RevokeListingRequest(
            request_id=request_id(),
            listing_id=entered.listing.listing_id,
            cause=ledger.ENDING_CAUSE_WRONG_PERSON,
            reasons="经核实不应纳入名单",
        )
    )
    [basis] = await bases(
        house, acts_server, debtor.resident_id, ledger.MEASURE_LISTING, include_ended=True
    )
    assert basis.ended_kind == ledger.ENDING_KIND_REVOKED
    assert not basis.HasField("performed_time")


async def test_a_performance_that_was_taken_back_is_told_no_more(
    house: CourtHouse, acts_server: RegistryServer
) -> None:
    debtor = house.person()
    entered = await house.enter(subject=debtor.subject, ground=ledger.GROUND_EVADES)
    obligation_id = entered.listing.obligation_id
    await house.do(house.statement(obligation_id, 1))
    paid = await house.do(house.payment(obligation_id, 1))
    await house.do(
        rpc.ReverseRepaymentRequest(
            request_id=request_id(),
            repayment_id=paid.repayment.repayment_id,
            reasons="银行退票，款项未到账",
        )
    )
    [basis] = await bases(house, acts_server, debtor.resident_id, ledger.MEASURE_LISTING)
    assert not basis.HasField("performed_time")
