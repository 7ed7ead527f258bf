"""TravelService: reads a ticket from the wire, asks the gate, writes the answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache, partial
from typing import Any, Final, TypeVar

from google.rpc import status_pb2

from chassis.errors import FieldViolation, invalid_request
from chassis.server import Registration
from courtlist.travel.v1 import travel_service_pb2 as travel_pb2
from courtlist.travel.v1 import travel_service_pb2_grpc
from document.name import NAME_LENGTH_MAX
from restriction import convert
from restriction.gate import Check
from restriction.model import Decision
from restriction.serving.parts import Parts
from restriction.serving.purposes import purpose_violations, purposes_of
from restriction.serving.reading import check_of, day_violations, document_violations, read_day
from travel.policy import Ticket
from travel.table import AIR, Coverage, SeatClass, ShipClass, TrainCategory, rail, ship

Class = TypeVar("Class", bound=IntEnum)

# A kind of passenger that a newer client names may be a child's: it must not be taken for an adult.
_ADULTS: Final = {travel_pb2.PASSENGER_UNSPECIFIED, travel_pb2.PASSENGER_ADULT}
_PURPOSES: Final = purposes_of(travel_pb2.Purpose.DESCRIPTOR)


class TravelServicer(travel_service_pb2_grpc.TravelServiceServicer):
    """Thin: convert, ask, convert."""

    def __init__(self, parts: Parts[Ticket]) -> None:
        self._parts = parts

    async def CheckPassenger(
        self, request: travel_pb2.CheckPassengerRequest, context: Any
    ) -> travel_pb2.CheckPassengerResponse:
        """Answer one passenger."""
        del context
        decision = await self._parts.answering.answer(_check(request))
        return travel_pb2.CheckPassengerResponse(decision=convert.decision_to(decision))

    async def CheckPassengers(
        self, request: travel_pb2.CheckPassengersRequest, context: Any
    ) -> travel_pb2.CheckPassengersResponse:
        """Answer a manifest: each item has its decision or its own status, in the order asked."""
        del context
        answers = await self._parts.answering.answer_all(request.items, _check)
        return travel_pb2.CheckPassengersResponse(results=map(_result, answers))

    async def ReadRestrictions(
        self, request: travel_pb2.ReadRestrictionsRequest, context: Any
    ) -> travel_pb2.ReadRestrictionsResponse:
        """Answer a partner who pulls."""
        page = await self._parts.read_page(request.page)
        return travel_pb2.ReadRestrictionsResponse(page=page)


def register(parts: Parts[Ticket]) -> Registration:
    """The servicer, ready to be added to a server."""
    return Registration(
        travel_pb2.DESCRIPTOR.services_by_name["TravelService"].full_name,
        partial(travel_service_pb2_grpc.add_TravelServiceServicer_to_server, TravelServicer(parts)),
    )


def _check(request: travel_pb2.CheckPassengerRequest) -> Check[Ticket]:
    """The question in a request; raises ServiceError INVALID_REQUEST with every wrong field."""
    product = _product(request.product)
    travel_date = read_day(request.travel_date)
    purpose = _PURPOSES.get(request.purpose)
    if (
        product is None
        or travel_date is None
        or purpose is None
        or not request.HasField("document")
        or len(request.name) > NAME_LENGTH_MAX
    ):
        raise invalid_request(list(_violations(request)))
    ticket = Ticket(
        coverage=product.coverage,
        product=product.label,
        travel_date=travel_date,
        child=request.passenger not in _ADULTS,
    )
    return check_of(request, ticket, purpose)


def _violations(request: travel_pb2.CheckPassengerRequest) -> Iterator[FieldViolation]:
    yield from document_violations(request, "the document the passenger travels with")
    if request.product.WhichOneof("product") is None:
        yield FieldViolation("product", "FIELD_REQUIRED", "is absent; give one of air, rail, ship")
    yield from day_violations(request, "travel_date", "the day of departure")
    yield from purpose_violations(request, _PURPOSES)


@dataclass(frozen=True, slots=True)
class _Product:
    """How the law covers a product, and its words for the record of a refusal."""

    coverage: Coverage
    label: str


_AIR: Final = _Product(AIR, "AIR")


def _product(product: travel_pb2.Product) -> _Product | None:
    kind = product.WhichOneof("product")
    if kind == "rail":
        return _rail(product.rail.category, product.rail.seat)
    if kind == "ship":
        return _ship(getattr(product.ship, "class"))
    return _AIR if kind == "air" else None


# Bounded, because a caller may send any number; there are some two hundred that mean anything.
@lru_cache(maxsize=1024)
def _rail(category_number: int, seat_number: int) -> _Product:
    category = _known(TrainCategory, category_number)
    seat = _known(SeatClass, seat_number)
    return _Product(rail(category, seat), f"RAIL {category.name} {seat.name}")


@lru_cache(maxsize=64)
def _ship(class_number: int) -> _Product:
    ship_class = _known(ShipClass, class_number)
    return _Product(ship(ship_class), f"SHIP {ship_class.name}")


def _known(enum_type: type[Class], number: int) -> Class:
    """The value of that number; one that this release does not know, from a newer client, is 0."""
    try:
        return enum_type(number)
    except ValueError:
        return enum_type(0)


def _result(answer: Decision | status_pb2.Status) -> travel_pb2.PassengerResult:
    if isinstance(answer, Decision):
        return travel_pb2.PassengerResult(decision=convert.decision_to(answer))
    return travel_pb2.PassengerResult(status=answer)
