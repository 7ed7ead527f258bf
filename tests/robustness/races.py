"""Checks that race a lift or a pass, with slowed databases and a slow line from gate to registry.

One person after another is freed while several offices ask for her without a pause. A check that
was sent after the acknowledgement had been received and is refused is what must never be seen; all
times are this process's monotonic clock. The court has a fast line: its acknowledgement overtakes
whatever is on its way to the gate.
"""

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit, urlunsplit

from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.papers import Person
from tests.eventually import eventually
from tests.fakes.slow_tunnel import Latency, SlowTunnel
from tests.robustness.chambers import Chambers
from tests.robustness.diary import Diary
from tests.robustness.world import World

_RESTRICTED = restriction.ANSWER_RESTRICTED
# A hiccup lets a lift overtake a reading that began before it.
_SLOW_DATABASE = Latency(least_ms=0.5, most_ms=4.0, hiccup_ms=25.0, hiccup_every=12)
_SLOW_LINE = Latency(least_ms=5.0, most_ms=40.0)
_LIMIT_S = 60.0
_ITEMS = 8
_EVERY_S = 0.03
_UNDER_WAY_MAX = 10
_AFTER_MIN = 16


@dataclass(slots=True)
class Answered:
    """One check: sent and answered, and whether it was refused."""

    sent_at_s: float
    answered_at_s: float
    answer: int


@dataclass(slots=True)
class Race:
    """One lift or pass, the moment it was sent and acknowledged, and the checks around it."""

    sent_at_s: float = 0.0
    acknowledged_at_s: float = float("inf")
    checks: list[Answered] = field(default_factory=list)

    @property
    def overlapping(self) -> list[Answered]:
        """Checks under way at some moment of the lift."""
        return [
            one
            for one in self.checks
            if one.answered_at_s > self.sent_at_s and one.sent_at_s < self.acknowledged_at_s
        ]

    @property
    def at_acknowledgement(self) -> int:
        """Checks under way when the acknowledgement came: the ones that can be wrong."""
        return sum(
            one.sent_at_s <= self.acknowledged_at_s <= one.answered_at_s for one in self.checks
        )

    @property
    def after(self) -> list[Answered]:
        """Checks sent once the acknowledgement was here."""
        return [one for one in self.checks if one.sent_at_s > self.acknowledged_at_s]

    @property
    def refused_after(self) -> int:
        """What must be 0."""
        return sum(one.answer == _RESTRICTED for one in self.after)


@dataclass(slots=True)
class Score:
    """All lifts of a run."""

    races: list[Race] = field(default_factory=list)

    @property
    def pairs(self) -> int:
        """(lift, check) pairs that ran at the same time, or one right after the other."""
        return sum(len(race.overlapping) + len(race.after) for race in self.races)

    @property
    def refused_after(self) -> int:
        """What must be 0."""
        return sum(race.refused_after for race in self.races)

    def print(self, name: str) -> None:
        """One JSON line with the counts."""
        answers = Counter(
            restriction.Answer.Name(restriction.Answer.ValueType(one.answer))
            .removeprefix("ANSWER_")
            .lower()
            for race in self.races
            for one in race.checks
        )
        line = {
            "race": name,
            "lifts": len(self.races),
            "pairs": self.pairs,
            "overlapping": sum(len(race.overlapping) for race in self.races),
            "at_acknowledgement": sum(race.at_acknowledgement for race in self.races),
            "sent_after_acknowledgement": sum(len(race.after) for race in self.races),
            "refused_after_acknowledgement": self.refused_after,
            "answers": dict(sorted(answers.items())),
        }
        print(json.dumps(line))


@dataclass(frozen=True, slots=True)
class SlowPaths:
    """Tunnels before both databases, and between the gate and the registry."""

    databases: tuple[SlowTunnel, ...]
    line: SlowTunnel

    def slow_down(self) -> None:
        """From now on."""
        for tunnel in self.databases:
            tunnel.latency = _SLOW_DATABASE
        self.line.latency = _SLOW_LINE

    def speed_up(self) -> None:
        """As if there were no tunnel."""
        for tunnel in (*self.databases, self.line):
            tunnel.latency = Latency()


