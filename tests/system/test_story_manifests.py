"""A whole manifest: every passenger answered, in the order asked, whatever the others are."""

import grpc
import pytest
import pytest_asyncio
from google.type import date_pb2

from chassis.wire.status import parse
from courtlist.identity.v1 import document_pb2 as identity
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.office import TicketOffice, flight, train
from stack.papers import Person, day
from tests.system.courthouse import Courthouse, gate_refuses

pytestmark = pytest.mark.asyncio(loop_scope="session")

_DEBTOR = Person(54_001)
_HARD_SEAT = train(travel.TRAIN_CATEGORY_K, travel.SEAT_CLASS_HARD_SEAT)
_ITEMS_MAX = 1_000


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def debtor(court: Courthouse, office: TicketOffice) -> None:
    await court.enter(_DEBTOR.subject)
    await gate_refuses(office, _DEBTOR.resident_id)


def _item(
    office: TicketOffice, document: identity.Document, product: travel.Product
) -> travel.CheckPassengerRequest:
    return travel.CheckPassengerRequest(
        document=document,
        product=product,
        travel_date=day(office.travel_date),
        purpose=travel.PURPOSE_ORDER,
    )


def _words(result: travel.PassengerResult) -> str:
    if result.WhichOneof("result") == "status":
        return grpc.StatusCode.INVALID_ARGUMENT.name if result.status.code == 3 else "?"
    return restriction.Answer.Name(result.decision.answer).removeprefix("ANSWER_")


async def test_mixed_passengers_are_answered_one_by_one_in_order(office: TicketOffice) -> None:
    unreadable = identity.Document(
        kind=identity.DOCUMENT_KIND_RESIDENT_ID, number="000000199001010000"
    )
    no_product = travel.CheckPassengerRequest(
        document=_DEBTOR.resident_id,
        travel_date=day(office.travel_date),
        purpose=travel.PURPOSE_ORDER,
    )
    no_purpose = _item(office, _DEBTOR.resident_id, flight())
    no_purpose.ClearField("purpose")
    no_day = _item(office, _DEBTOR.resident_id, flight())
    no_day.travel_date.CopyFrom(date_pb2.Date(year=2026, month=2, day=30))
    child = _item(office, _DEBTOR.resident_id, flight())
    child.passenger = travel.PASSENGER_CHILD
    items = [
        (_item(office, _DEBTOR.resident_id, flight()), "RESTRICTED"),
        (_item(office, Person(54_002).resident_id, flight()), "CLEAR"),
        (_item(office, unreadable, flight()), "UNDETERMINED"),
        (no_product, "INVALID_ARGUMENT"),
        (_item(office, _DEBTOR.resident_id, _HARD_SEAT), "CLEAR"),
        (no_day, "INVALID_ARGUMENT"),
        (no_purpose, "INVALID_ARGUMENT"),
        (travel.CheckPassengerRequest(), "INVALID_ARGUMENT"),
        (child, "UNDETERMINED"),
        (_item(office, _DEBTOR.resident_id, flight()), "RESTRICTED"),
    ]
    reply = await office.gate.CheckPassengers(
        travel.CheckPassengersRequest(items=[item for item, _ in items])
    )
    assert [_words(result) for result in reply.results] == [words for _, words in items]


async def test_a_thousand_passengers_are_answered_with_each_debtor_in_their_place(
    office: TicketOffice,
) -> None:
    places = {0, 1, 333, 500, 501, 998, 999}
    items = [
        _item(
            office,
            _DEBTOR.resident_id if place in places else Person(72_000 + place).resident_id,
            flight(),
        )
        for place in range(_ITEMS_MAX)
    ]
    reply = await office.gate.CheckPassengers(travel.CheckPassengersRequest(items=items))
    assert len(reply.results) == _ITEMS_MAX
    refused = {
        place
        for place, result in enumerate(reply.results)
        if result.decision.answer == restriction.ANSWER_RESTRICTED
    }
    assert refused == places
    assert all(_words(result) in {"CLEAR", "RESTRICTED"} for result in reply.results)


@pytest.mark.parametrize(
    ("count", "reason", "violation"),
    [(0, "MANIFEST_EMPTY", None), (_ITEMS_MAX + 1, "INVALID_REQUEST", "FIELD_TOO_LONG")],
)
async def test_an_empty_or_too_long_manifest_is_refused_whole(
    office: TicketOffice, count: int, reason: str, violation: str | None
) -> None:
    items = [_item(office, Person(72_000).resident_id, flight())] * count
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await office.gate.CheckPassengers(travel.CheckPassengersRequest(items=items))
    error = parse(refused.value)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert error.reason_name == reason
    assert [one.reason_name for one in error.violations] == ([violation] if violation else [])
