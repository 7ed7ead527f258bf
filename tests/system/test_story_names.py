"""A name beside a number, from one process to the next: who is sold to, and what the court is asked."""

import pytest

from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.office import TicketOffice, flight
from stack.papers import Person
from stack.supervisor import Stack
from tests.eventually import eventually
from tests.system.courthouse import Courthouse, gate_refuses

pytestmark = pytest.mark.asyncio(loop_scope="session")

_STRANGERS_NAME = "绝密路人甲乙"


async def test_a_strangers_name_on_a_debtors_number_is_sold_to_and_looked_into(
    other_court: Courthouse, office: TicketOffice, system: Stack
) -> None:
    debtor = Person(36_101)
    await other_court.enter(debtor.subject)
    await gate_refuses(office, debtor.resident_id)
    document = debtor.resident_id
    for name in (debtor.name, f" {debtor.name[:2]} · {debtor.name[2:]}", "CESHI", ""):
        refused = await office.check(document, flight(), name=name)
        assert refused.answer == restriction.ANSWER_RESTRICTED, name
    assert await other_court.looks_owed() == []
    for _ in range(3):
        sold = await office.check(document, flight(), name=_STRANGERS_NAME)
        assert sold.answer == restriction.ANSWER_UNDETERMINED
        assert sold.reason == restriction.REASON_NAME_MISFIT

    async def is_owed() -> bool:
        return bool(await other_court.looks_owed())

    await eventually(is_owed)
    [task_id] = await other_court.looks_owed()
    await other_court.close_task(task_id)
    assert await other_court.looks_owed() == []
    for log in (system.folder.path / "logs").iterdir():
        text = log.read_text(encoding="utf-8", errors="replace")
        assert _STRANGERS_NAME not in text, log.name
        assert _STRANGERS_NAME.encode("unicode_escape").decode() not in text, log.name
