"""A repayment taken back: nothing that ended comes back, and a court decides anew."""

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from stack.papers import day, yuan
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

IN_FORCE = listing_pb2.BASIS_STATE_IN_FORCE
DELETED = listing_pb2.BASIS_STATE_DELETED
LIFTED = listing_pb2.BASIS_STATE_LIFTED
NOBODY = "00000000-0000-7000-8000-000000000000"


def reversal(repayment_id: str) -> rpc.ReverseRepaymentRequest:
    return rpc.ReverseRepaymentRequest(
        request_id=request_id(), repayment_id=repayment_id, reasons="银行退票，款项未到账"
    )


async def test_a_reversal_restores_nothing_and_a_court_owes_a_decision(house: CourtHouse) -> None:
    entered = await house.enter()
    obligation_id = entered.listing.obligation_id
    await house.do(house.statement(obligation_id, 500))
    paid = await house.do(house.payment(obligation_id, 500))
    reversed_ = await house.do(reversal(paid.repayment.repayment_id))
    assert reversed_.repayment.reversed
    assert not reversed_.obligation.performed
    [task] = reversed_.opened_tasks
    assert task.kind == ledger.TASK_KIND_PERFORMANCE_REVERSED
    assert (await house.listing(entered.listing.listing_id)).state == DELETED
    assert (await house.order(entered.order.order_id)).state == LIFTED


async def test_a_reversed_part_payment_opens_no_task_and_counts_no_more(house: CourtHouse) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    await house.do(house.statement(obligation_id, 500))
    part = await house.do(house.payment(obligation_id, 400, receipt="R-1"))
    reversed_ = await house.do(reversal(part.repayment.repayment_id))
    assert len(reversed_.opened_tasks) == 0
    assert reversed_.obligation.remaining == yuan(500)
    await house.do(house.payment(obligation_id, 400, receipt="R-1"))


async def test_a_repayment_is_reversed_once(house: CourtHouse) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    part = await house.do(house.payment(obligation_id, 400))
    await house.do(reversal(part.repayment.repayment_id))
    error = await house.refused(reversal(part.repayment.repayment_id))
    assert error.reason_name == "ALREADY_ENDED"


async def test_only_a_recorded_repayment_of_an_own_case_is_reversed(house: CourtHouse) -> None:
    error = await house.refused(reversal(NOBODY))
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "repayment")
    obligation_id = (await house.enter(FIRST)).listing.obligation_id
    paid = await house.do(house.payment(obligation_id, 400))
    error = await house.refused(reversal(paid.repayment.repayment_id), court=SECOND)
    assert error.reason_name == "COURT_REFUSED"


async def test_after_a_reversal_the_debt_is_paid_again_and_the_task_closes(
    house: CourtHouse,
) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    await house.do(house.statement(obligation_id, 500))
    paid = await house.do(house.payment(obligation_id, 500))
    await house.do(reversal(paid.repayment.repayment_id))
    again = await house.do(house.payment(obligation_id, 500))
    assert again.obligation.performed
    open_tasks = await house.connection.fetchval(
        "SELECT count(*) FROM task WHERE obligation_id = $1::uuid AND closed_position IS NULL",
        obligation_id,
    )
    assert open_tasks == 0


async def test_a_debtor_may_be_restricted_anew_after_a_reversal(house: CourtHouse) -> None:
    debtor, case = house.person(), house.case()
    entered = await house.enter(subject=debtor.subject, case_number=case)
    obligation_id = entered.listing.obligation_id
    await house.do(house.statement(obligation_id, 500))
    paid = await house.do(house.payment(obligation_id, 500))
    await house.do(reversal(paid.repayment.repayment_id))
    anew = house.restriction(subject=debtor.subject, case_number=case, obligation_id=obligation_id)
    assert (await house.refused(anew)).reason_name == "UNLAWFUL"
    anew.order.decision.number = "新限消令"
    for on in (anew.order.decision.decided_on, anew.order.decision.signed_on):
        on.CopyFrom(day(house.today))
    anew.order.service.served_on.CopyFrom(day(house.today))
    assert (await house.do(anew)).order.state == IN_FORCE
