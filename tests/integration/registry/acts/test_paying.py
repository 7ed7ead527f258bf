"""Money and acts on an obligation: what performs it, and what performance ends, whoever paid."""

from datetime import timedelta

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2
from stack.papers import yuan
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

IN_FORCE = listing_pb2.BASIS_STATE_IN_FORCE
DELETED = listing_pb2.BASIS_STATE_DELETED
LIFTED = listing_pb2.BASIS_STATE_LIFTED
NOBODY = "00000000-0000-7000-8000-000000000000"


async def test_full_payment_ends_listing_and_order_in_the_same_act(house: CourtHouse) -> None:
    entered = await house.enter()
    obligation_id = entered.listing.obligation_id
    await house.do(house.statement(obligation_id, 10_500))
    head = (await house.record())["head"]
    paid = await house.do(house.payment(obligation_id, 10_500))
    assert (await house.record())["head"] == head + 1 == paid.position.position
    assert list(paid.lifted_order_ids) == [entered.order.order_id]
    assert list(paid.deleted_listing_ids) == [entered.listing.listing_id]
    assert paid.obligation.performed
    listing = await house.listing(entered.listing.listing_id)
    order = await house.order(entered.order.order_id)
    assert (listing.state, listing.end_cause) == (DELETED, ledger.ENDING_CAUSE_PERFORMED)
    assert (order.state, order.end_cause) == (LIFTED, ledger.ENDING_CAUSE_PERFORMED)


async def test_a_part_payment_changes_nothing_but_what_remains(house: CourtHouse) -> None:
    entered = await house.enter()
    obligation_id = entered.listing.obligation_id
    await house.do(house.statement(obligation_id, 10_500))
    paid = await house.do(house.payment(obligation_id, 10_499))
    assert (len(paid.lifted_order_ids), len(paid.deleted_listing_ids)) == (0, 0)
    assert not paid.obligation.performed
    assert paid.obligation.remaining == yuan(1)
    assert (await house.listing(entered.listing.listing_id)).state == IN_FORCE
    last = await house.do(house.payment(obligation_id, 1))
    assert list(last.lifted_order_ids) == [entered.order.order_id]


async def test_paying_too_much_performs_and_more_may_come_in_later(house: CourtHouse) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    await house.do(house.statement(obligation_id, 10_500))
    paid = await house.do(house.payment(obligation_id, 99_999))
    assert paid.obligation.performed
    more = await house.do(house.payment(obligation_id, 1))
    assert more.obligation.paid == yuan(100_000)
    assert len(more.lifted_order_ids) == 0


async def test_the_principal_alone_performs_nothing_but_the_court_owes_a_statement(
    house: CourtHouse,
) -> None:
    entered = await house.enter(owed_yuan=10_000)
    obligation_id = entered.listing.obligation_id
    paid = await house.do(house.payment(obligation_id, 10_000))
    assert not paid.obligation.performed
    [task] = paid.opened_tasks
    assert task.kind == ledger.TASK_KIND_CONFIRM_PERFORMANCE
    again = await house.do(house.payment(obligation_id, 1))
    assert len(again.opened_tasks) == 0, "one open task is enough"


async def test_a_payment_recorded_before_a_statement_is_in_its_sum_already(
    house: CourtHouse,
) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    await house.do(house.payment(obligation_id, 4_000))
    await house.do(house.statement(obligation_id, 6_500))
    paid = await house.do(house.payment(obligation_id, 6_499))
    assert not paid.obligation.performed
    paid = await house.do(house.payment(obligation_id, 1))
    assert paid.obligation.performed


async def test_a_payment_after_the_last_day_performs_nothing(house: CourtHouse) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    stated = (await house.do(house.statement(obligation_id, 500))).statement
    await expire(house, stated.statement_id)
    late = await house.do(house.payment(obligation_id, 500))
    assert not late.obligation.performed


async def test_a_payment_made_in_time_counts_when_it_is_recorded_late(house: CourtHouse) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    stated = (await house.do(house.statement(obligation_id, 500))).statement
    await expire(house, stated.statement_id)
    yesterday = house.today - timedelta(days=1)
    paid = await house.do(house.payment(obligation_id, 500, paid_on=yesterday))
    assert paid.obligation.performed


async def test_a_late_payment_cannot_name_the_statement(house: CourtHouse) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    stated = (await house.do(house.statement(obligation_id, 500))).statement
    await expire(house, stated.statement_id)
    error = await house.refused(house.payment(obligation_id, 500, statement_id=stated.statement_id))
    assert error.reason_name == "STATEMENT_UNUSABLE"


