"""A process that is told to end under load loses no call that it took."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.robustness.diary import Diary
from tests.robustness.examination import examine
from tests.robustness.load import Load
from tests.robustness.world import open_world

# Ending takes what the running calls take, not the whole grace: whoever waits for this long is killed before.
_GRACE = {"COURTLIST_GRACE_S": "60"}
_ROUNDS = 3


@pytest.mark.parametrize("name", ["registry", "travel"])
async def test_a_process_told_to_end_under_load_answers_every_call_that_it_took(name: str) -> None:
    diary = Diary()
    async with open_world(settings=_GRACE, durable=False) as world:
        service = world.service(name)
        # Until the gate has heard of the ticket office's enrolment it says that it knows no such partner.
        opening = _answers(service.process.log.path)
        async with Load(world, diary, seed=1).running() as load:
            for _ in range(_ROUNDS):
                await load.writes(10)
                await service.stop()
                assert service.process.exit_code == 0, service.process.log.tail()
                await service.start()
                await service.wait_ready()
            await load.writes(10)
        # Whoever was turned away came when the end had begun; no call that ran was cut.
        assert set(diary.refused_writes) <= {"UNAVAILABLE", "UNAVAILABLE DRAINING", "CANCELLED"}
        assert set(diary.unanswered_checks) <= {"UNAVAILABLE", "CANCELLED"}
        done = _answers(service.process.log.path)
        assert set(done - opening) <= {"OK", "UNAVAILABLE"}
        if name == "registry":
            # A write that was done and whose reply was lost would have been answered twice.
            assert done["OK"] == world.base + len(diary.acknowledged)
        await examine(world, diary)


def _answers(log: Path) -> Counter[str]:
    """How often the calls of courts and operators, or of ticket offices, ended with which code."""
    counted: Counter[str] = Counter()
    # The last may be written at this moment.
    for line in log.read_text(encoding="utf-8").split("\n")[:-1]:
        said = json.loads(line)
        if said.get("event") == "call" and _is_counted(said["method"]):
            counted[said["code"]] += 1
    return counted


def _is_counted(method: str) -> bool:
    service, _, name = method.rpartition("/")
    if service.endswith("TravelService"):
        return True
    # What is prepared for a second person is no act, and the diary keeps acts.
    return not service.endswith("LedgerService") and not name.startswith(("Get", "Prepare"))
