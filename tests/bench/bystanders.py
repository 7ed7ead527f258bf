"""Who works beside an import: a ticket office that checks strangers, and a court that frees."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from courtlist.restriction.v1 import restriction_pb2 as restriction
from tests.bench.lifts import Waits, lift, pay, until_followed
from tests.bench.scene import Scene

_STRANGERS: Final = 4_096
_CHECKS_PER_S: Final = 100
_DESKS: Final = 4


@dataclass(slots=True, kw_only=True)
class Bystanders:
    """Steady work: 100 checks a second, and `freed_per_s` of the people entered before, until all are.

    `checks_s` are seconds a check took, `acts_s` seconds until a lift was acknowledged.
    """

    scene: Scene
    freed_per_s: float
    waits: Waits = field(default_factory=Waits)
    checks_s: list[float] = field(default_factory=list)
    acts_s: list[float] = field(default_factory=list)
    _freed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """They work until the block ends; what one of them meets ends the block."""
        ended = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for desk in range(_DESKS):
                group.create_task(self._check(ended, desk))
            group.create_task(self._free(ended))
            try:
                yield
            finally:
                ended.set()

    async def until_freed(self, people: int) -> None:
        """Wait until so many have been freed."""
        async with self._freed:
            await self._freed.wait_for(lambda: len(self.waits.lift_to_gate_s) >= people)

    async def _check(self, ended: asyncio.Event, desk: int) -> None:
        checks = self.scene.checks_of_strangers(_STRANGERS)[desk::_DESKS]
        pace = _Pace(_CHECKS_PER_S / _DESKS)
        while not ended.is_set():
            begun_s = await pace.turn()
            reply = await self.scene.office.gate.CheckPassenger(checks[pace.turns % len(checks)])
            self.checks_s.append(time.perf_counter() - begun_s)
            assert reply.decision.answer == restriction.ANSWER_CLEAR, "a stranger was not CLEAR"

    async def _free(self, ended: asyncio.Event) -> None:
        pace = _Pace(self.freed_per_s)
        while self.scene.entered and not ended.is_set():
            await pace.turn()
            one = self.scene.entered.pop()
            begun_s = time.perf_counter()
            acknowledged_s = await (pay if pace.turns % 2 else lift)(self.scene, one)
            self.acts_s.append(acknowledged_s - begun_s)
            await until_followed(self.scene, one, acknowledged_s, self.waits)
            async with self._freed:
                self._freed.notify_all()


class _Pace:
    """Turns at a steady rate. Who is late begins at once, and no turn is made up for."""

    def __init__(self, per_s: float) -> None:
        self.turns = 0
        self._every_s = 1 / per_s
        self._next_s = time.perf_counter()

    async def turn(self) -> float:
        """Wait for the next turn; when it began."""
        await asyncio.sleep(max(0.0, self._next_s - time.perf_counter()))
        now_s = time.perf_counter()
        self._next_s = max(self._next_s + self._every_s, now_s)
        self.turns += 1
        return now_s
