"""What a slip or a trick must not do: bind a stranger, restrict who has paid, bring back what ended."""

from datetime import timedelta

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.registry.v1 import subject_pb2
from stack.office import request_id
from stack.papers import Person, day
from tests.integration.registry.acts.courthouse import CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")


def lifting(order_id: str) -> rpc.LiftOrderRequest:
    return rpc.LiftOrderRequest(
        request_id=request_id(),
        order_id=order_id,
        cause=ledger.ENDING_CAUSE_REVIEW,
        reasons="复议决定",
    )


async def open_tasks(house: CourtHouse, obligation_id: str) -> list[int]:
    rows = await house.connection.fetch(
        "SELECT kind FROM task WHERE obligation_id = $1::uuid AND closed_position IS NULL",
        obligation_id,
    )
    return [row["kind"] for row in rows]


async def test_a_lifted_order_is_not_issued_again_from_the_same_paper(house: CourtHouse) -> None:
    person, case = house.person(), house.case()
    entered = await house.enter(subject=person.subject, case_number=case)
    await house.do(lifting(entered.order.order_id))
    again = house.restriction(
        subject=person.subject, case_number=case, obligation_id=entered.listing.obligation_id
    )
    error = await house.refused(again)
    assert error.reason_name == "UNLAWFUL"


async def test_paying_within_the_grace_leaves_no_listing_on_any_ground(house: CourtHouse) -> None:
    request = house.entry(ground=ledger.GROUND_BREAKS_REPORTING_DUTY)
    request.grace_until.CopyFrom(day(house.today + timedelta(days=40)))
    entered = await house.do(request)
    obligation_id = entered.listing.obligation_id
    await house.do(house.statement(obligation_id, 500))
    paid = await house.do(house.payment(obligation_id, 500))
    assert paid.deleted_listing_ids == [entered.listing.listing_id]
    assert not paid.opened_tasks


async def test_parts_paid_on_two_statements_perform_together(house: CourtHouse) -> None:
    entered = await house.enter()
    obligation_id = entered.listing.obligation_id
    first = (await house.do(house.statement(obligation_id, 100))).statement.statement_id
    second = (await house.do(house.statement(obligation_id, 100))).statement.statement_id
    await house.do(house.payment(obligation_id, 60, statement_id=first))
    paid = await house.do(house.payment(obligation_id, 40, statement_id=second))
    assert paid.obligation.performed
    assert paid.lifted_order_ids == [entered.order.order_id]


async def test_a_number_that_is_another_persons_is_noticed_by_the_name(house: CourtHouse) -> None:
    person = house.person()
    await house.enter(subject=person.subject)
    slip = subject_pb2.Subject()
    slip.CopyFrom(person.subject)
    slip.name = "测试别人"
    error = await house.refused(house.entry(subject=slip))
    assert error.reason_name == "IDENTITY_REFUSED"
    assert [violation.field for violation in error.violations] == ["subject.name"]


async def test_a_child_is_not_put_under_standing_orders_by_unbinding_and_binding(
    house: CourtHouse,
) -> None:
    person = house.person()
    entered = await house.enter(subject=person.subject)
    await house.do(
        rpc.UnbindDocumentRequest(
            request_id=request_id(),
            document_id=entered.listing.documents[0].document_id,
            reasons="录入错误",
        )
    )
    other = house.person().resident_id
    error = await house.refused(await house.prepared(entered.listing.subject_id, other))
    assert error.reason_name == "AGE_UNKNOWN"


async def test_a_second_resident_number_is_not_bound(house: CourtHouse) -> None:
    person = house.person()
    entered = await house.enter(subject=person.subject)
    # Another region, the same birth date: a twin's number.
    twin = Person(person.serial + 18_000)
    error = await house.refused(await house.prepared(entered.listing.subject_id, twin.resident_id))
    assert error.reason_name == "IDENTITY_REFUSED"


async def test_grace_opens_no_gap_in_a_standing_order(house: CourtHouse) -> None:
    person, case = house.person(), house.case()
    ordered = await house.do(house.restriction(subject=person.subject, case_number=case))
    request = house.entry(
        subject=person.subject, case_number=case, obligation_id=ordered.order.obligation_id
    )
    request.order.decision.number += "（新）"
    request.grace_until.CopyFrom(day(house.today + timedelta(days=40)))
    error = await house.refused(request)
    assert error.reason_name == "GRACE_REFUSED"


async def test_a_performance_that_a_judge_decided_rests_on_no_payment(house: CourtHouse) -> None:
    entered = await house.enter()
    obligation_id = entered.listing.obligation_id
    part = await house.do(house.payment(obligation_id, 10))
    await house.do(
        rpc.EndListingRequest(
            request_id=request_id(),
            listing_id=entered.listing.listing_id,
            cause=ledger.ENDING_CAUSE_PERFORMED,
            reasons="执行完毕",
        )
    )
    reversed_ = await house.do(
        rpc.ReverseRepaymentRequest(
            request_id=request_id(),
            repayment_id=part.repayment.repayment_id,
            reasons="重复录入",
        )
    )
    assert reversed_.obligation.performed
    assert not reversed_.opened_tasks


async def test_one_receipt_written_two_ways_is_one_payment(house: CourtHouse) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    await house.do(house.payment(obligation_id, 50, receipt="R-1"))
    error = await house.refused(house.payment(obligation_id, 50, receipt="Ｒ-1 "))
    assert error.reason_name == "PAYMENT_TAKEN"


async def test_a_statement_answers_the_task_that_asked_for_it(house: CourtHouse) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    await house.do(house.payment(obligation_id, 10_000))
    assert await open_tasks(house, obligation_id) == [ledger.TASK_KIND_CONFIRM_PERFORMANCE]
    await house.do(house.statement(obligation_id, 300))
    assert await open_tasks(house, obligation_id) == []
    await house.do(house.payment(obligation_id, 100))
    assert await open_tasks(house, obligation_id) == []


async def test_an_order_is_not_older_than_its_case(house: CourtHouse) -> None:
    request = house.entry()
    filed = house.papers().decided_on
    request.case.filed_on.CopyFrom(day(filed))
    request.order.decision.decided_on.CopyFrom(day(filed - timedelta(days=1)))
    error = await house.refused(request)
    assert "case.filed_on" in [violation.field for violation in error.violations]
