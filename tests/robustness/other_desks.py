"""A hotel's desk and a lender at work beside the ticket offices, and what they were told."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import grpc

from chassis.client import ChannelSettings
from courtlist.restriction.v1 import advice_pb2
from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.check_steps import STARRED
from stack.desks import FrontDesk, Lender
from stack.papers import Person
from stack.story import BANK, HOTELS
from tests.robustness.diary import Diary
from tests.robustness.world import CALL_TIMEOUT_S, STRANGER, World
from tests.system.courthouse import gate_knows

_PAUSE_S: Final = 0.05
_NEWEST: Final = 20


@dataclass
class OtherDesks:
    """Asks the hotel's gate and the loan service about the newest lives of a diary.

    A life whose lifting was acknowledged before the question was sent is free in every field; `wrong`
    counts those that were told otherwise, `unanswered` the questions without an answer.
    """

    diary: Diary
    desk: FrontDesk
    lender: Lender
    answers: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    wrong: int = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, world: World, diary: Diary) -> AsyncIterator["OtherDesks"]:
        """Enrol a hotel chain with one house and a bank, wait until they are known, and connect."""
        for partner, name in ((HOTELS, "hotel"), (BANK, "loan")):
            await world.registry.enrol_partner(partner, name)
        since = world.today - timedelta(days=30)
        await world.registry.rate(HOTELS, STARRED, 5, since=since)
        calls = ChannelSettings(timeout_s=CALL_TIMEOUT_S)
        connections = world.stack.connections
        async with (
            connections.to("hotel", calls) as hotel_channel,
            connections.to("loan", calls) as loan_channel,
        ):
            desks = cls(
                diary=diary,
                desk=FrontDesk.over(hotel_channel, HOTELS, world.today),
                lender=Lender.over(loan_channel, BANK),
            )
            await gate_knows(lambda: desks.desk.check(STRANGER.resident_id, STARRED))
            await gate_knows(lambda: desks.lender.assess(STRANGER.resident_id))
            yield desks

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Ask for the life of the context."""
        ended = asyncio.Event()
        asking = [asyncio.create_task(self._ask_all(ask, ended)) for ask in ("hotel", "loan")]
        try:
            yield
        finally:
            ended.set()
            await asyncio.gather(*asking)

    async def holds(self, name: str, person: Person) -> bool:
        """Whether this field holds something against a person now."""
        if name == "hotel":
            decision = (await self.desk.check(person.resident_id, STARRED)).decision
            self.answers[f"hotel {restriction.Answer.Name(decision.answer)}"] += 1
            return decision.answer == restriction.ANSWER_RESTRICTED
        advice = await self.lender.assess(person.resident_id)
        self.answers[f"loan {advice_pb2.AdviceAnswer.Name(advice.answer)}"] += 1
        return advice.answer == advice_pb2.ADVICE_ANSWER_LISTED

    async def _ask_all(self, name: str, ended: asyncio.Event) -> None:
        rng = random.Random(name)
        while not ended.is_set():
            person = rng.choice([STRANGER, *list(self.diary.lives)[-_NEWEST:]])
            asked_at_s = time.monotonic()
            try:
                is_held = await self.holds(name, person)
            except grpc.aio.AioRpcError as error:
                self.unanswered[f"{name} {error.code().name}"] += 1
            else:
                life = self.diary.lives.get(person)
                freed_s = 0.0 if life is None else life.lifted_at_s
                self.wrong += is_held and freed_s is not None and asked_at_s >= freed_s
            await asyncio.sleep(_PAUSE_S)
