"""A check that races a lift is never refused once the lift is acknowledged."""

from dataclasses import replace

import pytest

from stack.folders import CHECKOUT
from stack.layout import LAYOUT
from tests.robustness.diary import Diary
from tests.robustness.examination import verify
from tests.robustness.races import race_lifts, slowed
from tests.robustness.world import open_world

_PAIRS = 10_000


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_ten_thousand_checks_racing_lifts_are_never_refused_after_the_acknowledgement() -> (
    None
):
    diary = Diary()
    async with open_world(durable=False) as world, slowed(world) as tunnels:
        score = await race_lifts(world, diary, tunnels, pairs=_PAIRS, people=1_000)
        score.print("checks against lifts")
        assert score.pairs >= _PAIRS
        assert sum(len(race.after) for race in score.races) >= len(score.races) * 6
        assert score.refused_after == 0
        assert not diary.faults
        assert (await verify(world, "registry"))["verified"]
        replayed = await verify(world, "travel")
        assert replayed["equal"], replayed


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_gate_that_joins_a_confirmation_under_way_is_seen_to_refuse_too_late() -> None:
    naive = tuple(
        replace(
            service,
            command=("-m", "tests.robustness.joining_travel"),
            settings=(*service.settings, ("PYTHONPATH", f"{CHECKOUT / 'services'}:{CHECKOUT}")),
        )
        if service.name == "travel"
        else service
        for service in LAYOUT
    )
    diary = Diary()
    async with open_world(layout=naive, durable=False) as world, slowed(world) as tunnels:
        score = await race_lifts(world, diary, tunnels, pairs=_PAIRS // 2, people=500)
        score.print("checks against lifts, naive gate")
        assert score.refused_after > 0
