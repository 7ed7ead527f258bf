"""Entering anew after an end: by a new decision, and what has lapsed gives way."""

from datetime import UTC, datetime

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2
from registry.law.days import add_months
from stack.office import request_id
from stack.papers import Papers, day
from tests.integration.registry.acts.courthouse import FIRST, CourtHouse
from tests.integration.registry.acts.endings import deletion, lapse, revocation

pytestmark = pytest.mark.asyncio(loop_scope="session")

IN_FORCE = listing_pb2.BASIS_STATE_IN_FORCE
DELETED = listing_pb2.BASIS_STATE_DELETED
REVOKED = listing_pb2.BASIS_STATE_REVOKED
TERMED = ledger.GROUND_OBSTRUCTS


async def test_a_deleted_debtor_is_listed_again_by_a_new_decision_only(house: CourtHouse) -> None:
    debtor, case = house.person(), house.case()
    entered = await house.enter(subject=debtor.subject, case_number=case)
    await house.do(deletion(entered.listing.listing_id, ledger.ENDING_CAUSE_NOT_ENFORCED))
    obligation_id = entered.listing.obligation_id
    again = house.entry(subject=debtor.subject, case_number=case, obligation_id=obligation_id)
    error = await house.refused(again)
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("UNLAWFUL", "decision.number"),
        ("UNLAWFUL", "order.decision.number"),
    ]
    older = house.entry(subject=debtor.subject, case_number=case, obligation_id=obligation_id)
    older.decision.number = "另一决定"
    older.order.decision.number = "另一限消令"
    error = await house.refused(older)
    assert [one.field for one in error.violations] == ["decision.number", "order.decision.number"]
    anew = Papers(FIRST, house.today).entry(
        request_id=request_id(),
        subject=debtor.subject,
        case_number=case,
        obligation_id=obligation_id,
    )
    anew.decision.number = "新决定"
    anew.order.decision.number = "新限消令"
    anew.service.served_on.CopyFrom(day(house.today))
    anew.order.service.served_on.CopyFrom(day(house.today))
    assert (await house.do(anew)).listing.state == IN_FORCE


async def test_a_lapsed_listing_gives_way_to_a_new_one(house: CourtHouse) -> None:
    debtor, case = house.person(), house.case()
    old = await house.enter(subject=debtor.subject, case_number=case, ground=TERMED)
    await lapse(house, old.listing.listing_id)
    anew = house.entry(
        subject=debtor.subject,
        case_number=case,
        ground=TERMED,
        obligation_id=old.listing.obligation_id,
    )
    anew.decision.number = "新决定"
    entered = await house.do(anew)
    ended = await house.listing(old.listing.listing_id)
    assert (ended.state, ended.end_cause) == (DELETED, ledger.ENDING_CAUSE_TERM_ENDED)
    assert ended.end_time == ended.term_end_time
    order = await house.order(old.order.order_id)
    assert order.end_cause == ledger.ENDING_CAUSE_REPLACED
    standing = await house.standing(debtor.resident_id)
    assert [one.listing_id for one in standing.listings] == [entered.listing.listing_id]
    assert [one.order_id for one in standing.orders] == [entered.order.order_id]


async def test_a_lapsed_listing_is_not_revived_by_its_old_decision(house: CourtHouse) -> None:
    debtor, case = house.person(), house.case()
    old = await house.enter(subject=debtor.subject, case_number=case, ground=TERMED)
    await lapse(house, old.listing.listing_id)
    again = house.entry(
        subject=debtor.subject,
        case_number=case,
        ground=TERMED,
        obligation_id=old.listing.obligation_id,
    )
    error = await house.refused(again)
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("UNLAWFUL", "decision.number"),
    ]


async def test_a_lapsed_order_gives_way_to_a_new_one(house: CourtHouse) -> None:
    debtor, case = house.person(), house.case()
    old = (await house.do(house.restriction(subject=debtor.subject, case_number=case))).order
    await house.connection.execute(
        "UPDATE consumption_order SET period_end_at = now() - interval '1 day'"
        " WHERE order_id = $1::uuid",
        old.order_id,
    )
    anew = house.restriction(
        subject=debtor.subject, case_number=case, obligation_id=old.obligation_id
    )
    assert (await house.do(anew)).order.state == IN_FORCE
    ended = await house.order(old.order_id)
    assert ended.end_cause == ledger.ENDING_CAUSE_TERM_ENDED
    assert ended.end_time == ended.period_end_time


async def test_an_ending_in_grace_ends_what_was_pending(house: CourtHouse) -> None:
    request = house.entry()
    request.grace_until.CopyFrom(day(add_months(house.papers().decided_on, 2)))
    entered = await house.do(request)
    revoke = revocation(entered.listing.listing_id, ledger.ENDING_CAUSE_WRONGLY_LISTED)
    revoked = (await house.do(revoke)).listing
    assert revoked.state == REVOKED
    assert revoked.end_time.ToDatetime(UTC) <= datetime.now(UTC)