async def expire(house: CourtHouse, statement_id: str) -> None:
    """Let a statement's last day be yesterday, as it is after a while."""
    await house.connection.execute(
        "UPDATE statement SET good_until = $2 WHERE statement_id = $1::uuid",
        statement_id,
        house.today - timedelta(days=1),
    )


async def test_a_payment_counts_for_every_statement_that_was_issued_before_it(
    house: CourtHouse,
) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    first = (await house.do(house.statement(obligation_id, 500))).statement
    await house.do(house.statement(obligation_id, 900))
    part = await house.do(house.payment(obligation_id, 400, statement_id=first.statement_id))
    assert part.obligation.remaining == yuan(500)
    rest = await house.do(house.payment(obligation_id, 100, statement_id=first.statement_id))
    assert rest.obligation.performed


async def test_a_statement_of_another_debt_is_no_use(house: CourtHouse) -> None:
    one, other = await house.enter(), await house.enter()
    stated = (await house.do(house.statement(other.listing.obligation_id))).statement
    for statement_id in (stated.statement_id, NOBODY):
        error = await house.refused(
            house.payment(one.listing.obligation_id, 10_000, statement_id=statement_id)
        )
        assert error.reason_name == "STATEMENT_UNUSABLE"


async def test_a_receipt_is_recorded_once_for_a_debt(house: CourtHouse) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    first = await house.do(house.payment(obligation_id, 1, receipt="R-1"))
    error = await house.refused(house.payment(obligation_id, 2, receipt="R-1"))
    assert error.reason_name == "PAYMENT_TAKEN"
    assert error.metadata["repayment_id"] == first.repayment.repayment_id
    other = (await house.enter()).listing.obligation_id
    await house.do(house.payment(other, 2, receipt="R-1"))


async def test_money_is_not_recorded_before_it_is_paid(house: CourtHouse) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    tomorrow = house.today + timedelta(days=1)
    error = await house.refused(house.payment(obligation_id, 1, paid_on=tomorrow))
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("FIELD_INVALID", "paid_on")
    ]


@pytest.mark.parametrize("days", [-1, 200], ids=["past", "too far"])
async def test_a_statement_is_good_from_today_for_three_months_at_most(
    house: CourtHouse, days: int
) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    until = house.today + timedelta(days=days)
    error = await house.refused(house.statement(obligation_id, good_until=until))
    assert [one.field for one in error.violations] == ["good_until"]


async def test_no_statement_is_issued_on_a_performed_debt(house: CourtHouse) -> None:
    obligation_id = await performed(house)
    error = await house.refused(house.statement(obligation_id))
    assert error.reason_name == "OBLIGATION_PERFORMED"


async def performed(house: CourtHouse) -> str:
    """The id of an obligation that is paid."""
    obligation_id: str = (await house.enter()).listing.obligation_id
    await house.do(house.statement(obligation_id, 1))
    await house.do(house.payment(obligation_id, 1))
    return obligation_id


@pytest.mark.parametrize("alone", [True, False], ids=["order", "entry"])
async def test_nothing_new_rests_on_a_performed_debt(house: CourtHouse, *, alone: bool) -> None:
    obligation_id = await performed(house)
    request = (
        house.restriction(obligation_id=obligation_id)
        if alone
        else house.entry(obligation_id=obligation_id)
    )
    assert (await house.refused(request)).reason_name == "OBLIGATION_PERFORMED"


async def test_another_court_records_no_money_on_the_debt(house: CourtHouse) -> None:
    obligation_id = (await house.enter(FIRST)).listing.obligation_id
    for request in (house.payment(obligation_id, 1), house.statement(obligation_id)):
        error = await house.refused(request, court=SECOND)
        assert error.reason_name == "COURT_REFUSED"


async def test_money_on_a_debt_that_is_not_recorded_is_refused(house: CourtHouse) -> None:
    for request in (house.payment(NOBODY, 1), house.statement(NOBODY)):
        error = await house.refused(request)
        assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "obligation")


# -------------------------------------------------------- one debt, several cases and debtors


async def test_one_debt_under_two_numbers_is_paid_once(house: CourtHouse) -> None:
    debtor, case = house.person(), house.case()
    alone = (await house.do(house.restriction(subject=debtor.subject, case_number=case))).order
    resumed = house.case(kind="执恢")
    entered = await house.enter(
        subject=debtor.subject, case_number=resumed, obligation_id=alone.obligation_id
    )
    assert entered.listing.obligation_id == alone.obligation_id
    obligation = await house.obligation(alone.obligation_id)
    assert sorted(obligation.case_numbers) == sorted([case, resumed])
    assert len(obligation.debtor_ids) == 1


