"""The registry's database is put back from an older copy while the gate knows more (design §3.2).

In every phase of every case: nobody whose lift was acknowledged is refused, nothing diverges without
a word, and the endings that were lost wait for a judge.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import grpc
import pytest
import pytest_asyncio

from chassis.wire.status import parse
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.office import OPERATOR, acting, flight, request_id
from stack.papers import Person
from tests.eventually import eventually
from tests.patience import PATIENT
from tests.robustness.bystanders import Bystanders
from tests.robustness.chambers import Chambers
from tests.robustness.diary import Diary
from tests.robustness.examination import verify
from tests.robustness.restored_database import LogReader, RegistryCopies
from tests.robustness.world import World, open_world

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.slow,
    pytest.mark.timeout(400),
]

_RESTRICTED = restriction.ANSWER_RESTRICTED
_PAID = 3


@dataclass(slots=True)
class Debtor:
    """A person and what a court recorded."""

    person: Person
    entered: rpc.EnterListingResponse

    @property
    def order_id(self) -> str:
        return self.entered.order.order_id

    @property
    def bases(self) -> set[str]:
        return {self.order_id, self.entered.listing.listing_id}


@dataclass(slots=True)
class Case:
    """One restore: who was entered before the copy, and what became of them after it."""

    world: World
    chambers: Chambers
    bystanders: Bystanders
    copies: RegistryCopies
    serials: "count[int]"
    copy: str = ""
    stays: Debtor = field(init=False)
    freed: list[Debtor] = field(default_factory=list)
    late: Debtor = field(init=False)
    logs: dict[str, LogReader] = field(default_factory=dict)
    incarnation: str = ""

    async def enter(self) -> Debtor:
        """Somebody new, listed on ground 1."""
        person = Person(next(self.serials))
        case_number = self.chambers.court.case(person.serial)
        entered = await self.chambers.enter(person, case_number)
        await self.chambers.state(entered.listing.obligation_id, 100)
        return Debtor(person, entered)

    async def pay(self, debtor: Debtor) -> None:
        """Paid in full; from the acknowledgement on the person is free."""
        await self.chambers.pay(debtor.entered.listing.obligation_id, 100, "R-1")
        self.bystanders.freed.append(debtor.person)

    async def live_until_the_copy_and_beyond(self) -> None:
        """Entries, the copy, then acts that it does not hold, all of them seen by the gate."""
        self.stays = await self.enter()
        self.freed = [await self.enter() for _ in range(_PAID)]
        await self.world.wait_followed()
        self.copy = await self.copies.take()
        await self.world.service("registry").wait_ready()
        self.logs = {name: LogReader(self.world, name) for name in ("registry", "travel")}
        for debtor in self.freed:
            await self.pay(debtor)
        self.late = await self.enter()
        await self.chambers.bind(self.stays.entered.listing.subject_id, self.stays.person.passport)
        await self.world.wait_followed()
        assert await self.answer(self.late.person) == _RESTRICTED
        self.incarnation = (await self.world.ledger()).head.incarnation
        await self.bystanders.rounds()

    async def answer(self, person: Person) -> int:
        """What a flight is answered."""
        return (await self.world.check(person)).answer

    async def unsettled(self) -> dict[str, admin.UnsettledEnding]:
        """The list for the judge, read in small pages, as far as it concerns this case."""
        found: dict[str, admin.UnsettledEnding] = {}
        request = admin.ListUnsettledEndingsRequest(
            court_code=self.chambers.court.code, page_size=2
        )
        while True:
            page = await self.world.registry.operators.ListUnsettledEndings(
                request, metadata=OPERATOR
            )
            found |= {ending.basis_id: ending for ending in page.endings}
            if not page.next_page_token:
                wanted = set().union(*(debtor.bases for debtor in self.freed))
                return {one: ending for one, ending in found.items() if one in wanted}
            request.page_token = page.next_page_token

    async def settle(self, basis_id: str, *, uphold: bool) -> None:
        """The judge decides."""
        court = self.chambers.court
        await self.world.registry.operators.SettleEnding(
            admin.SettleEndingRequest(
                request_id=request_id(),
                basis_id=basis_id,
                uphold=uphold,
                reasons="核对案款到账记录",
            ),
            metadata=acting(court.judge, "judge", court),
        )

    async def is_noticed(self) -> None:
        """The restore was noticed: another incarnation, every ending kept, the gate rebuilt."""
        lost = set().union(*(debtor.bases for debtor in self.freed))

        async def kept() -> bool:
            return set(await self.unsettled()) == lost

        await eventually(kept)
        ledger = await self.world.ledger()
        assert ledger.head.incarnation != self.incarnation
        await eventually(
            lambda: {"ledger_rewound", "ledger_rebuilt"} <= self.logs["travel"].events()
        )
        await self.world.wait_followed()
        await eventually(
            lambda: lost <= {line["basis_id"] for line in self.said("ending_unsettled")}
        )
        # The list for the judge, as an operator prints it.
        for ending in (await self.unsettled()).values():
            assert ending.reported_by == "travel"
            print(
                json.dumps(
                    {
                        "basis": ending.basis_id,
                        "measure": ending.measure,
                        "case": ending.case_number,
                        "lost_position": ending.lost_position.position,
                    },
                    ensure_ascii=False,
                )
            )

    def said(self, event: str) -> list[Mapping[str, Any]]:
        """The registry's lines of one kind."""
        return [line for line in self.logs["registry"].lines() if line["event"] == event]

    async def is_put_right(self) -> None:
        """Whoever stays restricted is refused, nobody else is, and a judge settles the rest."""
        await eventually(self._stays_refused)
        # Entered and bound after the copy: the record holds it no more, so it bars nobody.
        assert await self.answer(self.late.person) == restriction.ANSWER_CLEAR
        passport = await self.world.office.check(self.stays.person.passport, flight())
        assert passport.answer == restriction.ANSWER_CLEAR
        for debtor in self.freed:
            decision = await self.world.check(debtor.person)
            assert decision.answer == restriction.ANSWER_UNDETERMINED
            assert decision.reason == restriction.REASON_UNSETTLED
        await self.bystanders.rounds()
        await self._settle_both_ways()
        await self._holds_to_the_end()

    async def _stays_refused(self) -> bool:
        return await self.answer(self.stays.person) == _RESTRICTED

    async def _settle_both_ways(self) -> None:
        owes, *paid = self.freed
        for debtor in paid:
            for basis_id in debtor.bases:
                await self.settle(basis_id, uphold=True)
        await self.world.wait_followed()
        for debtor in paid:
            assert await self.answer(debtor.person) == restriction.ANSWER_CLEAR
        shown = await self.world.registry.courts.GetOrder(
            rpc.GetOrderRequest(
                order_id=owes.order_id, consistency=rpc.Consistency(fully_consistent=True)
            ),
            metadata=acting(self.chambers.court.judge, "judge", self.chambers.court),
        )
        assert shown.order.state == listing_pb2.BASIS_STATE_UNSETTLED
        # The money did not come in after all: from here on a refusal is right.
        self.bystanders.freed.remove(owes.person)
        for basis_id in owes.bases:
            await self.settle(basis_id, uphold=False)
        await self.world.wait_followed()
        assert await self.answer(owes.person) == _RESTRICTED
        assert not await self.unsettled()
        await self.bystanders.rounds()

    async def _holds_to_the_end(self) -> None:
        """Both records verify, and nobody was refused who was free."""
        await self.world.wait_followed()
        assert (await verify(self.world, "registry"))["verified"]
        replayed = await verify(self.world, "travel")
        assert replayed["equal"], replayed
        assert not self.bystanders.wrongly_refused
        assert self.bystanders.answers["clear"]
        print(json.dumps({"bystanders": dict(self.bystanders.answers), "refused": 0}))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system() -> AsyncIterator[tuple[World, RegistryCopies, "count[int]"]]:
    async with open_world(settings=PATIENT, durable=False) as world:
        yield world, RegistryCopies(world), count(4_000_000)


