"""Who is found under which document, and when a restriction begins and ends for them."""

import asyncio
from collections.abc import Mapping

import pytest
import pytest_asyncio

from courtlist.registry.v1 import listing_pb2
from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.office import TicketOffice, flight
from stack.papers import Person
from tests.system.courthouse import Courthouse, gate_has_read, gate_refuses
from tests.system.people import SCENARIOS

pytestmark = pytest.mark.asyncio(loop_scope="session")

_CLEAR, _RESTRICTED = restriction.ANSWER_CLEAR, restriction.ANSWER_RESTRICTED


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def listed(court: Courthouse, office: TicketOffice) -> None:
    """Everybody of SCENARIOS is entered, and the gate has read it."""
    entered = await asyncio.gather(*(court.enter(one.subject) for one in SCENARIOS.values()))
    await gate_has_read(office, max((one.position for one in entered), key=lambda at: at.position))


@pytest.mark.parametrize("name", SCENARIOS)
async def test_each_document_is_answered_as_the_scenario_says(
    listed: None, office: TicketOffice, name: str
) -> None:
    answers: Mapping[str, tuple[int, int]] = {}
    for ask in SCENARIOS[name].asks:
        decision = await office.check(ask.document, flight(), ask.passenger)
        answers = {**answers, ask.words: (decision.answer, decision.reason)}
    assert answers == {ask.words: ask.expected for ask in SCENARIOS[name].asks}


async def test_an_order_in_grace_is_answered_by_nobody(
    court: Courthouse, office: TicketOffice
) -> None:
    debtor = Person(36_001)
    entered = await court.enter(debtor.subject, grace_days=45)
    assert entered.order.state == listing_pb2.BASIS_STATE_PENDING
    await gate_has_read(office, entered.position)
    decision = await office.check(debtor.resident_id, flight())
    assert decision.answer == _CLEAR
    assert not decision.bars


async def test_a_passport_unbound_is_clear_while_the_person_stays_restricted(
    court: Courthouse, office: TicketOffice
) -> None:
    debtor = Person(36_002)
    entered = await court.enter(debtor.subject)
    bound = await court.bind(entered.listing.subject_id, debtor.passport)
    await gate_refuses(office, debtor.passport)
    await court.unbind(bound.document.document_id)
    # At once, whatever the gate has read: a refusal is confirmed.
    assert (await office.check(debtor.passport, flight())).answer == _CLEAR
    assert (await office.check(debtor.resident_id, flight())).answer == _RESTRICTED


async def test_a_listing_of_the_wrong_person_is_revoked_and_clear_at_once(
    court: Courthouse, office: TicketOffice
) -> None:
    wrong = Person(36_003)
    entered = await court.enter(wrong.subject)
    await gate_refuses(office, wrong.resident_id)
    revoked = await court.revoke(entered.listing.listing_id)
    assert (await office.check(wrong.resident_id, flight())).answer == _CLEAR
    assert revoked.listing.state == listing_pb2.BASIS_STATE_REVOKED
    assert list(revoked.lifted_order_ids) == [entered.order.order_id]


async def test_an_order_that_stands_alone_bars_and_is_lifted_at_once(
    court: Courthouse, office: TicketOffice
) -> None:
    debtor = Person(36_004)
    issued = await court.issue(debtor.subject)
    await gate_refuses(office, debtor.resident_id)
    await court.lift(issued.order.order_id)
    assert (await office.check(debtor.resident_id, flight())).answer == _CLEAR


async def test_paying_one_court_leaves_the_order_of_the_other(
    court: Courthouse, other_court: Courthouse, office: TicketOffice
) -> None:
    debtor = Person(36_005)
    first = await court.enter(debtor.subject)
    second = await other_court.enter(debtor.subject)
    await gate_has_read(office, second.position)
    paid = await court.pay_off(first.listing.obligation_id)
    assert list(paid.lifted_order_ids) == [first.order.order_id]
    assert list(paid.deleted_listing_ids) == [first.listing.listing_id]
    decision = await office.check(debtor.resident_id, flight())
    assert [bar.restriction_id for bar in decision.bars] == [second.order.order_id]
