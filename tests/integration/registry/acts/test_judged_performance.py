"""A performance that a judge found does not hang on any payment."""

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from tests.integration.registry.acts.courthouse import CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_reversing_a_payment_reopens_nothing_that_a_judge_found_performed(
    house: CourtHouse,
) -> None:
    listing = (await house.enter()).listing
    paid = await house.do(house.payment(listing.obligation_id, 100))
    await house.do(
        rpc.EndListingRequest(
            request_id=request_id(),
            listing_id=listing.listing_id,
            cause=ledger.ENDING_CAUSE_PERFORMED,
            reasons="申请执行人确认债务已在庭外全部清偿",
        )
    )
    reversed_ = await house.do(
        rpc.ReverseRepaymentRequest(
            request_id=request_id(),
            repayment_id=paid.repayment.repayment_id,
            reasons="银行退票，款项未实际到账",
        )
    )
    assert not reversed_.opened_tasks
    assert (await house.obligation(listing.obligation_id)).performed


async def test_money_that_comes_after_a_judges_finding_and_goes_back_reopens_nothing(
    house: CourtHouse,
) -> None:
    listing = (await house.enter()).listing
    await house.do(house.statement(listing.obligation_id, 500))
    await house.do(
        rpc.EndListingRequest(
            request_id=request_id(),
            listing_id=listing.listing_id,
            cause=ledger.ENDING_CAUSE_PERFORMED,
            reasons="申请执行人确认债务已在庭外全部清偿",
        )
    )
    late = await house.do(house.payment(listing.obligation_id, 500))
    reversed_ = await house.do(
        rpc.ReverseRepaymentRequest(
            request_id=request_id(),
            repayment_id=late.repayment.repayment_id,
            reasons="重复缴款，已退回",
        )
    )
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
        await house.do(
            rpc.ReverseRepaymentRequest(
                request_id=request_id(),
                repayment_id=one.repayment.repayment_id,
                reasons="银行退票，款项未实际到账",
            )
        )
        performed.append((await house.obligation(listing.obligation_id)).performed)
    assert performed == [True, False]