@pytest_asyncio.fixture(loop_scope="module")
async def case(
    system: tuple[World, RegistryCopies, "count[int]"],
) -> AsyncIterator[Case]:
    world, copies, serials = system
    bystanders = Bystanders(world)
    async with bystanders.watching():
        made = Case(world, Chambers(world, world.courts[0], Diary()), bystanders, copies, serials)
        await made.live_until_the_copy_and_beyond()
        yield made


async def _announce(world: World) -> str:
    """An operator says that the database was restored; a follower may have been quicker."""
    head = (await world.ledger()).head
    try:
        opened = await world.registry.operators.OpenIncarnation(
            admin.OpenIncarnationRequest(request_id=request_id(), expected_head=head),
            metadata=OPERATOR,
        )
    except grpc.aio.AioRpcError as error:
        if parse(error).reason_name != "STATE_CHANGED":
            raise
        return (await world.ledger()).head.incarnation
    return opened.position.incarnation


async def test_a_restore_that_nobody_announces_is_noticed_by_the_running_registry(
    case: Case,
) -> None:
    await case.copies.put_back(case.copy)
    await case.bystanders.rounds()
    await case.is_noticed()
    await eventually(lambda: bool(case.said("restore_noticed")))
    await case.is_put_right()


async def test_a_restore_while_the_registry_was_down_is_noticed_by_the_gate(case: Case) -> None:
    registry = case.world.service("registry")
    await registry.stop()
    await case.copies.put_back(case.copy)
    await registry.start()
    await registry.wait_ready()
    await case.bystanders.rounds()
    await case.is_noticed()
    await eventually(lambda: bool(case.said("restore_noticed")))
    noticed = [one["by"] for one in case.said("restore_noticed")]
    assert noticed in (["follower:travel"], ["gate"])
    await case.is_put_right()


