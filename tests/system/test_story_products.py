"""The whole product table through the real gate, for one person under an order of all nine items."""

import pytest
import pytest_asyncio

from courtlist.identity.v1 import document_pb2
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.office import TicketOffice
from stack.papers import Person, day
from tests.system.courthouse import Courthouse, gate_refuses
from tests.system.products import Row, every_known_combination, rows

pytestmark = pytest.mark.asyncio(loop_scope="session")

_DEBTOR, _STRANGER = Person(18_001), Person(18_002)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def debtor(court: Courthouse, office: TicketOffice) -> document_pb2.Document:
    """The document of somebody restricted in everything."""
    await court.enter(_DEBTOR.subject)
    await gate_refuses(office, _DEBTOR.resident_id)
    return _DEBTOR.resident_id


async def _answers(
    office: TicketOffice, document: document_pb2.Document
) -> list[restriction.Decision]:
    reply: travel.CheckPassengersResponse = await office.gate.CheckPassengers(
        travel.CheckPassengersRequest(
            items=[
                travel.CheckPassengerRequest(
                    document=document,
                    product=row.product,
                    travel_date=day(office.travel_date),
                    purpose=travel.PURPOSE_ORDER,
                )
                for row in rows()
            ]
        )
    )
    assert all(result.WhichOneof("result") == "decision" for result in reply.results)
    return [result.decision for result in reply.results]


def _expected(row: Row) -> tuple[int, int, list[str]]:
    """Answer, reason and articles."""
    if row.cell == "-":
        return restriction.ANSWER_CLEAR, restriction.REASON_UNSPECIFIED, []
    if row.cell == "?":
        return restriction.ANSWER_UNDETERMINED, restriction.REASON_PRODUCT_UNKNOWN, []
    return restriction.ANSWER_RESTRICTED, restriction.REASON_BARRED, [row.article]


async def test_the_table_names_every_product_there_is() -> None:
    trains = [row.product.rail for row in rows() if row.product.WhichOneof("product") == "rail"]
    named = {(rail.category, rail.seat) for rail in trains}
    assert named >= every_known_combination()
    ships = [row for row in rows() if row.product.WhichOneof("product") == "ship"]
    assert len(ships) == len(travel.ShipClass.values())


async def test_a_restricted_person_is_answered_exactly_by_the_table(
    debtor: document_pb2.Document, office: TicketOffice
) -> None:
    answered = await _answers(office, debtor)
    wrong = {
        row.name: restriction.Answer.Name(decision.answer)
        for row, decision in zip(rows(), answered, strict=True)
        if (decision.answer, decision.reason, [bar.article for bar in decision.bars])
        != _expected(row)
    }
    assert not wrong


async def test_a_refusal_says_all_that_explains_it_and_was_confirmed(
    debtor: document_pb2.Document, office: TicketOffice
) -> None:
    for row, decision in zip(rows(), await _answers(office, debtor), strict=True):
        if decision.answer != restriction.ANSWER_RESTRICTED:
            assert not decision.bars
            assert not decision.allowed
            assert not decision.decision_id
            continue
        [bar] = decision.bars
        assert all((bar.restriction_id, bar.case_number, bar.order_number)), row.name
        assert all((bar.court_name, bar.court_contact, decision.decision_id)), row.name
        assert any("硬座" in allowed for allowed in decision.allowed), row.name
        assert decision.decided_by == restriction.DECIDED_BY_REGISTRY, row.name


async def test_somebody_not_listed_is_clear_for_every_product_without_a_question(
    debtor: document_pb2.Document, office: TicketOffice
) -> None:
    for row, decision in zip(rows(), await _answers(office, _STRANGER.resident_id), strict=True):
        assert decision.answer == restriction.ANSWER_CLEAR, row.name
        assert decision.decided_by == restriction.DECIDED_BY_INDEX, row.name
