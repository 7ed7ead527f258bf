"""TravelService: reads a ticket from the wire, asks the gate, writes the answer."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache, partial
from typing import Any, Final, TypeVar

from google.rpc import status_pb2
from google.type import date_pb2

from chassis.call_log import call_log
from chassis.errors import FieldViolation, ServiceError, invalid_request
from chassis.server import Registration
from chassis.status import to_status
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.identity.v1 import document_pb2
from courtlist.travel.v1 import travel_service_pb2 as travel_pb2
from courtlist.travel.v1 import travel_service_pb2_grpc
from restriction import convert
from restriction.deliveries import DeliveryReader
from restriction.gate import Check, Gate, Hit
from restriction.model import Answer, Decision
from travel.policy import Ticket
from travel.table import AIR, Coverage, SeatClass, ShipClass, TrainCategory, rail, ship

Class = TypeVar("Class", bound=IntEnum)

ITEMS_MAX: Final = 1000
# Items of one manifest that look up facts at the same time: more would only queue for connections.
_TOGETHER: Final = 64
# A hit has limits of its own, but a manifest of debtors would wait for them one round after another
# while a counter's client gives up within a few seconds, and then nobody on it is answered at all.
_MANIFEST_TIMEOUT_S: Final = 2.0

# A kind of passenger that a newer client names may be a child's: it must not be taken for an adult.
_ADULTS: Final = {travel_pb2.PASSENGER_UNSPECIFIED, travel_pb2.PASSENGER_ADULT}

_KINDS: Final = {
    value.number: value.name.removeprefix("DOCUMENT_KIND_")
    for value in document_pb2.DocumentKind.DESCRIPTOR.values
    if value.number
}


class TravelServicer(travel_service_pb2_grpc.TravelServiceServicer):
    """Thin: convert, ask, convert.

    `manifest_timeout_s` bounds the look-ups of a whole manifest.
    """

    def __init__(
        self,
        *,
        gate: Gate[Ticket],
        deliveries: DeliveryReader,
        manifest_timeout_s: float = _MANIFEST_TIMEOUT_S,
    ) -> None:
        self._gate = gate
        self._deliveries = deliveries
        self._manifest_timeout_s = manifest_timeout_s

    async def CheckPassenger(
        self, request: travel_pb2.CheckPassengerRequest, context: Any
    ) -> travel_pb2.CheckPassengerResponse:
        """Answer one passenger."""
        del context
        decision = await self._gate.check(_check(request))
        _log([decision])
        return travel_pb2.CheckPassengerResponse(decision=convert.decision_to(decision))

    async def CheckPassengers(
        self, request: travel_pb2.CheckPassengersRequest, context: Any
    ) -> travel_pb2.CheckPassengersResponse:
        """Answer a manifest: each item has its decision or its own status, in the order asked."""
        del context
        _check_size(len(request.items))
        begun = [self._begin(item) for item in request.items]
        answers = await self._finish(begun)
        _log([one for one in answers if isinstance(one, Decision)], items=len(answers))
        return travel_pb2.CheckPassengersResponse(results=map(_result, answers))

    def _begin(
        self, item: travel_pb2.CheckPassengerRequest
    ) -> Decision | Hit[Ticket] | status_pb2.Status:
        try:
            return self._gate.begin(_check(item))
        except ServiceError as error:
            return to_status(error)

    async def _finish(
        self, begun: Sequence[Decision | Hit[Ticket] | status_pb2.Status]
    ) -> list[Decision | status_pb2.Status]:
        """Decide the hits, each in its place; those that are not at the deadline are given up."""
        slots = asyncio.Semaphore(_TOGETHER)
        decided: dict[int, Decision] = {}

        async def finish(place: int, hit: Hit[Ticket]) -> None:
            async with slots:
                decided[place] = await self._gate.finish(hit)

        hits = [(place, one) for place, one in enumerate(begun) if isinstance(one, Hit)]
        try:
            async with asyncio.timeout(self._manifest_timeout_s):
                await asyncio.gather(*(finish(place, hit) for place, hit in hits))
        except TimeoutError:
            call_log().fields["given_up"] = len(hits) - len(decided)
        return [
            decided.get(place) or self._gate.give_up() if isinstance(one, Hit) else one
            for place, one in enumerate(begun)
        ]

    async def ReadRestrictions(
        self, request: travel_pb2.ReadRestrictionsRequest, context: Any
    ) -> travel_pb2.ReadRestrictionsResponse:
        """Answer a partner who pulls."""
        page = await self._deliveries.read(request.page, tuple(context.invocation_metadata() or ()))
        return travel_pb2.ReadRestrictionsResponse(page=page)


def register(
    gate: Gate[Ticket],
    deliveries: DeliveryReader,
    *,
    manifest_timeout_s: float = _MANIFEST_TIMEOUT_S,
) -> Registration:
    """The servicer, ready to be added to a server."""
    servicer = TravelServicer(
        gate=gate, deliveries=deliveries, manifest_timeout_s=manifest_timeout_s
    )
    return Registration(
        travel_pb2.DESCRIPTOR.services_by_name["TravelService"].full_name,
        partial(travel_service_pb2_grpc.add_TravelServiceServicer_to_server, servicer),
    )


def _check(request: travel_pb2.CheckPassengerRequest) -> Check[Ticket]:
    """The question in a request; raises ServiceError INVALID_REQUEST with every wrong field."""
    product = _product(request.product)
    travel_date = _date(request.travel_date)
    if product is None or travel_date is None or not request.HasField("document"):
        raise invalid_request(list(_violations(request)))
    document = request.document
    return Check(
        kind=_KINDS.get(document.kind, ""),
        issuing_state=document.issuing_state,
        number=document.number,
        question=Ticket(
            coverage=product.coverage,
            product=product.label,
            travel_date=travel_date,
            child=request.passenger not in _ADULTS,
        ),
    )


def _violations(request: travel_pb2.CheckPassengerRequest) -> Iterator[FieldViolation]:
    if not request.HasField("document"):
        yield FieldViolation(
            "document", "FIELD_REQUIRED", "is absent; give the document the passenger travels with"
        )
    if request.product.WhichOneof("product") is None:
        yield FieldViolation("product", "FIELD_REQUIRED", "is absent; give one of air, rail, ship")
    if not request.HasField("travel_date"):
        yield FieldViolation(
            "travel_date", "FIELD_REQUIRED", "is absent; give the day of departure"
        )
    elif _date(request.travel_date) is None:
        yield FieldViolation(
            "travel_date", "FIELD_INVALID", "is no day of the calendar; give year, month and day"
        )


def _date(day: date_pb2.Date) -> date | None:
    try:
        return date(day.year, day.month, day.day)
    except ValueError:
        return None


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


def _check_size(count: int) -> None:
    if count == 0:
        raise ServiceError(
            reasons.ERROR_REASON_MANIFEST_EMPTY, "items is empty; give 1 to 1000 passengers"
        )
    if count > ITEMS_MAX:
        raise invalid_request(
            [
                FieldViolation(
                    "items", "FIELD_TOO_LONG", "holds more than 1000 passengers; split the manifest"
                )
            ]
        )


def _result(answer: Decision | status_pb2.Status) -> travel_pb2.PassengerResult:
    if isinstance(answer, Decision):
        return travel_pb2.PassengerResult(decision=convert.decision_to(answer))
    return travel_pb2.PassengerResult(status=answer)


def _log(decisions: Sequence[Decision], *, items: int = 1) -> None:
    """Count what was answered; a call that only cleared is routine and sampled."""
    line = call_log()
    looked_up = sum(decision.looked_up for decision in decisions)
    if looked_up:
        line.fields["looked_up"] = looked_up
    line.routine = len(decisions) == items and all(
        decision.answer is Answer.CLEAR for decision in decisions
    )
    if line.routine:
        return
    line.fields["items"] = items
    for decision in decisions:
        key = f"{decision.answer.name}_{decision.decided_by.name}".lower()
        line.fields[key] = line.fields.get(key, 0) + 1
    if items == 1 and decisions:
        one = decisions[0]
        line.fields["answer_reason"] = one.reason.name
        line.fields["as_of_position"] = one.as_of.number
        if one.decision_id:
            line.fields["decision_id"] = one.decision_id
