"""What is measured: the processes that `make run` serves, one court at work, and people it enters."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

import grpc

from courtlist.restriction.v1 import restriction_pb2
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.connections import RAIL_PEER
from stack.folders import DataFolder
from stack.layout import IMPORTER, ours
from stack.office import Registry, TicketOffice, flight, train
from stack.papers import Court, Person, day
from stack.supervisor import Stack
from stack.valkey import ValkeyServer
from tests.eventually import eventually
from tests.system.courthouse import Courthouse, legal_today, open_office

_COURT = Court("京0199", "示例市第一人民法院", "010-0000 0001")
_FIRST_STRANGER = 9_000_000
_ENTERING_AT_ONCE = 16
_PRODUCTS = (flight(), train(travel.TRAIN_CATEGORY_G, travel.SEAT_CLASS_SECOND))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Somebody who is listed, and the opaque ids of what rests on her."""

    person: Person
    listing_id: str
    order_id: str
    obligation_id: str


@dataclass(slots=True, kw_only=True)
class Scene:
    """The started system and its users. `entered` grows with every entry."""

    stack: Stack
    channel: grpc.aio.Channel
    court: Courthouse
    office: TicketOffice
    today: date
    entered: list[Entered] = field(default_factory=list)
    _serials: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def pid(self, service: str) -> int:
        """The process id of `registry` or `travel`."""
        pid = self.stack.services[service].process.pid
        assert pid is not None, f"{service} has ended"
        return pid

    @property
    def valkey(self) -> ValkeyServer:
        """The cache's server."""
        assert self.stack.valkey is not None, "the bench has servers of its own"
        return self.stack.valkey

    async def enter(self) -> Entered:
        """The next person is entered, in a case and on a debt of her own."""
        person = Person(next(self._serials))
        reply = await self.court.enter(person.subject)
        one = Entered(
            person=person,
            listing_id=reply.listing.listing_id,
            order_id=reply.order.order_id,
            obligation_id=reply.listing.obligation_id,
        )
        self.entered.append(one)
        return one

    async def fill(self, entries: int, limit_s: float = 15.0) -> None:
        """Have at least `entries` people entered, and within `limit_s` the gate's index hold them all."""
        missing = iter(range(max(0, entries - len(self.entered))))
        await together(_ENTERING_AT_ONCE, missing, lambda _: self.enter())
        newest = self.entered[-1].person

        async def refused() -> bool:
            decision = await self.office.check(newest.resident_id, flight())
            return decision.answer == restriction_pb2.ANSWER_RESTRICTED

        await eventually(refused, limit_s)

    def checks_of_strangers(self, count: int) -> list[travel.CheckPassengerRequest]:
        """Checks of `count` different people whom nobody ever enters, on flights and trains."""
        return [
            travel.CheckPassengerRequest(
                # A step of 37 spreads them over regions and days of birth.
                document=Person(_FIRST_STRANGER + 37 * number).resident_id,
                product=_PRODUCTS[number % len(_PRODUCTS)],
                travel_date=day(self.office.travel_date),
                purpose=travel.PURPOSE_ORDER,
            )
            for number in range(count)
        ]


@asynccontextmanager
async def open_scene(fields: Container[str] | None = None) -> AsyncIterator[Scene]:
    """Start everything in a folder of its own, with every commit forced to disk; end it afterwards.

    Of the fields only these follow the registry, where they are named; travel is one of them.
    """
    first, *every = ours()
    following = [field for field in every if fields is None or field.name in fields]
    today = legal_today()
    folder = DataFolder.temporary()
    try:
        async with (
            Stack(folder=folder, environment={}, layout=(first, *following, IMPORTER)) as stack,
            stack.connections.to("registry") as registry,
            stack.connections.to("travel", own=RAIL_PEER) as gate,
        ):
            court = await Courthouse(registry=Registry.over(registry), court=_COURT).open()
            office = TicketOffice.over(gate, today + timedelta(days=1))
            await open_office(court.registry, office)
            yield Scene(stack=stack, channel=registry, court=court, office=office, today=today)
    finally:
        folder.close()


async def together(
    workers: int, work: Iterator[int], act: Callable[[int], Awaitable[object]]
) -> None:
    """Let `workers` take from `work`, each doing one `act` after the other."""

    async def labour() -> None:
        for one in work:
            await act(one)

    await asyncio.gather(*(labour() for _ in range(workers)))
