"""Ticket offices that ask for freed people without a pause, whatever happens to the services."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc

from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.papers import Person
from tests.eventually import eventually
from tests.robustness.world import World

_PAUSE_S = 0.02
# CANCELLED is what gRPC itself says of a call that reached a server in the moment of its ending.
_DOWN = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.CANCELLED,
    }
)


class Bystanders:
    """Asks for everybody in `freed`, in turn. A refusal of a check sent while in it is wrong."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.freed: list[Person] = []
        self.wrongly_refused: list[Person] = []
        self.answers: Counter[str] = Counter()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Ask for the life of the context, and once everybody more at its end."""
        task = asyncio.create_task(self._watch(), name="bystanders")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
        if not task.cancelled():
            task.result()

    async def rounds(self, count: int = 2) -> None:
        """Return once everybody has been asked `count` times more."""
        wanted = self.answers.total() + count * len(self.freed)
        await eventually(lambda: self.answers.total() >= wanted)

    async def _watch(self) -> None:
        for turn in itertools.count():
            freed = tuple(self.freed)
            if not freed:
                await asyncio.sleep(_PAUSE_S)
                continue
            await self._ask(freed[turn % len(freed)])

    async def _ask(self, person: Person) -> None:
        sent_at_s = time.monotonic()
        try:
            decision = await self._world.check(person)
        except grpc.aio.AioRpcError as error:
            if error.code() not in _DOWN:
                raise
            self.answers["none"] += 1
            await asyncio.sleep(max(0.0, sent_at_s + _PAUSE_S - time.monotonic()))
            return
        name = restriction.Answer.Name(decision.answer).removeprefix("ANSWER_").lower()
        self.answers[name] += 1
        if decision.answer == restriction.ANSWER_RESTRICTED and person in self.freed:
            self.wrongly_refused.append(person)