@asynccontextmanager
async def slowable(world: World) -> AsyncIterator[SlowPaths]:
    """Start both services anew behind tunnels, which are fast until they are slowed."""
    async with AsyncExitStack() as stack:
        databases: list[SlowTunnel] = []
        for seed, name in enumerate(("registry", "travel")):
            environment = world.service(name).process.environment
            dsn = urlsplit(environment["COURTLIST_POSTGRES_DSN"])
            assert dsn.port is not None
            tunnel = await stack.enter_async_context(SlowTunnel.open(port=dsn.port, seed=seed))
            databases.append(tunnel)
            account = dsn.netloc.rpartition("@")[0]
            through = dsn._replace(netloc=f"{account}@127.0.0.1:{tunnel.port}")
            environment["COURTLIST_POSTGRES_DSN"] = urlunsplit(through)
        registry_port = int(world.service("registry").address.rpartition(":")[2])
        line = await stack.enter_async_context(SlowTunnel.open(port=registry_port, seed=2))
        world.service("travel").process.environment["COURTLIST_REGISTRY"] = f"127.0.0.1:{line.port}"
        for name in ("registry", "travel"):
            await world.service(name).process.restart()
        for name in ("registry", "travel"):
            await world.service(name).wait_ready()
        try:
            yield SlowPaths(tuple(databases), line)
        finally:
            for name in ("travel", "registry"):
                await world.service(name).stop()


async def race_lifts(
    world: World,
    diary: Diary,
    paths: SlowPaths,
    *,
    pairs: int,
    people: int,
    first_serial: int,
    together: int = 4,
    free: Callable[[Chambers, str], Awaitable[object]] = Chambers.lift,
) -> Score:
    """Free people by their orders, `together` at a time, until `pairs` pairs have been seen or all are free.

    `people`, with serial numbers from `first_serial` on, are entered first, in good time.
    """
    chambers = [Chambers(world, court, diary) for court in world.courts]
    waiting = list(enumerate(await _enter(world, chambers, people, first_serial)))
    paths.slow_down()
    score = Score()

    async def work() -> None:
        while waiting and score.pairs < pairs:
            number, (person, order_id) = waiting.pop()
            chamber = chambers[number % len(chambers)]
            score.races.append(await _race(world, person, partial(free, chamber, order_id)))

    await asyncio.gather(*(work() for _ in range(together)))
    paths.speed_up()
    return score


async def _enter(
    world: World, chambers: Sequence[Chambers], count: int, first_serial: int
) -> list[tuple[Person, str]]:
    """Orders against `count` people, half by each court, all of them at the gate."""
    slots = asyncio.Semaphore(16)

    async def enter(number: int) -> tuple[Person, str]:
        person = Person(first_serial + number)
        chamber = chambers[number % len(chambers)]
        async with slots:
            issued = await chamber.order(person, chamber.court.case(person.serial))
        return person, issued.order.order_id

    entered = await asyncio.gather(*map(enter, range(count)))
    await world.wait_followed()
    return list(entered)


async def _race(world: World, person: Person, free: Callable[[], Awaitable[object]]) -> Race:
    race = Race(sent_at_s=float("inf"))

    async def is_refused() -> bool:
        return (await world.check_all([person]))[0].answer == _RESTRICTED

    await eventually(is_refused, limit_s=_LIMIT_S)
    async with asyncio.timeout(_LIMIT_S), asyncio.TaskGroup() as work:
        passengers = work.create_task(_arrive(world, person, race))
        await eventually(lambda: len(race.checks) > 0, limit_s=_LIMIT_S)
        race.sent_at_s = time.monotonic()
        await free()
        race.acknowledged_at_s = time.monotonic()
        await passengers
    return race


async def _arrive(world: World, person: Person, race: Race) -> None:
    """Ask at a steady rate, whether or not earlier checks have been answered.

    Offices that waited for their answers would fall into step: all would ask right after a
    confirmation, and none while it is under way, which is when joining it is wrong.
    """
    under_way: set[asyncio.Task[None]] = set()
    after = 0
    for items in itertools.cycle((1, 1, _ITEMS)):
        if race.acknowledged_at_s <= time.monotonic():
            after += items
        if len(under_way) < _UNDER_WAY_MAX or after:
            under_way.add(asyncio.create_task(_ask(world, person, race, items)))
        if after >= _AFTER_MIN:
            break
        await asyncio.sleep(_EVERY_S)
        done = {call for call in under_way if call.done()}
        under_way -= done
        await asyncio.gather(*done)
    await asyncio.gather(*under_way)


async def _ask(world: World, person: Person, race: Race, items: int) -> None:
    sent_at_s = time.monotonic()
    decisions = await world.check_all([person] * items)
    answered_at_s = time.monotonic()
    race.checks += [Answered(sent_at_s, answered_at_s, one.answer) for one in decisions]
