"""Courts and ticket offices at work, all the time that something is being killed.

Every writer leads one person after the other through a life in one case; checkers ask for people
that writers have entered, and for strangers. All choices follow from the seed; what is asked at
which moment does not, for that is up to the machine.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sized
from contextlib import asynccontextmanager

import grpc

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.papers import Person
from tests.robustness.chambers import Chambers
from tests.robustness.diary import Checked, Diary, Life
from tests.robustness.world import World

_STRANGERS_FROM = 10_000_000
# Asking without a pause would only take the time of a machine that must restart what was killed.
_CHECK_PAUSE_S = 0.02
# CANCELLED is gRPC's own answer to a call that arrives while its server shuts down.
_DOWN = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.CANCELLED,
    }
)


class Load:
    """Writers and checkers over one world.

    Args:
        world: where.
        diary: what they record.
        seed: of every choice.
        writers: courts' officers at work at the same time.
        checkers: ticket offices that ask at the same time.
        pause_s: what a writer rests between two acts; a machine of two cores must also restart
            what is killed.
        first_serial: of the people; loads of one world need ranges of their own.
    """

    def __init__(
        self,
        world: World,
        diary: Diary,
        *,
        seed: int,
        writers: int = 3,
        checkers: int = 2,
        pause_s: float = 0.03,
        first_serial: int = 1,
    ) -> None:
        self._world = world
        self._diary = diary
        self._seed = seed
        self._writers = writers
        self._checkers = checkers
        self._pause_s = pause_s
        self._next_serial = first_serial
        self._ended = asyncio.Event()
        self._progress = asyncio.Condition()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Load"]:
        """Work for the life of the context; at its end every act begun is brought to its end."""
        tasks = [
            asyncio.create_task(self._write(number), name=f"writer {number}")
            for number in range(self._writers)
        ]
        tasks += [
            asyncio.create_task(self._check(number), name=f"checker {number}")
            for number in range(self._checkers)
        ]
        try:
            yield self
        finally:
            self._ended.set()
            await asyncio.gather(*tasks)

    async def writes(self, count: int, limit_s: float = 30.0) -> None:
        """Return when `count` more writes have been acknowledged."""
        await self._more(self._diary.acknowledged, count, limit_s)

    async def checks(self, count: int, limit_s: float = 30.0) -> None:
        """Return when `count` more checks have been answered."""
        await self._more(self._diary.checks, count, limit_s)

    async def _more(self, records: Sized, count: int, limit_s: float) -> None:
        wanted = len(records) + count
        async with asyncio.timeout(limit_s), self._progress:
            await self._progress.wait_for(lambda: len(records) >= wanted)

    async def _tell(self) -> None:
        async with self._progress:
            self._progress.notify_all()

    async def _write(self, number: int) -> None:
        rng = random.Random(f"{self._seed} writer {number}")
        while not self._ended.is_set():
            court = rng.choice(self._world.courts)
            serial, self._next_serial = self._next_serial, self._next_serial + 1
            life = Life(Person(serial), court, court.case(serial))
            self._diary.lives[life.person] = life
            course = rng.choice([self._pays, self._is_ordered, self._is_revoked, self._is_ended])
            async for _ in course(life, Chambers(self._world, court, self._diary)):
                await self._tell()
                if self._ended.is_set():
                    break
                await asyncio.sleep(self._pause_s)

    async def _pays(self, life: Life, chambers: Chambers) -> AsyncIterator[None]:
        """A debt is paid in two parts, which ends the order (and a listing on ground 1)."""
        entered = await self._entered(life, chambers)
        yield
        obligation_id = entered.listing.obligation_id
        await chambers.bind(entered.listing.subject_id, life.person.passport)
        yield
        await chambers.state(obligation_id, 100)
        yield
        await chambers.pay(obligation_id, 40, "R-1")
        life.paid_fen = 4_000
        yield
        life.lifting_since_s = time.monotonic()
        await chambers.pay(obligation_id, 60, "R-2")
        life.paid_fen, life.lifted_at_s = 10_000, time.monotonic()
        yield

    async def _is_ordered(self, life: Life, chambers: Chambers) -> AsyncIterator[None]:
        """An order stands alone, and is lifted."""
        issued = await chambers.order(life.person, life.case_number)
        life.entered, life.entered_position = True, issued.position.position
        yield
        life.lifting_since_s = time.monotonic()
        await chambers.lift(issued.order.order_id)
        life.lifted_at_s = time.monotonic()
        yield

    async def _is_revoked(self, life: Life, chambers: Chambers) -> AsyncIterator[None]:
        """A listing is corrected, then found to be wrong altogether."""
        entered = await self._entered(life, chambers)
        yield
        corrected = await chambers.correct(entered.listing.listing_id, entered.listing.etag)
        yield
        life.lifting_since_s = time.monotonic()
        await chambers.revoke(corrected.listing.listing_id)
        life.lifted_at_s = time.monotonic()
        yield

    async def _is_ended(self, life: Life, chambers: Chambers) -> AsyncIterator[None]:
        """A listing is deleted by decision; now and then it stands to the end."""
        entered = await self._entered(life, chambers)
        yield
        if life.person.serial % 3 == 0:
            return
        life.lifting_since_s = time.monotonic()
        await chambers.end(entered.listing.listing_id)
        life.lifted_at_s = time.monotonic()
        yield

    async def _entered(self, life: Life, chambers: Chambers) -> rpc.EnterListingResponse:
        entered = await chambers.enter(
            life.person, life.case_number, ground=ledger.GROUND_ABLE_BUT_REFUSES
        )
        life.entered, life.entered_position = True, entered.position.position
        return entered

    async def _check(self, number: int) -> None:
        rng = random.Random(f"{self._seed} checker {number}")
        while not self._ended.is_set():
            await self._ask(self._somebody(rng))
            await asyncio.sleep(_CHECK_PAUSE_S)

    def _somebody(self, rng: random.Random) -> Person:
        """Mostly the newest lives, in whose course something is happening now."""
        lives = list(self._diary.lives)
        if not lives or rng.random() < 0.1:
            return Person(_STRANGERS_FROM + rng.randrange(100_000))
        return rng.choice(lives[-20:])

    async def _ask(self, person: Person) -> None:
        asked_at_s = time.monotonic()
        try:
            decision = await self._world.check(person)
        except grpc.aio.AioRpcError as error:
            name = error.code().name
            if error.code() not in _DOWN:
                self._diary.faults.append(f"check: {name}: {error.details()}")
            self._diary.unanswered_checks[name] += 1
            return
        self._diary.checks.append(Checked(person, asked_at_s, time.monotonic(), decision))
        await self._tell()
