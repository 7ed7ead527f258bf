"""The next-higher court reviews (LP Art 12): it finds what was wrong, and weighs nothing anew."""

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import acting, request_id
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

# The second court reviews what the first decides (conftest.py).
REVIEWER = acting(SECOND.reviewer, "reviewer", SECOND)
REASONS = "复议决定书第 7 号"


def revoking(listing_id: str) -> rpc.RevokeListingRequest:
    return rpc.RevokeListingRequest(
        request_id=request_id(),
        listing_id=listing_id,
        cause=ledger.ENDING_CAUSE_WRONGLY_LISTED,
        reasons=REASONS,
    )


def ending(listing_id: str, cause: ledger.EndingCause.ValueType) -> rpc.EndListingRequest:
    return rpc.EndListingRequest(
        request_id=request_id(), listing_id=listing_id, cause=cause, reasons=REASONS
    )


def lifting(order_id: str, cause: ledger.EndingCause.ValueType) -> rpc.LiftOrderRequest:
    return rpc.LiftOrderRequest(
        request_id=request_id(), order_id=order_id, cause=cause, reasons=REASONS
    )


async def test_a_reviewer_revokes_what_the_court_below_should_not_have_entered(
    house: CourtHouse,
) -> None:
    entered = (await house.enter()).listing
    await house.do(revoking(entered.listing_id), who=REVIEWER)
    listing = await house.listing(entered.listing_id)
    assert listing.state == listing_pb2.BASIS_STATE_REVOKED


async def test_a_reviewer_deletes_what_ought_to_have_ended(house: CourtHouse) -> None:
    entered = (await house.enter()).listing
    cause = ledger.ENDING_CAUSE_ENFORCEMENT_ENDED
    await house.do(ending(entered.listing_id, cause), who=REVIEWER)
    listing = await house.listing(entered.listing_id)
    assert listing.state == listing_pb2.BASIS_STATE_DELETED


async def test_a_reviewer_lifts_an_order_on_review(house: CourtHouse) -> None:
    alone = (await house.do(house.restriction())).order
    cause = ledger.ENDING_CAUSE_REVIEW
    await house.do(lifting(alone.order_id, cause), who=REVIEWER)
    assert (await house.order(alone.order_id)).end_cause == cause


@pytest.mark.parametrize(
    "cause", [ledger.ENDING_CAUSE_SECURITY_GIVEN, ledger.ENDING_CAUSE_CREDITOR_CONSENT]
)
async def test_what_is_for_the_court_that_enforces_is_not_lifted_on_review(
    house: CourtHouse, cause: ledger.EndingCause.ValueType
) -> None:
    alone = (await house.do(house.restriction())).order
    error = await house.refused(lifting(alone.order_id, cause), who=REVIEWER)
    assert (error.reason_name, [one.field for one in error.violations]) == (
        "ENDING_REFUSED",
        ["cause"],
    )


async def test_a_termed_listing_is_not_deleted_early_on_review(house: CourtHouse) -> None:
    entered = await house.enter(ground=ledger.GROUND_BREAKS_REPORTING_DUTY)
    request = ending(entered.listing.listing_id, ledger.ENDING_CAUSE_EARLY_DELETION)
    assert (await house.refused(request, who=REVIEWER)).reason_name == "ENDING_REFUSED"


async def test_a_court_does_not_review_itself(house: CourtHouse) -> None:
    entered = (await house.enter(SECOND)).listing
    error = await house.refused(revoking(entered.listing_id), who=REVIEWER)
    assert error.reason_name == "COURT_REFUSED"
    alone = (await house.do(house.restriction(SECOND), court=SECOND)).order
    error = await house.refused(lifting(alone.order_id, ledger.ENDING_CAUSE_REVIEW), who=REVIEWER)
    assert error.reason_name == "COURT_REFUSED"


async def test_a_court_below_reviews_nothing(house: CourtHouse) -> None:
    entered = (await house.enter(SECOND)).listing
    below = acting(FIRST.reviewer, "reviewer", FIRST)
    error = await house.refused(revoking(entered.listing_id), who=below)
    assert error.reason_name == "COURT_REFUSED"


async def test_a_judge_of_the_higher_court_is_no_reviewer(house: CourtHouse) -> None:
    entered = (await house.enter()).listing
    error = await house.refused(revoking(entered.listing_id), court=SECOND)
    assert error.reason_name == "COURT_REFUSED"


async def test_a_reviewer_enters_nothing(house: CourtHouse) -> None:
    error = await house.refused(house.entry(), who=REVIEWER)
    assert error.reason_name == "ROLE_REFUSED"


async def test_a_change_on_review_names_the_reviewer_and_her_court(house: CourtHouse) -> None:
    entered = (await house.enter()).listing
    reply = await house.do(revoking(entered.listing_id), who=REVIEWER)
    body = await house.connection.fetchval(
        "SELECT body FROM change WHERE position = $1", reply.position.position
    )
    assert ledger.ChangeBody.FromString(body).actor == ledger.Actor(
        person_id=SECOND.reviewer, role=ledger.ROLE_REVIEWER, court_code=SECOND.code
    )


async def test_an_auditor_reads_the_ledger_and_no_record(house: CourtHouse) -> None:
    entered = (await house.enter()).listing
    auditor = acting(FIRST.auditor, "auditor", FIRST)
    read = rpc.GetListingRequest(listing_id=entered.listing_id)
    assert (await house.refused(read, who=auditor)).reason_name == "ROLE_REFUSED"
    assert (await house.refused(house.entry(), who=auditor)).reason_name == "ROLE_REFUSED"
    changes = await house.do(admin.ReadLedgerRequest(limit=1), who=auditor)
    assert len(changes.changes) == 1