async def test_a_transferred_case_is_paid_at_either_court(house: CourtHouse) -> None:
    debtor = house.person()
    entered = await house.enter(FIRST, subject=debtor.subject)
    obligation_id = entered.listing.obligation_id
    second = house.restriction(SECOND, subject=debtor.subject, obligation_id=obligation_id)
    order = (await house.do(second, court=SECOND)).order
    await house.do(house.statement(obligation_id, 500), court=SECOND)
    paid = await house.do(house.payment(obligation_id, 500), court=SECOND)
    assert set(paid.lifted_order_ids) == {entered.order.order_id, order.order_id}
    assert list(paid.deleted_listing_ids) == [entered.listing.listing_id]
    standing = await house.standing(debtor.resident_id)
    assert (len(standing.listings), len(standing.orders)) == (0, 0)


async def test_a_debt_owed_jointly_is_paid_once_for_all(house: CourtHouse) -> None:
    case, one, other = house.case(), house.person(), house.person()
    first = await house.enter(subject=one.subject, case_number=case)
    obligation_id = first.listing.obligation_id
    second = await house.enter(subject=other.subject, case_number=case, obligation_id=obligation_id)
    obligation = await house.obligation(obligation_id)
    assert set(obligation.debtor_ids) == {first.listing.subject_id, second.listing.subject_id}
    await house.do(house.statement(obligation_id, 500))
    paid = await house.do(house.payment(obligation_id, 500))
    assert set(paid.deleted_listing_ids) == {
        first.listing.listing_id,
        second.listing.listing_id,
    }
    for debtor in (one, other):
        standing = await house.standing(debtor.resident_id)
        assert (len(standing.listings), len(standing.orders)) == (0, 0)


async def test_paying_one_debt_leaves_the_other_in_force(house: CourtHouse) -> None:
    debtor = house.person()
    first = await house.enter(FIRST, subject=debtor.subject)
    second = await house.enter(SECOND, subject=debtor.subject)
    await house.do(house.statement(first.listing.obligation_id, 500))
    await house.do(house.payment(first.listing.obligation_id, 500))
    standing = await house.standing(debtor.resident_id)
    assert [one.listing_id for one in standing.listings] == [second.listing.listing_id]
    assert [one.order_id for one in standing.orders] == [second.order.order_id]


async def test_an_officer_of_the_debtor_is_restricted_and_owes_nothing(house: CourtHouse) -> None:
    entered = await house.enter()
    obligation_id = entered.listing.obligation_id
    officer = house.restriction(
        case_number=entered.listing.case_number, obligation_id=obligation_id
    )
    order = (await house.do(officer)).order
    assert list((await house.obligation(obligation_id)).debtor_ids) == [entered.listing.subject_id]
    await house.do(house.statement(obligation_id, 500))
    paid = await house.do(house.payment(obligation_id, 500))
    assert order.order_id in paid.lifted_order_ids


async def test_a_termed_listing_stands_after_payment_and_its_court_owes_a_decision(
    house: CourtHouse,
) -> None:
    entered = await house.enter(ground=ledger.GROUND_BREAKS_REPORTING_DUTY)
    obligation_id = entered.listing.obligation_id
    await house.do(house.statement(obligation_id, 500))
    paid = await house.do(house.payment(obligation_id, 500))
    assert list(paid.lifted_order_ids) == [entered.order.order_id]
    assert len(paid.deleted_listing_ids) == 0
    [task] = paid.opened_tasks
    assert (task.kind, task.basis_id) == (
        ledger.TASK_KIND_EARLY_DELETION,
        entered.listing.listing_id,
    )
    listing = await house.listing(entered.listing.listing_id)
    assert listing.state == IN_FORCE
    assert [one.task_id for one in listing.open_tasks] == [task.task_id]


async def test_a_term_that_is_over_needs_no_decision_when_the_debt_is_paid(
    house: CourtHouse,
) -> None:
    entered = await house.enter(ground=ledger.GROUND_EVADES)
    await lapse(house, entered.listing.listing_id)
    obligation_id = entered.listing.obligation_id
    await house.do(house.statement(obligation_id, 500))
    assert len((await house.do(house.payment(obligation_id, 500))).opened_tasks) == 0


async def lapse(house: CourtHouse, listing_id: str) -> None:
    """Let a listing's term have ended a second ago, as it does after two years."""
    await house.connection.execute(
        "UPDATE listing SET term_end_at = now() - interval '1 second' WHERE listing_id = $1::uuid",
        listing_id,
    )
