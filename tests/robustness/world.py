"""The whole system as a test sees it: a started Stack, the clients of its public services, two courts.

    async with open_world() as world:
        chambers = Chambers(world, world.courts[0], diary)    # acts, repeated until acknowledged
        load = Load(world, diary, seed=7)                     # writers and checkers at work
        await examine(world, diary)                           # what must hold afterwards

PostgreSQL forces every commit to disk, as it does outside of tests.
"""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import grpc

from chassis.client import ChannelSettings
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.connections import RAIL_PEER
from stack.folders import DataFolder
from stack.layout import Service
from stack.office import OPERATOR, Registry, TicketOffice, flight
from stack.papers import Court, Papers, Person, day
from stack.postgres import PostgresServer
from stack.service_process import ServiceProcess
from stack.supervisor import Stack
from stack.valkey import ValkeyServer
from tests.eventually import LIMIT_S, eventually
from tests.robustness.cast import cast
from tests.system.courthouse import open_office

COURTS = (
    Court("京0199", "示例市第一人民法院", "010-0000 0001"),
    Court("沪0199", "示例市第二人民法院", "021-0000 0002"),
)
CALL_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class World:
    """What runs, and who asks it.

    `base` is the ledger's position once both courts, their officers and a partner are enrolled; every later
    position is a test's own.
    """

    stack: Stack
    registry: Registry
    office: TicketOffice
    courts: tuple[Court, Court]
    today: date
    base: int

    def papers(self, court: Court) -> Papers:
        """Lawful papers of one court."""
        return Papers.of(court, today=self.today)

    def service(self, name: str) -> ServiceProcess:
        """The process of `registry` or `travel`."""
        return self.stack.services[name]

    @property
    def postgres(self) -> PostgresServer:
        """The database server of every service."""
        assert self.stack.postgres is not None, "a world has servers of its own"
        return self.stack.postgres

    @property
    def valkey(self) -> ValkeyServer:
        """The cache's server."""
        assert self.stack.valkey is not None, "a world has servers of its own"
        return self.stack.valkey

    def dsn(self, name: str) -> str:
        """The superuser's DSN of one service's database; its schema has the same name."""
        return urlunsplit(urlsplit(self.postgres.dsn)._replace(path=f"/{name}"))

    @asynccontextmanager
    async def database(self, name: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection to one service's tables, without that service."""
        connection = await asyncpg.connect(self.dsn(name), server_settings={"search_path": name})
        try:
            yield connection
        finally:
            await connection.close()

    async def ledger(self) -> admin.GetLedgerResponse:
        """The ledger's head and its followers."""
        return await self.registry.operators.GetLedger(
            admin.GetLedgerRequest(), metadata=OPERATOR, wait_for_ready=True, timeout=LIMIT_S
        )

    async def check(self, person: Person) -> restriction.Decision:
        """Ask the gate for a flight, with the name on the document."""
        return await self.office.check(person.resident_id, flight(), name=person.name)

    async def check_all(self, people: Sequence[Person]) -> list[restriction.Decision]:
        """Ask the gate for a manifest of any length, in calls of 500; flights."""
        decisions: list[restriction.Decision] = []
        for start in range(0, len(people), 500):
            request = travel.CheckPassengersRequest(
                items=[
                    travel.CheckPassengerRequest(
                        document=person.resident_id,
                        product=flight(),
                        travel_date=day(self.office.travel_date),
                        purpose=travel.PURPOSE_ORDER,
                    )
                    for person in people[start : start + 500]
                ]
            )
            reply = await self.office.gate.CheckPassengers(request, wait_for_ready=True, timeout=30)
            decisions += [result.decision for result in reply.results]
        return decisions

    async def wait_followed(self) -> None:
        """Return once the gate stands at the ledger's head."""
        head = (await self.ledger()).head.position

        async def reached() -> bool:
            try:
                return (await self.check(STRANGER)).as_of.position >= head
            except grpc.aio.AioRpcError:
                return False

        await eventually(reached)


STRANGER = Person(17_000_000)
"""Somebody whom no court ever enters."""


@asynccontextmanager
async def open_world(
    *,
    layout: Sequence[Service] | None = None,
    settings: Mapping[str, str] | None = None,
    durable: bool = True,
    made_by: type[Stack] = Stack,
) -> AsyncIterator[World]:
    """Start everything in a folder of its own, enrol two courts, and end everything.

    `settings` are COURTLIST_* variables for every service. Nothing restarts by itself. Fails when a
    process is left behind.
    """
    given = {name: value for name, value in os.environ.items() if name == "COURTLIST_LOG_LEVEL"}
    # China keeps one time; a legal day of the courts is a day there.
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    folder = DataFolder.temporary()
    try:
        async with made_by(
            folder=folder,
            environment={**given, **(settings or {})},
            durable=durable,
            layout=layout or cast(),
        ) as stack:
            calls = ChannelSettings(timeout_s=CALL_TIMEOUT_S)
            async with (
                stack.connections.to("registry", calls) as registry_channel,
                stack.connections.to("travel", calls, own=RAIL_PEER) as travel_channel,
            ):
                registry = Registry.over(registry_channel)
                for court in COURTS:
                    await registry.enrol(court)
                office = TicketOffice.over(travel_channel, today + timedelta(days=1))
                await open_office(registry, office)
                ledger = await registry.operators.GetLedger(
                    admin.GetLedgerRequest(), metadata=OPERATOR
                )
                yield World(
                    stack=stack,
                    registry=registry,
                    office=office,
                    courts=COURTS,
                    today=today,
                    base=ledger.head.position,
                )
        await eventually(lambda: not _processes_in(folder.path))
    finally:
        folder.close()


def _processes_in(folder: Path) -> list[str]:
    """The processes that work below `folder`: servers, their children and services, dead parents' too."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            works_in = (process / "cwd").readlink()
        except OSError:
            continue  # It ended just now, or is nobody's whom we could have started.
        if works_in.is_relative_to(folder):
            found.append(process.name)
    return found
