"""From a court's act to the gate: entry to refusal, and lift to CLEAR, the promise of it all."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.office import flight
from tests.bench.effort import Effort
from tests.bench.figure import Figure, percentile, spread_ms
from tests.bench.scene import Entered, Scene

_LIMIT_S = 10.0
_FOLLOWED = (restriction.DECIDED_BY_INDEX, restriction.DECIDED_BY_STORE)


@dataclass(slots=True)
class Waits:
    """Seconds from acknowledgements to answers, and what the checks after a lift were answered."""

    entry_to_gate_s: list[float] = field(default_factory=list)
    lift_to_clear_s: list[float] = field(default_factory=list)
    lift_to_gate_s: list[float] = field(default_factory=list)
    checks_after_lift: int = 0
    refusals_after_lift: int = 0
    undetermined_after_lift: int = 0


async def measure(scene: Scene, effort: Effort) -> AsyncIterator[Figure]:
    """`lift_to_clear_ms`, `lift_to_gate_p99_ms`, `refusals_after_lift`, `entry_to_gate_p99_ms`.

    One person after the other is entered, refused, freed and clear: every second one by the payment
    that completes a statement, the others by a judge who lifts the order.
    """
    rounds = [Waits() for _ in range(effort.rounds)]
    for turn in range(effort.lifts):
        waits = rounds[turn * effort.rounds // effort.lifts]
        one = await scene.enter()
        await until_refused(scene, one, waits)
        free = pay(scene, one) if turn % 2 else lift(scene, one)
        await until_followed(scene, one, await free, waits)
        scene.entered.remove(one)
    cleared = [wait for waits in rounds for wait in waits.lift_to_clear_s]
    followed = [wait for waits in rounds for wait in waits.lift_to_gate_s]
    entered = [wait for waits in rounds for wait in waits.entry_to_gate_s]
    yield Figure(
        name="lift_to_clear_ms",
        runs=[percentile(waits.lift_to_clear_s, 0.5) * 1000 for waits in rounds],
        extra={"lifts": len(cleared), **spread_ms(cleared)},
    )
    yield Figure(
        name="lift_to_gate_p99_ms",
        runs=[percentile(waits.lift_to_gate_s, 0.99) * 1000 for waits in rounds],
        must=250,
        aim=50,
        extra={"lifts": len(followed), **spread_ms(followed), "note": "no import beside it yet"},
    )
    yield Figure(
        name="refusals_after_lift",
        runs=[waits.refusals_after_lift for waits in rounds],
        must=0,
        aim=0,
        extra={
            "refusals": sum(waits.refusals_after_lift for waits in rounds),
            "checks": sum(waits.checks_after_lift for waits in rounds),
            "undetermined": sum(waits.undetermined_after_lift for waits in rounds),
        },
    )
    yield Figure(
        name="entry_to_gate_p99_ms",
        runs=[percentile(waits.entry_to_gate_s, 0.99) * 1000 for waits in rounds],
        must=1000,
        aim=100,
        extra={"entries": len(entered), **spread_ms(entered)},
    )


async def until_refused(scene: Scene, one: Entered, waits: Waits) -> None:
    begun_s = time.perf_counter()
    while (await _check(scene, one, begun_s)).answer != restriction.ANSWER_RESTRICTED:
        pass
    waits.entry_to_gate_s.append(time.perf_counter() - begun_s)


async def until_followed(scene: Scene, one: Entered, acknowledged_s: float, waits: Waits) -> None:
    """Ask until the gate itself holds the lift, and note every answer on the way."""
    clear = False
    while True:
        decision = await _check(scene, one, acknowledged_s)
        waited_s = time.perf_counter() - acknowledged_s
        waits.checks_after_lift += 1
        waits.refusals_after_lift += decision.answer == restriction.ANSWER_RESTRICTED
        waits.undetermined_after_lift += decision.answer == restriction.ANSWER_UNDETERMINED
        if decision.answer != restriction.ANSWER_CLEAR:
            continue
        if not clear:
            clear = True
            waits.lift_to_clear_s.append(waited_s)
        if decision.decided_by in _FOLLOWED:
            waits.lift_to_gate_s.append(waited_s)
            return


async def _check(scene: Scene, one: Entered, since_s: float) -> restriction.Decision:
    assert time.perf_counter() - since_s < _LIMIT_S, "the gate does not follow the ledger"
    return await scene.office.check(one.person.resident_id, flight())


async def pay(scene: Scene, one: Entered) -> float:
    """Pay what the court states; returns when that was acknowledged."""
    await scene.court.state(one.obligation_id)
    return await _acknowledged(lambda: scene.court.repay(one.obligation_id))


async def lift(scene: Scene, one: Entered) -> float:
    return await _acknowledged(lambda: scene.court.lift(one.order_id))


async def _acknowledged(act: Callable[[], Awaitable[object]]) -> float:
    await act()
    return time.perf_counter()
