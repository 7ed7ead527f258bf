"""Checks that race a lift, with a slowed database behind the registry and the gate.

One person after another is lifted while several checkers ask for her without a pause. A check that
was sent after the acknowledgement had been received and is refused is what must never be seen; all
times are this process's monotonic clock.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.papers import Person
from tests.eventually import eventually
from tests.fakes.slow_tunnel import Latency, SlowTunnel
from tests.robustness.chambers import Chambers
from tests.robustness.diary import Diary
from tests.robustness.world import World

_RESTRICTED = restriction.ANSWER_RESTRICTED
_FIRST_SERIAL = 1_000_000
# Far below a gate's limits, so that confirmations succeed; a hiccup is what lets a lift overtake one.
SLOW = Latency(least_ms=0.5, most_ms=4.0, hiccup_ms=60.0, hiccup_every=12)
_LIFT_LIMIT_S = 60.0


@dataclass(slots=True)
class Answered:
    """One check: sent and answered, and whether it was refused."""

    sent_at_s: float
    answered_at_s: float
    answer: int


@dataclass(slots=True)
class Race:
    """One lift, the moment it was sent and acknowledged, and the checks around it."""

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
            "sent_after_acknowledgement": sum(len(race.after) for race in self.races),
            "refused_after_acknowledgement": self.refused_after,
            "answers": dict(sorted(answers.items())),
        }
        print(json.dumps(line))


@asynccontextmanager
async def slowed(world: World) -> AsyncIterator[Sequence[SlowTunnel]]:
    """Put a tunnel between each service and its database; both services are started anew.

    Tunnels are fast until their `latency` is set.
    """
    async with AsyncExitStack() as stack:
        tunnels: list[SlowTunnel] = []
        for seed, name in enumerate(("registry", "travel")):
            service = world.service(name)
            environment = service.process.environment
            dsn = urlsplit(environment["COURTLIST_POSTGRES_DSN"])
            assert dsn.port is not None
            tunnel = await stack.enter_async_context(SlowTunnel.open(port=dsn.port, seed=seed))
            tunnels.append(tunnel)
            account = dsn.netloc.rpartition("@")[0]
            through = dsn._replace(netloc=f"{account}@127.0.0.1:{tunnel.port}")
            environment["COURTLIST_POSTGRES_DSN"] = urlunsplit(through)
            await service.stop()
            await service.start()
        for name in ("registry", "travel"):
            await world.service(name).wait_ready()
        try:
            yield tunnels
        finally:
            for name in ("travel", "registry"):
                await world.service(name).stop()


async def race_lifts(
    world: World,
    diary: Diary,
    tunnels: Sequence[SlowTunnel],
    *,
    pairs: int,
    people: int,
    together: int = 10,
    checkers: int = 6,
    checks_after: int = 3,
) -> Score:
    """Lift people, `together` at a time, until `pairs` pairs have been seen or `people` are lifted.

    Each person has `checkers` who ask without a pause, from before the lift is sent until each has
    been answered `checks_after` checks sent after the acknowledgement.
    """
    chambers = [Chambers(world, court, diary) for court in world.courts]
    orders = await _enter(world, chambers, people)
    for tunnel in tunnels:
        tunnel.latency = SLOW
    score = Score()
    waiting = list(enumerate(orders))

    async def work() -> None:
        while waiting and score.pairs < pairs:
            number, (person, order_id) = waiting.pop()
            chamber = chambers[number % len(chambers)]
            score.races.append(
                await _race(world, chamber, person, order_id, checkers, checks_after)
            )

    await asyncio.gather(*(work() for _ in range(together)))
    for tunnel in tunnels:
        tunnel.latency = Latency()
    return score


async def _enter(
    world: World, chambers: Sequence[Chambers], count: int
) -> list[tuple[Person, str]]:
    """Orders against `count` people, half by each court, all of them at the gate."""
    slots = asyncio.Semaphore(16)

    async def enter(number: int) -> tuple[Person, str]:
        person = Person(_FIRST_SERIAL + number)
        chamber = chambers[number % len(chambers)]
        async with slots:
            issued = await chamber.order(person, chamber.court.case(number + 1))
        return person, issued.order.order_id

    entered = await asyncio.gather(*map(enter, range(count)))
    await world.wait_followed()
    return list(entered)


async def _race(
    world: World,
    chambers: Chambers,
    person: Person,
    order_id: str,
    checkers: int,
    checks_after: int,
) -> Race:
    race = Race(sent_at_s=float("inf"))

    async def ask() -> None:
        left = checks_after
        while left:
            sent_at_s = time.monotonic()
            decision = await world.check(person)
            race.checks.append(Answered(sent_at_s, time.monotonic(), decision.answer))
            if sent_at_s > race.acknowledged_at_s:
                left -= 1

    asking = [asyncio.create_task(ask()) for _ in range(checkers)]
    try:
        # The race is on once somebody has seen the person refused.
        await eventually(
            lambda: any(one.answer == _RESTRICTED for one in race.checks), limit_s=_LIFT_LIMIT_S
        )
        race.sent_at_s = time.monotonic()
        await chambers.lift(order_id)
        race.acknowledged_at_s = time.monotonic()
        async with asyncio.timeout(_LIFT_LIMIT_S):
            await asyncio.gather(*asking)
    finally:
        for task in asking:
            task.cancel()
    return race
