"""Two courts and their partners under attack, and what must hold when an attack is over."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial

import grpc
import pytest_asyncio

from authority.peer import Peer
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.restriction.v1 import restriction_pb2
from stack.office import OPERATOR, Registry, TicketOffice, flight
from stack.papers import Person
from stack.supervisor import Stack
from tests.eventually import eventually
from tests.system.attacks.attacker import Attacker
from tests.system.attacks.cast import COURT_A, COURT_B, HOTEL_PEER, OTHER_PEER, PARTNER_FIELDS
from tests.system.attacks.surface import Rpc, surface
from tests.system.courthouse import Courthouse, gate_has_read


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The attacked system, with everybody in it who has to be."""

    stack: Stack
    attacker: Attacker
    rpcs: list[Rpc]
    court_a: Courthouse
    court_b: Courthouse
    office: TicketOffice
    _serials: "itertools.count[int]" = field(default_factory=lambda: itertools.count(16_000_001))

    def person(self) -> Person:
        """Somebody whom no court has entered."""
        return Person(next(self._serials))

    def rpc(self, name: str, server: str = "registry") -> Rpc:
        """The RPC of that name."""
        [found] = [one for one in self.rpcs if (one.server, one.name) == (server, name)]
        return found

    async def head(self) -> int:
        """How many changes the ledger holds."""
        reply = await self.court_a.registry.operators.GetLedger(
            admin.GetLedgerRequest(), metadata=OPERATOR
        )
        return int(reply.head.position)

    async def is_unharmed(self) -> bool:
        """Whether a lawful act is done, and a lawful check answered by it."""
        debtor, free = self.person(), self.person()
        entered = await self.court_a.enter(debtor.subject)
        await gate_has_read(self.office, entered.position)
        answers = [
            (await self.office.check(one.resident_id, flight())).answer for one in (debtor, free)
        ]
        return answers == [restriction_pb2.ANSWER_RESTRICTED, restriction_pb2.ANSWER_CLEAR]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def scene(
    system: Stack, registry_channel: grpc.aio.Channel, office: TicketOffice
) -> AsyncIterator[Scene]:
    registry = Registry.over(registry_channel)
    courts = [
        await Courthouse(registry=registry, court=court).open() for court in (COURT_A, COURT_B)
    ]
    for peer in (HOTEL_PEER, OTHER_PEER):
        await registry.enrol_partner(peer.name, *PARTNER_FIELDS[peer])
    attacker = Attacker(system)
    made = Scene(
        stack=system,
        attacker=attacker,
        rpcs=await surface(system),
        court_a=courts[0],
        court_b=courts[1],
        office=office,
    )
    for peer in (HOTEL_PEER, OTHER_PEER):
        for field_name in PARTNER_FIELDS[peer]:
            await eventually(partial(is_known, made, peer, field_name))
    yield made
    await attacker.close()


async def is_known(scene: Scene, peer: Peer, field_name: str) -> bool:
    """Whether the field's gate has heard of the partner's enrolment."""
    rpc = next(one for one in scene.rpcs if one.field == field_name)
    outcome = await scene.attacker.call(rpc, b"", scene.attacker.transport_of(peer))
    return outcome.code is grpc.StatusCode.INVALID_ARGUMENT
