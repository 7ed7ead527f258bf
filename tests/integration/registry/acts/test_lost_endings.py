"""An ending that a restore lost, when the basis ends by an act before its judge has decided."""

from uuid import UUID, uuid4

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from tests.integration.registry.acts.courthouse import FIRST, CourtHouse
from tests.integration.registry.acts.endings import deletion

pytestmark = pytest.mark.asyncio(loop_scope="session")

_OPEN_TASK = """
    INSERT INTO task (task_id, kind, court_code, basis_id, opened_position)
    VALUES ($1, $2, $3, $4, 1)
"""
_LOSE_ENDING = """
    INSERT INTO unsettled_ending (basis_id, measure, subject_id, court_code, case_number, reported_by,
                                  lost_incarnation, lost_position, task_id, void_from_start, position)
    SELECT $1, $2, subject_id, court_code, case_number, 'travel', $3, 1, $4, $5, 1
    FROM {table} WHERE {table_id} = $1
"""
_OPEN = """
    SELECT (SELECT count(*) FROM unsettled_ending WHERE basis_id = $1 AND settled_position IS NULL)
         + (SELECT count(*) FROM task WHERE basis_id = $1 AND closed_position IS NULL)
"""


async def lose_ending(
    house: CourtHouse, basis_id: str, measure: int, *, void: bool = False
) -> None:
    """Put an ending of the basis on the list for the judge, as a follower's report does."""
    task_id = uuid4()
    table, key = (
        ("listing", "listing_id")
        if measure == ledger.MEASURE_LISTING
        else ("consumption_order", "order_id")
    )
    await house.connection.execute(
        _OPEN_TASK, task_id, ledger.TASK_KIND_SETTLE_ENDING, FIRST.code, UUID(basis_id)
    )
    await house.connection.execute(
        _LOSE_ENDING.format(table=table, table_id=key),
        UUID(basis_id),
        measure,
        uuid4(),
        task_id,
        void,
    )


async def waits_for_a_judge(house: CourtHouse, basis_id: str) -> bool:
    return bool(await house.connection.fetchval(_OPEN, UUID(basis_id)))


async def test_a_payment_settles_what_a_restore_lost(house: CourtHouse) -> None:
    entered = await house.enter()
    listing, order = entered.listing, entered.order
    await lose_ending(house, listing.listing_id, ledger.MEASURE_LISTING)
    await lose_ending(house, order.order_id, ledger.MEASURE_ORDER)
    assert (await house.order(order.order_id)).state == listing_pb2.BASIS_STATE_UNSETTLED
    await house.do(house.statement(listing.obligation_id))
    await house.do(house.payment(listing.obligation_id, 10_000))
    assert not await waits_for_a_judge(house, listing.listing_id)
    assert not await waits_for_a_judge(house, order.order_id)
    assert (await house.listing(listing.listing_id)).state == listing_pb2.BASIS_STATE_DELETED
    assert (await house.order(order.order_id)).state == listing_pb2.BASIS_STATE_LIFTED


@pytest.mark.parametrize("way", ["paid", "deleted"])
async def test_an_ending_does_not_settle_that_a_listing_was_void(
    house: CourtHouse, way: str
) -> None:
    entered = await house.enter()
    listing_id = entered.listing.listing_id
    await lose_ending(house, listing_id, ledger.MEASURE_LISTING, void=True)
    await lose_ending(house, entered.order.order_id, ledger.MEASURE_ORDER, void=True)
    if way == "paid":
        await house.do(house.statement(entered.listing.obligation_id))
        await house.do(house.payment(entered.listing.obligation_id, 10_000))
    else:
        await house.do(deletion(listing_id, ledger.ENDING_CAUSE_NOT_ENFORCED))
    assert await house.connection.fetchval(_OPEN, UUID(listing_id)) == 2, "the ending and its task"
    assert not await waits_for_a_judge(house, entered.order.order_id)
    await house.do(
        rpc.RevokeListingRequest(
            request_id=request_id(),
            listing_id=listing_id,
            cause=ledger.ENDING_CAUSE_WRONGLY_LISTED,
            reasons="经核实不应纳入名单",
        )
    )
    assert not await waits_for_a_judge(house, listing_id)
    assert (await house.listing(listing_id)).state == listing_pb2.BASIS_STATE_REVOKED


@pytest.mark.parametrize("lost", ["listing", "order"])
async def test_a_revocation_settles_what_a_restore_lost(house: CourtHouse, lost: str) -> None:
    entered = await house.enter()
    basis_id, measure = (
        (entered.listing.listing_id, ledger.MEASURE_LISTING)
        if lost == "listing"
        else (entered.order.order_id, ledger.MEASURE_ORDER)
    )
    await lose_ending(house, basis_id, measure)
    await house.do(
        rpc.RevokeListingRequest(
            request_id=request_id(),
            listing_id=entered.listing.listing_id,
            cause=ledger.ENDING_CAUSE_WRONG_PERSON,
            reasons="身份核实有误，非本案被执行人",
        )
    )
    assert not await waits_for_a_judge(house, basis_id)


async def test_a_lift_settles_what_a_restore_lost(house: CourtHouse) -> None:
    order = (await house.do(house.restriction())).order
    await lose_ending(house, order.order_id, ledger.MEASURE_ORDER)
    await house.do(
        rpc.LiftOrderRequest(
            request_id=request_id(),
            order_id=order.order_id,
            cause=ledger.ENDING_CAUSE_SECURITY_GIVEN,
            reasons="被执行人提供了充分有效的担保",
        )
    )
    assert not await waits_for_a_judge(house, order.order_id)
