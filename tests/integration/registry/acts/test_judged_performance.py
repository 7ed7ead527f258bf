"""A performance that a judge found does not hang on any payment."""

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from tests.integration.registry.acts.courthouse import CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def found_performed(house: CourtHouse, listing_id: str) -> None:
    """A judge finds that nothing is owed any more, whatever was paid to the court."""
    await house.do(
        rpc.EndListingRequest(
            request_id=request_id(),
            listing_id=listing_id,
            cause=ledger.ENDING_CAUSE_PERFORMED,
            reasons="申请执行人确认债务已在庭外全部清偿",
        )
    )


async def gone_back(
    house: CourtHouse, paid: rpc.RecordRepaymentResponse
) -> rpc.ReverseRepaymentResponse:
    """The bank takes a payment back."""
    reversed_: rpc.ReverseRepaymentResponse = await house.do(
        rpc.ReverseRepaymentRequest(
            request_id=request_id(),
            repayment_id=paid.repayment.repayment_id,
            reasons="银行退票，款项未实际到账",
        )
    )
    return reversed_


async def test_reversing_a_payment_reopens_nothing_that_a_judge_found_performed(
    house: CourtHouse,
) -> None:
    listing = (await house.enter()).listing
    paid = await house.do(house.payment(listing.obligation_id, 100))
    await found_performed(house, listing.listing_id)
    reversed_ = await gone_back(house, paid)
    assert not reversed_.opened_tasks
    assert (await house.obligation(listing.obligation_id)).performed


async def test_money_that_comes_after_a_judges_finding_and_goes_back_reopens_nothing(
    house: CourtHouse,
) -> None:
    listing = (await house.enter()).listing
    await house.do(house.statement(listing.obligation_id, 500))
    await found_performed(house, listing.listing_id)
    late = await house.do(house.payment(listing.obligation_id, 500))
    reversed_ = await gone_back(house, late)
    assert not reversed_.opened_tasks
    assert (await house.obligation(listing.obligation_id)).performed


async def test_a_debt_that_was_paid_twice_is_owed_again_when_both_payments_go_back(
    house: CourtHouse,
) -> None:
    listing = (await house.enter()).listing
    await house.do(house.statement(listing.obligation_id, 500))
    paid = [await house.do(house.payment(listing.obligation_id, 500)) for _ in range(2)]
    performed = []
    for one in paid:
        await gone_back(house, one)
        performed.append((await house.obligation(listing.obligation_id)).performed)
    assert performed == [True, False]
