"""A world in which everything is about to be changed, and who works in it meanwhile."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from courtlist.process.v1 import process_service_pb2 as process
from courtlist.process.v1.process_service_pb2_grpc import ProcessServiceStub
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.restriction.v1 import restriction_pb2 as restriction
from registry.keyring import GATE_FILE, REGISTRY_FILE
from stack.office import OPERATOR
from tests.eventually import eventually
from tests.robustness.chambers import Chambers
from tests.robustness.diary import Diary, Life
from tests.robustness.load import Load
from tests.robustness.other_desks import OtherDesks
from tests.robustness.rotation.importing import Importing
from tests.robustness.rotation.sign_keys import SignKeys
from tests.robustness.world import World

COPIES: Final = ("copy-1", "copy-2")
"""Who keeps copies and is pushed to."""
FIELDS: Final = ("travel", "hotel", "loan")
_PROGRAM_LIMIT_S: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The world, everybody at work in it, and what they hold to sign with."""

    world: World
    diary: Diary
    load: Load
    desks: OtherDesks
    importing: Importing
    sign_keys: SignKeys

    @asynccontextmanager
    async def everybody_at_work(self) -> AsyncIterator[None]:
        """For the life of the context; what was begun is brought to its end."""
        async with self.load.running(), self.desks.working(), self.importing.working():
            yield

    @property
    def ring_file(self) -> str:
        """The registry's keyring, which the importer reads, too."""
        return str(self.world.stack.folder.path / "keys" / REGISTRY_FILE)

    @property
    def gate_file(self) -> str:
        """The gates' keyring."""
        return str(self.world.stack.folder.path / "keys" / GATE_FILE)

    async def keyring(self, *words: str) -> tuple[int, str]:
        """`python -m registry keyring ...` as an operator runs it: exit code, and what it said."""
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "registry", "keyring", *words),
            env=self.world.service("registry").process.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(_PROGRAM_LIMIT_S):
            said, _ = await program.communicate()
        assert program.returncode is not None
        return program.returncode, said.decode()

    def log(self, name: str) -> str:
        """What a service has logged so far."""
        path = self.world.stack.folder.path / "logs" / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace")

    async def operate(self, kind: str, call: Callable[..., Awaitable[Any]], request: Any) -> Any:
        """An operator's act, which the diary then knows of."""
        chambers = Chambers(self.world, self.world.courts[0], self.diary)
        return await chambers.insist(kind, call, request, OPERATOR)

    async def epochs(self) -> admin.GetEpochsResponse:
        """The keys at work, and what is left to do for them."""
        reply: admin.GetEpochsResponse = await self.world.registry.operators.GetEpochs(
            admin.GetEpochsRequest(), metadata=OPERATOR
        )
        return reply

    async def goes_on(self) -> None:
        """Return when everybody has been served since: acts, checks, a lift at the gate and at the copies."""
        began_s = time.monotonic()
        await self.load.writes(5)
        await self.load.checks(20)

        def has_lifted() -> bool:
            return self._lifted_since(began_s) is not None

        await eventually(has_lifted)
        life = self._lifted_since(began_s)
        assert life is not None

        async def is_clear() -> bool:
            decision = await self.world.check(life.person)
            assert decision.answer != restriction.ANSWER_RESTRICTED, "refused after its lift"
            return decision.answer == restriction.ANSWER_CLEAR

        await eventually(is_clear)
        heads = {one.partner_id: one.head for one in await self._copies()}

        async def have_all() -> bool:
            return all(one.acknowledged >= heads[one.partner_id] for one in await self._copies())

        await eventually(have_all)

    def _lifted_since(self, instant_s: float) -> Life | None:
        return next(
            (
                life
                for life in self.diary.lives.values()
                if life.lifted_at_s is not None and life.lifted_at_s > instant_s
            ),
            None,
        )

    async def _copies(self) -> list[process.PartnerView]:
        async with self.world.stack.connections.to("travel") as channel:
            reply = await ProcessServiceStub(channel).GetProcess(process.GetProcessRequest())
        found = [one for one in reply.partners if one.partner_id in COPIES]
        assert len(found) == len(COPIES), "not everybody who keeps a copy is pushed to"
        return found


class Tally:
    """What happened between two moments, for the report of one rotation."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._began_s = time.monotonic()
        self._before = self._counts()

    def since(self) -> dict[str, float]:
        """The counts since it was made, and how long that was."""
        now = self._counts()
        counts: dict[str, float] = {name: now[name] - self._before[name] for name in now}
        counts["took_s"] = round(time.monotonic() - self._began_s, 1)
        return counts

    def _counts(self) -> Counter[str]:
        diary, desks = self._scene.diary, self._scene.desks
        counts = Counter(diary.answers())
        counts["acts"] = len(diary.acknowledged)
        counts["acts_repeated"] = sum(one.attempts > 1 for one in diary.acknowledged)
        counts["acts_refused"] = diary.refused_writes.total()
        counts["checks"] = len(diary.checks)
        counts["other_checks"] = desks.answers.total()
        counts["unanswered"] = diary.unanswered_checks.total() + desks.unanswered.total()
        counts["imported"] = self._scene.importing.rows
        return counts
