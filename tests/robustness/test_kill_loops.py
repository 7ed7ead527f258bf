"""Every process in turn is killed with SIGKILL under load, again and again; nothing is lost or doubled.

COURTLIST_ROBUSTNESS_LOOPS sets how often (20 if unset), COURTLIST_ROBUSTNESS_SEED which choices.
"""

import json
import os
import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from tests.robustness.diary import Diary
from tests.robustness.examination import examine, wrong_refusals
from tests.robustness.load import Load
from tests.robustness.loops import LOOPS
from tests.robustness.world import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

_LOOP_S_MAX = 15
# A kill comes after this many more acknowledgements or answers, whichever is drawn.
_WRITES_MAX, _CHECKS_MAX = 12, 40
# Of the people of one kind of kill; far more than any number of loops leads through a case.
_SERIALS = 1_000_000


@dataclass(slots=True)
class Scene:
    """One world for every kind of kill, all that its clients know, and where the next people begin."""

    world: World
    diary: Diary = field(default_factory=Diary)
    first_serial: int = 1


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with open_world() as world:
        yield Scene(world)


@dataclass(frozen=True, slots=True)
class Victim:
    """What is killed and how it is brought back; `back` returns when it serves."""

    kill: Callable[[], Awaitable[None]]
    back: Callable[[], Awaitable[object]]


def _victim(kind: str, world: World) -> Victim:
    if kind == "postgres":
        return Victim(world.postgres.kill, world.postgres.start)
    if kind == "valkey":
        return Victim(world.valkey.kill, world.valkey.start)
    service = world.service(kind)

    async def back() -> None:
        await service.start()
        if kind == "registry":
            await service.wait_ready()
        else:
            # Ready is polled once a second; a gate that answers as of the head serves already.
            await world.wait_followed()

    return Victim(service.kill, back)


@pytest.mark.timeout(120 + LOOPS * _LOOP_S_MAX)
@pytest.mark.parametrize("kind", ["registry", "travel", "postgres", "valkey"])
async def test_no_kill_under_load_loses_or_doubles_a_write_or_refuses_the_free(
    kind: str, scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("COURTLIST_ROBUSTNESS_SEED", secrets.randbits(32)))
    rng = random.Random(f"{seed} {kind}")
    diary = Diary()
    began_s = time.monotonic()
    kills, longest_s = 0, 0.0
    victim = _victim(kind, scene.world)
    load_of_kind = Load(scene.world, diary, seed=seed, first_serial=scene.first_serial)
    scene.first_serial += _SERIALS
    async with load_of_kind.running() as load:
        for _ in range(LOOPS):
            if rng.random() < 0.5:
                await load.writes(rng.randint(1, _WRITES_MAX))
            else:
                await load.checks(rng.randint(1, _CHECKS_MAX))
            await victim.kill()
            kills += 1
            await victim.back()
            back_at_s = time.monotonic()
            await load.writes(1)
            longest_s = max(longest_s, time.monotonic() - back_at_s)
    # What was acknowledged before earlier kills must have outlived these, too.
    scene.diary.take_in(diary)
    await examine(scene.world, scene.diary)
    with capsys.disabled():
        print("\n" + json.dumps(_report(kind, seed, kills, diary, longest_s, began_s)))
    assert kills == LOOPS
    assert len(diary.acknowledged) >= LOOPS


def _report(
    kind: str, seed: int, kills: int, diary: Diary, longest_s: float, began_s: float
) -> dict[str, object]:
    return {
        "robustness": "kill",
        "kind": kind,
        "seed": seed,
        "kills": kills,
        "acknowledged_writes": len(diary.acknowledged),
        "repeated_writes": sum(one.attempts > 1 for one in diary.acknowledged),
        "checks": len(diary.checks),
        **diary.answers(),
        "unanswered": sum(diary.unanswered_checks.values()),
        "wrong": wrong_refusals(diary) + len(diary.faults),
        "back_to_next_write_s_max": round(longest_s, 2),
        "took_s": round(time.monotonic() - began_s, 1),
    }
