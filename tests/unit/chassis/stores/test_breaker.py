import asyncio
from datetime import UTC, datetime

from chassis.clock import HeldClock
from chassis.stores.breaker import Breaker


class Probe:
    """Answers, refuses or waits, as told; counts how often it was asked."""

    def __init__(self) -> None:
        self.well = False
        self.asked = 0

    async def __call__(self) -> None:
        self.asked += 1
        if not self.well:
            raise OSError


def build() -> tuple[Breaker, Probe, HeldClock]:
    clock = HeldClock(datetime(2026, 1, 1, tzinfo=UTC))
    probe = Probe()
    return Breaker(probe=probe, clock=clock, faults_max=3, retry_s=0.5), probe, clock


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_it_opens_after_faults_in_a_row_only() -> None:
    breaker, _, _ = build()
    for _ in range(5):
        breaker.note_fault()
        breaker.note_fault()
        breaker.note_success()
    assert breaker.allows()
    for _ in range(3):
        breaker.note_fault()
    assert not breaker.allows()


async def test_it_probes_in_the_background_when_due_and_closes_on_success() -> None:
    breaker, probe, clock = build()
    for _ in range(3):
        breaker.note_fault()
    assert not breaker.allows()
    await settle()
    assert probe.asked == 0
    clock.advance(0.5)
    assert not breaker.allows()
    await settle()
    assert probe.asked == 1
    assert not breaker.allows()
    probe.well = True
    clock.advance(0.5)
    assert not breaker.allows()
    await settle()
    assert breaker.allows()


async def test_only_one_probe_runs_at_a_time_and_close_ends_it() -> None:
    clock = HeldClock(datetime(2026, 1, 1, tzinfo=UTC))
    asked = 0

    async def hang() -> None:
        nonlocal asked
        asked += 1
        await asyncio.Event().wait()

    breaker = Breaker(probe=hang, clock=clock, faults_max=1, retry_s=0.5)
    breaker.note_fault()
    clock.advance(1)
    for _ in range(5):
        assert not breaker.allows()
        await settle()
    assert asked == 1
    await breaker.close()
