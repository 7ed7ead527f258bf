"""Acts that meet at a lock, brought there by holding the ledger's head: no luck in their timing."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import grpc
import pytest

from chassis.wire.status import parse
from tests.eventually import eventually
from tests.integration.registry.acts.courthouse import CourtHouse
from tests.integration.registry.lock_waits import are_waiting

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def all_at_once(house: CourtHouse, *acts: Coroutine[Any, Any, Any]) -> list[Any]:
    """Let every act come as far as it can without the head, then give the head free."""
    async with house.connection.transaction():
        await house.connection.execute("SELECT FROM ledger_head FOR UPDATE")
        tasks = [asyncio.ensure_future(act) for act in acts]
        try:
            await eventually(lambda: are_waiting(house.connection, len(acts)))
        except BaseException:
            for task in tasks:
                task.cancel()
            raise
    return await asyncio.gather(*tasks)


async def test_two_halves_that_both_wait_for_the_head_perform_the_debt_once(
    house: CourtHouse,
) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    await house.do(house.statement(obligation_id))
    replies = await all_at_once(
        house, *(house.do(house.payment(obligation_id, 5_000)) for _ in range(2))
    )
    assert sorted(len(reply.lifted_order_ids) for reply in replies) == [0, 1]
    assert (await house.obligation(obligation_id)).performed


async def test_a_case_that_became_another_debts_while_an_entry_waited_is_taken(
    house: CourtHouse,
) -> None:
    case_number = house.case()
    obligation_id = (await house.enter()).listing.obligation_id
    request = house.entry(case_number=case_number, obligation_id=obligation_id)
    async with house.held("obligation", obligation_id) as hold:
        waiting = hold.start(house.do(request))
        await eventually(hold.is_awaited)
        await house.enter(case_number=case_number)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await waiting
    assert parse(refused.value).reason_name == "CASE_TAKEN"
