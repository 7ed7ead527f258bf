from datetime import UTC, datetime, timedelta

import pytest

from chassis.clock import HeldClock
from restriction.facts.effects import BasisEnded, Change
from restriction.metrics import DecisionCounts, EngineView, LiftTimes
from restriction.model import (
    CLEAR,
    DecidedBy,
    Decision,
    Measure,
    Position,
    Reason,
    undetermined,
)
from restriction.progress import Progress

NOON = datetime(2099, 1, 31, 12, tzinfo=UTC)


def ending(number: int, recorded_at: datetime, *, incarnation: str = "life-1") -> Change:
    return Change(
        position=Position(incarnation, number),
        recorded_at=recorded_at,
        previous_hash=bytes(32),
        hash=bytes(32),
        body=b"",
        endings=[
            BasisEnded(
                position=number,
                basis_id="basis-1",
                measure=Measure.ORDER,
                subject_id="subject-1",
                end_at=recorded_at,
                void_from_start=False,
            )
        ],
    )


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock(NOON)


def observed(times: LiftTimes) -> tuple[float, float]:
    [family] = times.histogram.collect()
    samples = {one.name.rpartition("_")[2]: one.value for one in family.samples}
    return samples["count"], samples["sum"]


def test_a_lift_is_timed_from_its_act_to_the_gate(clock: HeldClock) -> None:
    times = LiftTimes(clock=clock)
    clock.advance(10)
    times.note([ending(7, clock.now() - timedelta(milliseconds=40))])
    assert observed(times) == pytest.approx((1, 0.04))


def test_the_cursor_that_comes_second_does_not_time_a_lift_again(clock: HeldClock) -> None:
    times = LiftTimes(clock=clock)
    lifts = [ending(7, clock.now()), ending(9, clock.now())]
    times.note(lifts)
    clock.advance(60)
    times.note(lifts)
    assert observed(times) == (2, 0)
    times.note([ending(10, clock.now())])
    assert observed(times) == (3, 0)


def test_positions_begin_again_after_a_restore(clock: HeldClock) -> None:
    times = LiftTimes(clock=clock)
    times.note([ending(7, clock.now())])
    times.note([ending(3, clock.now(), incarnation="life-2")])
    assert observed(times)[0] == 2


def test_whoever_replays_the_ledger_is_not_late(clock: HeldClock) -> None:
    times = LiftTimes(clock=clock)
    times.note([ending(1, NOON - timedelta(days=400))])
    assert observed(times)[0] == 0


def test_clocks_that_disagree_do_not_make_a_lift_earlier_than_its_act(clock: HeldClock) -> None:
    times = LiftTimes(clock=clock)
    times.note([ending(1, NOON + timedelta(seconds=3))])
    assert observed(times) == (1, 0)


def test_decisions_are_counted_by_answer_reason_and_decider() -> None:
    counts = DecisionCounts()
    clear = Decision(verdict=CLEAR, decided_by=DecidedBy.INDEX)
    unsure = Decision(verdict=undetermined(Reason.NOT_CONFIRMED), decided_by=DecidedBy.STORE)
    counts.note([clear, unsure, clear])
    counts.note([clear])
    assert counts.read() == {
        ("CLEAR", "NONE", "INDEX"): 3,
        ("UNDETERMINED", "NOT_CONFIRMED", "STORE"): 1,
    }


def test_the_view_says_where_the_service_is_and_what_it_last_heard() -> None:
    progress = Progress(max_staleness_s=5, stale_limit_s=86_400)
    view = EngineView(progress=progress)
    assert not view().HasField("as_of_time")
    progress.hear(12, NOON)
    progress.reach(Position("life-1", 9), None)
    shown = view()
    assert (shown.incarnation, shown.position, shown.head) == ("life-1", 9, 12)
    assert shown.as_of_time.ToDatetime(UTC) == NOON
