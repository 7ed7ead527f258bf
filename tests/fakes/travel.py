"""The travel service, wired as in production, in the test's own process and on a loopback port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.clock import Clock
from courtlist.identity.v1 import document_pb2
from courtlist.restriction.v1 import restriction_pb2
from courtlist.travel.v1 import travel_service_pb2 as travel
from courtlist.travel.v1 import travel_service_pb2_grpc
from restriction.config import Config
from tests.builders import resident_id
from tests.eventually import LIMIT_S, eventually
from tests.fakes.field import Running, migrate_field, running
from travel.policy import TravelPolicy
from travel.servicer import register

SCHEMA = "travel"
CLEAR = restriction_pb2.ANSWER_CLEAR
RESTRICTED = restriction_pb2.ANSWER_RESTRICTED
UNDETERMINED = restriction_pb2.ANSWER_UNDETERMINED


async def migrate_travel(dsn: str) -> None:
    """Bring a database to the schema of now."""
    await migrate_field(dsn, SCHEMA)


def g_train() -> travel.Product:
    """A second-class seat on a G train."""
    return rail(travel.TRAIN_CATEGORY_G, travel.SEAT_CLASS_SECOND)


def rail(
    category: travel.TrainCategory.ValueType, seat: travel.SeatClass.ValueType
) -> travel.Product:
    """A seat or berth."""
    return travel.Product(rail=travel.Rail(category=category, seat=seat))


def ticket(
    serial: int = 0,
    product: travel.Product | None = None,
    *,
    document: document_pb2.Document | None = None,
    passenger: travel.Passenger.ValueType = travel.PASSENGER_UNSPECIFIED,
) -> travel.CheckPassengerRequest:
    """A check of the person with that serial."""
    request = travel.CheckPassengerRequest(
        document=document
        or document_pb2.Document(
            kind=document_pb2.DOCUMENT_KIND_RESIDENT_ID, number=resident_id(serial=serial)
        ),
        product=product or g_train(),
        passenger=passenger,
        purpose=travel.PURPOSE_ORDER,
    )
    request.travel_date.year, request.travel_date.month, request.travel_date.day = 2026, 6, 1
    return request


class RunningTravel(Running[travel_service_pb2_grpc.TravelServiceStub]):
    """A travel service, and how a test waits for it."""

    async def check(self, request: travel.CheckPassengerRequest) -> restriction_pb2.Decision:
        return (await self.stub.CheckPassenger(request, timeout=LIMIT_S)).decision

    async def answers(
        self, answer: restriction_pb2.Answer.ValueType, request: travel.CheckPassengerRequest
    ) -> None:
        """Wait until the check is answered so."""

        async def is_so() -> bool:
            return (await self.check(request)).answer == answer

        await eventually(is_so)

    async def reached(self, position: int) -> None:
        """Wait until answers rest on that position."""

        async def is_there() -> bool:
            decision = await self.check(ticket(999))
            return (
                decision.as_of.position >= position
                and decision.reason != restriction_pb2.REASON_STARTING
            )

        await eventually(is_there)


@asynccontextmanager
async def running_travel(
    config: Config, *, clock: Clock | None = None, only_enrolled: bool = False
) -> AsyncIterator[RunningTravel]:
    """Serve until the block ends, every partner or with `only_enrolled` those of the ledger."""
    async with running(
        config,
        policy=TravelPolicy(),
        make_servicer=register,
        make_stub=travel_service_pb2_grpc.TravelServiceStub,
        clock=clock,
        only_enrolled=only_enrolled,
    ) as one:
        yield RunningTravel(one.stub, one.health, one.scope, one.config, one.views, one.address)
