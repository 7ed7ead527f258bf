"""The decisions that a court owes: its own, open, oldest first, page by page."""

from datetime import UTC, datetime

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import decision_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from stack.papers import Court
from tests.integration.registry.acts.courthouse import FIRST, CourtHouse, next_serial

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def fresh_court(house: CourtHouse) -> Court:
    """A court that owes nothing yet."""
    court = Court(f"青{next_serial():04d}", "示例法院", "0971-0000 0005")
    await house.registry.enrol(court)
    return court


async def owed_task(house: CourtHouse, court: Court) -> decision_pb2.Task:
    """A paid debt with a listing that has a term: whether to delete it early."""
    entered = await house.enter(court, ground=ledger.GROUND_EVADES)
    obligation_id = entered.listing.obligation_id
    await house.do(house.statement(obligation_id, 1), court=court)
    reply = await house.do(house.payment(obligation_id, 1), court=court)
    [task] = reply.opened_tasks
    assert task.basis_id == entered.listing.listing_id
    return task


async def pages(house: CourtHouse, court: Court, size: int) -> list[list[decision_pb2.Task]]:
    found, token = [], ""
    while True:
        reply = await house.do(rpc.ListTasksRequest(page_size=size, page_token=token), court=court)
        found.append(list(reply.tasks))
        token = reply.next_page_token
        if not token:
            return found


async def test_open_tasks_come_oldest_first_and_page_by_page(house: CourtHouse) -> None:
    court, other = await fresh_court(house), await fresh_court(house)
    await owed_task(house, other)
    owed = [await owed_task(house, court) for _ in range(5)]
    assert await pages(house, court, 0) == [owed]
    assert await pages(house, court, 5) == [owed]
    assert await pages(house, court, 2) == [owed[:2], owed[2:4], owed[4:]]


async def test_a_task_says_since_when_it_is_owed_wherever_it_is_shown(house: CourtHouse) -> None:
    court = await fresh_court(house)
    task = await owed_task(house, court)
    opened_at = await house.connection.fetchval(
        "SELECT recorded_at FROM change JOIN task ON opened_position = position WHERE task_id = $1::uuid",
        task.task_id,
    )
    assert task.opened_time.ToDatetime(UTC) == opened_at
    assert opened_at <= datetime.now(UTC)
    listing = await house.listing(task.basis_id)
    assert list(listing.open_tasks) == [task]


async def test_a_task_that_was_answered_is_gone(house: CourtHouse) -> None:
    court = await fresh_court(house)
    answered, left = await owed_task(house, court), await owed_task(house, court)
    await house.do(
        rpc.EndListingRequest(
            request_id=request_id(),
            listing_id=answered.basis_id,
            cause=ledger.ENDING_CAUSE_EARLY_DELETION,
            reasons="已全部履行，决定提前删除",
        ),
        court=court,
    )
    assert await pages(house, court, 0) == [[left]]


async def test_a_page_token_belongs_to_its_court(house: CourtHouse) -> None:
    court = await fresh_court(house)
    for _ in range(2):
        await owed_task(house, court)
    reply = await house.do(rpc.ListTasksRequest(page_size=1), court=court)
    for request, reason in (
        (rpc.ListTasksRequest(page_token=reply.next_page_token), "PAGE_TOKEN_INVALID"),
        (rpc.ListTasksRequest(page_token="x"), "PAGE_TOKEN_INVALID"),
        (rpc.ListTasksRequest(page_token="x" * 501), "INVALID_REQUEST"),
        (rpc.ListTasksRequest(page_size=-1), "INVALID_REQUEST"),
    ):
        error = await house.refused(request, court=FIRST)
        assert error.reason_name == reason
        assert [one.field for one in error.violations] != []
