"""A registry with two courts, and a gate of each field, in one process over real back ends."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import asyncpg
import grpc

from chassis.errors import RemoteError
from chassis.wire.status import parse
from courtlist.hotel.v1.hotel_service_pb2_grpc import HotelServiceStub
from courtlist.loan.v1.loan_service_pb2_grpc import LoanServiceStub
from courtlist.procurement.v1.procurement_service_pb2_grpc import ProcurementServiceStub
from courtlist.travel.v1.travel_service_pb2_grpc import TravelServiceStub
from hotel.policy import HotelPolicy
from hotel.servicer import register as register_hotel
from loan.policy import LoanPolicy
from loan.servicer import register as register_loan
from procurement.policy import ProcurementPolicy
from procurement.servicer import register as register_procurement
from registry.keyring import Keyring
from registry.sealing import Sealer, SealKey
from restriction.config import Config
from restriction.keyring import GateKeys
from stack.office import OPERATOR, Registry, acting
from stack.papers import Court
from tests.builders import digest_key
from tests.contract.registry.reading import migrate_registry
from tests.eventually import LIMIT_S, eventually
from tests.fakes.doors import PARTNER
from tests.fakes.field import Running, migrate_field, running, settings
from tests.registry_server import RegistryServer, registry_server
from tests.robustness.lives.book import Book
from tests.robustness.lives.clock import Clocks, hold_postgres
from tests.robustness.lives.line import Line
from tests.robustness.lives.verdicts import Reading
from travel.policy import TravelPolicy
from travel.servicer import register as register_travel

COURTS: Final = (
    Court("京0199", "示例市第一人民法院", "010-0000 0001"),
    Court("沪0188", "示例市第二人民法院", "021-0000 0002"),
)
KEYS: Final = (digest_key(1), digest_key(2))
SEALER: Final = Sealer([SealKey("seal-test-1", bytes(range(32)))])

_FIELDS: Final[dict[str, tuple[Any, Any, Any]]] = {
    "travel": (TravelPolicy, register_travel, TravelServiceStub),
    "hotel": (HotelPolicy, register_hotel, HotelServiceStub),
    "loan": (LoanPolicy, register_loan, LoanServiceStub),
    "procurement": (ProcurementPolicy, register_procurement, ProcurementServiceStub),
}
# Nobody is over a limit here, and no slow machine is a registry that does not answer.
_CHECKS_MAX: Final = 10**9
_PATIENCE_MS: Final = 30_000


async def migrate_town(dsn: str) -> None:
    """The registry and every field in one database whose clock is held."""
    await hold_postgres(dsn)
    await migrate_registry(dsn)
    for name in _FIELDS:
        await migrate_field(dsn, name)


@dataclass
class Town:
    """Everything that runs, what has been decided (`book`), and how far gates may have read (`readings`).

    `position` is that of the last act.
    """

    dsn: str
    server: RegistryServer
    registry: Registry
    clocks: Clocks
    line: Line
    book: Book
    gates: dict[str, Running[Any]] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    position: int = 0
    _missed: tuple[Reading, ...] = ()
    epoch: int = 1
    _stacks: dict[str, AsyncExitStack] = field(default_factory=dict)

    async def send(self, request: Any, court: Court, role: str) -> Any:
        """An act of a court's officer. Returns the reply, or the RemoteError with which it was refused."""
        method = type(request).__name__.removesuffix("Request")
        stub = getattr(self.registry.courts, method)
        who = acting(getattr(court, role), role, court)
        return await self._sent(stub(request, metadata=who, timeout=LIMIT_S))

    async def operate(self, request: Any) -> Any:
        """An act of an operator's, likewise."""
        stub = getattr(self.registry.operators, type(request).__name__.removesuffix("Request"))
        return await self._sent(stub(request, metadata=OPERATOR, timeout=LIMIT_S))

    async def _sent(self, call: Any) -> Any:
        try:
            reply = await call
        except grpc.aio.AioRpcError as error:
            return parse(error)
        if "position" in reply.DESCRIPTOR.fields_by_name:
            self.position = max(self.position, reply.position.position)
        return reply

    async def settle(self) -> None:
        """Wait until every gate has read everything; nothing while the line is not whole."""
        if not self.line.is_whole:
            return

        def has_read_all() -> bool:
            views = [gate.views.ledger() for gate in self.gates.values()]
            return all(one is not None and one.position >= self.position for one in views)

        await eventually(has_read_all)
        self.readings = (self._all_of_it(),)

    def unsettle(self) -> None:
        """Gates may have read the last act, or not yet; nor, once the line is mended, all that they missed."""
        self._missed = (*self._missed, self._all_of_it())
        if self.line.is_whole:
            self.readings, self._missed = (*self.readings, *self._missed), ()

    def _all_of_it(self) -> Reading:
        return Reading(deepcopy(self.book), self.clocks.now)

    async def restart(self, name: str) -> None:
        """Stop a field's process, if it runs, and start it anew on its own store."""
        if name in self._stacks:
            await self._stacks.pop(name).aclose()
        policy, make_servicer, make_stub = _FIELDS[name]
        stack = AsyncExitStack()
        self._stacks[name] = stack
        self.gates[name] = await stack.enter_async_context(
            running(
                self._config(),
                policy=policy(),
                make_servicer=make_servicer,
                make_stub=make_stub,
                clock=self.clocks.gates,
            )
        )

    async def close(self) -> None:
        """Stop every gate."""
        self.line.mend()
        for stack in self._stacks.values():
            await stack.aclose()

    def _config(self) -> Config:
        return replace(
            settings(self.dsn, self.server.address),
            keys=GateKeys(KEYS[::-1]),
            checks_per_s=_CHECKS_MAX,
            checks_per_day=_CHECKS_MAX,
            confirm_timeout_ms=_PATIENCE_MS,
            record_timeout_ms=_PATIENCE_MS,
            store_timeout_ms=_PATIENCE_MS,
        )


def refused(reply: Any) -> bool:
    """Whether the registry has refused an act."""
    return isinstance(reply, RemoteError)


@asynccontextmanager
async def open_town(*, dsn: str, redis_url: str, at: datetime, book: Book) -> AsyncIterator[Town]:
    """Everything, on the first day of a life."""
    connection = await asyncpg.connect(dsn)
    line = Line()
    try:
        clocks = Clocks(at, connection)
        await clocks.move_to(at)
        async with registry_server(
            dsn=dsn,
            redis_url=redis_url,
            keyring=Keyring(SEALER, KEYS),
            clock=clocks.registry,
            interceptors=[line],
        ) as server:
            registry = Registry.over(server.channel)
            for court in COURTS:
                await registry.enrol(court)
            await registry.enrol_partner(PARTNER, *_FIELDS)
            town = Town(dsn, server, registry, clocks, line, book)
            try:
                for name in _FIELDS:
                    await town.restart(name)
                yield town
            finally:
                await town.close()
    finally:
        await connection.close()