async def test_an_announced_restore_opens_one_incarnation(case: Case) -> None:
    registry = case.world.service("registry")
    await registry.stop()
    await case.copies.put_back(case.copy)
    await registry.start()
    await registry.wait_ready()
    announced = await _announce(case.world)
    await case.is_noticed()
    assert (await case.world.ledger()).head.incarnation == announced
    await case.is_put_right()


@pytest.mark.parametrize("told", [False, True], ids=["nobody told", "announced"])
async def test_a_gate_that_comes_back_long_after_the_restore_reports_what_it_saw(
    case: Case, *, told: bool
) -> None:
    registry, travel = case.world.service("registry"), case.world.service("travel")
    await travel.stop()
    await registry.stop()
    await case.copies.put_back(case.copy)
    await registry.start()
    await registry.wait_ready()
    if told:
        assert await _announce(case.world) != case.incarnation
    # New acts reach past every position that the gate has seen: only hashes tell them apart.
    newcomer = [await case.enter() for _ in range(2 * _PAID + 2)][-1]
    await travel.start()
    await travel.wait_ready()
    await case.is_noticed()
    assert await case.answer(newcomer.person) == _RESTRICTED
    await case.is_put_right()


async def test_a_second_restore_before_the_first_is_settled_loses_nothing_more(case: Case) -> None:
    await case.copies.put_back(case.copy)
    await case.is_noticed()
    first = (await case.world.ledger()).head.incarnation
    newcomer = await case.enter()
    await case.world.wait_followed()
    await case.copies.put_back(case.copy)
    case.incarnation = first
    await case.bystanders.rounds()
    await case.is_noticed()
    await case.is_put_right()
    assert await case.answer(newcomer.person) == restriction.ANSWER_CLEAR
