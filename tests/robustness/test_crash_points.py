"""A process that dies between any two steps leaves its work done whole or not at all, and once."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias

import pytest
import pytest_asyncio

from registry.plan import Step
from restriction.facts.store import Step as FeedStep
from stack.papers import Court, Person
from stack.postgres import PostgresServer
from stack.process import Process
from stack.valkey import ValkeyServer
from tests.eventually import eventually
from tests.robustness.chambers import Chambers
from tests.robustness.crash_point import CrashPoint
from tests.robustness.diary import Diary, Life
from tests.robustness.examination import check_gate, check_record, examine
from tests.robustness.world import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

Act: TypeAlias = Callable[[], Awaitable[object]]

# Before the commit nothing is there; from it on the act is done, whoever has heard of it.
_DONE = {
    Step.STAGED: False,
    Step.WRITTEN: False,
    Step.COMMITTED: True,
    Step.CACHED: True,
    Step.REPLIED: True,
}


@dataclass(slots=True)
class Bench:
    """A world whose registry or gate can be armed, and a court at work in it."""

    world: World
    point: CrashPoint
    diary: Diary = field(default_factory=Diary)
    serials: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def chambers(self) -> Chambers:
        return Chambers(self.world, self.world.courts[0], self.diary)

    def life(self) -> Life:
        """A new person in a case of her own."""
        person = Person(next(self.serials))
        court = self.world.courts[0]
        life = Life(person, court, court.case(person.serial))
        self.diary.lives[person] = life
        return life

    async def crash(
        self, name: str, step: str, act: Act, *, victim: Process | None = None
    ) -> asyncio.Task[object]:
        """Let `act` run into the step of service `name`, where `victim` dies: itself, if unset.

        Returns the act, still asking, once the process is dead.
        """
        process = victim or self.world.service(name).process
        assert process.pid is not None
        # Whatever came before has left every station behind it.
        await self.world.ledger()
        self.point.arm(name, step, process.pid)
        acting = asyncio.ensure_future(act())
        await eventually(lambda: not process.running)
        assert process.exit_code == -signal.SIGKILL, process.log.tail()
        assert not self.point.armed(name)
        return acting


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def courthouse(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    point = CrashPoint(tmp_path_factory.mktemp("crash"))
    async with open_world(layout=point.layout()) as world:
        bench = Bench(world, point)
        yield bench
        await examine(world, bench.diary)


async def _to_enter(bench: Bench) -> Act:
    life = bench.life()
    life.entered = True
    return lambda: bench.chambers.enter(life.person, life.case_number)


async def _to_order(bench: Bench) -> Act:
    life = bench.life()
    life.entered = True
    return lambda: bench.chambers.order(life.person, life.case_number)


async def _to_bind(bench: Bench) -> Act:
    life = bench.life()
    life.entered = True
    entered = await bench.chambers.enter(life.person, life.case_number)
    return lambda: bench.chambers.bind(entered.listing.subject_id, life.person.passport)


async def _to_state(bench: Bench) -> Act:
    life = bench.life()
    life.entered = True
    entered = await bench.chambers.enter(life.person, life.case_number)
    return lambda: bench.chambers.state(entered.listing.obligation_id, 100)


async def _to_pay_a_part(bench: Bench) -> Act:
    life = bench.life()
    life.entered = True
    entered = await bench.chambers.enter(life.person, life.case_number)
    await bench.chambers.state(entered.listing.obligation_id, 100)
    life.paid_fen = 4_000
    return lambda: bench.chambers.pay(entered.listing.obligation_id, 40, "R-1")


async def _to_pay_in_full(bench: Bench) -> Act:
    life = bench.life()
    entered = await bench.chambers.enter(life.person, life.case_number)
    await bench.chambers.state(entered.listing.obligation_id, 100)
    life.paid_fen = 10_000
    return _lifting(life, lambda: bench.chambers.pay(entered.listing.obligation_id, 100, "R-1"))


async def _to_end(bench: Bench) -> Act:
    life = bench.life()
    entered = await bench.chambers.enter(life.person, life.case_number)
    return _lifting(life, lambda: bench.chambers.end(entered.listing.listing_id))


async def _to_revoke(bench: Bench) -> Act:
    life = bench.life()
    entered = await bench.chambers.enter(life.person, life.case_number)
    return _lifting(life, lambda: bench.chambers.revoke(entered.listing.listing_id))


async def _to_correct(bench: Bench) -> Act:
    life = bench.life()
    life.entered = True
    entered = await bench.chambers.enter(life.person, life.case_number)
    return lambda: bench.chambers.correct(entered.listing.listing_id, entered.listing.etag)


async def _to_lift(bench: Bench) -> Act:
    life = bench.life()
    issued = await bench.chambers.order(life.person, life.case_number)
    return _lifting(life, lambda: bench.chambers.lift(issued.order.order_id))


async def _to_enrol(bench: Bench) -> Act:
    serial = next(bench.serials)
    court = Court(f"浙{serial:04d}", "示例市第三人民法院", "0571-0000 0003")
    return lambda: bench.chambers.enrol(court)


def _lifting(life: Life, act: Act) -> Act:
    async def lift() -> object:
        reply = await act()
        life.entered, life.lifted_at_s = True, time.monotonic()
        return reply

    return lift


_ACTS: tuple[Callable[[Bench], Awaitable[Act]], ...] = (
    _to_enter,
    _to_order,
    _to_bind,
    _to_state,
    _to_pay_a_part,
    _to_pay_in_full,
    _to_end,
    _to_revoke,
    _to_correct,
    _to_lift,
    _to_enrol,
)


@pytest.mark.parametrize("prepare", _ACTS, ids=lambda one: one.__name__.removeprefix("_to_"))
async def test_an_act_broken_off_at_any_step_is_done_once_by_its_repetition(
    courthouse: Bench, prepare: Callable[[Bench], Awaitable[Act]]
) -> None:
    """Staged, written, committed, cached, replied: the same request_id is answered as done once."""
    registry = courthouse.world.service("registry")
    assert set(_DONE) == set(Step)
    for step, done in _DONE.items():
        act = await prepare(courthouse)
        before = await _head(courthouse.world)
        acting = await courthouse.crash("registry", step.value, act)
        assert await _head(courthouse.world) == before + done, step
        await registry.start()
        await registry.wait_ready()
        await acting
        assert await _head(courthouse.world) == before + 1, step
        assert courthouse.diary.acknowledged[-1].attempts > 1 or step is Step.REPLIED
    await check_record(courthouse.world, courthouse.diary)


@pytest.mark.parametrize("kind", ["postgres", "valkey"])
@pytest.mark.parametrize("prepare", [_to_enter, _to_pay_in_full], ids=["enter", "pay_in_full"])
async def test_an_act_whose_server_dies_at_any_step_is_done_once_by_its_repetition(
    courthouse: Bench, kind: str, prepare: Callable[[Bench], Awaitable[Act]]
) -> None:
    world = courthouse.world
    server: PostgresServer | ValkeyServer = world.postgres if kind == "postgres" else world.valkey
    for step in Step:
        act = await prepare(courthouse)
        before = await _head(world)
        acting = await courthouse.crash("registry", step.value, act, victim=server.process)
        await server.start()
        await acting
        assert await _head(world) == before + 1, step
    await check_record(world, courthouse.diary)
    await world.wait_followed()
    await check_gate(world, courthouse.diary)


async def _head(world: World) -> int:
    """The ledger's head as the database holds it, whether or not the registry runs."""
    async with world.database("registry") as registry:
        head: int = await registry.fetchval("SELECT position FROM ledger_head")
        return head


@pytest.mark.parametrize("step", list(FeedStep), ids=lambda one: one.value)
async def test_a_follower_that_dies_at_any_step_of_a_batch_goes_on_from_what_it_holds(
    courthouse: Bench, step: FeedStep
) -> None:
    """Read, applied, committed, indexed: the index comes back as the store holds it."""
    travel = courthouse.world.service("travel")
    for prepare in (_to_enter, _to_pay_in_full):
        act = await prepare(courthouse)
        await courthouse.world.wait_followed()
        await (await courthouse.crash("travel", step.value, act))
        await travel.start()
        await courthouse.world.wait_followed()
    await check_gate(courthouse.world, courthouse.diary)
