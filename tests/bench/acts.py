"""Acts of courts a second: entries by more and more clerks at once, and part payments."""

import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from tests.bench.effort import Effort
from tests.bench.figure import Figure, spread_ms
from tests.bench.scene import Scene, together

_CLERKS = (1, 8, 32)
_PAYING_CLERKS = 8


async def measure(scene: Scene, effort: Effort) -> AsyncIterator[Figure]:
    """`acts_per_s_*`. Every act is of its own case and debt; every commit is forced to disk."""
    kinds: dict[str, tuple[int, Callable[[int], Awaitable[object]]]] = {
        f"acts_per_s_enter_{clerks}": (clerks, lambda _: scene.enter()) for clerks in _CLERKS
    }
    await scene.fill(max(effort.entries // 4, _PAYING_CLERKS))
    debts = [one.obligation_id for one in scene.entered]
    receipts = itertools.count(1)

    async def pay(turn: int) -> object:
        return await scene.court.repay(
            debts[turn % len(debts)], paid_yuan=1, receipt=f"T-{next(receipts)}"
        )

    kinds[f"acts_per_s_part_payment_{_PAYING_CLERKS}"] = (_PAYING_CLERKS, pay)
    rates: dict[str, list[float]] = {name: [] for name in kinds}
    latencies_s: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(effort.rounds):
        for name, (clerks, act) in kinds.items():
            took_s = latencies_s[name]
            before, begun_s = len(took_s), time.perf_counter()
            await together(clerks, _turns(begun_s + effort.slice_s), _timed(act, took_s))
            rates[name].append((len(took_s) - before) / (time.perf_counter() - begun_s))
    for name, (clerks, _) in kinds.items():
        yield Figure(
            name=name,
            runs=rates[name],
            digits=1,
            extra={
                "clerks": clerks,
                "acts": len(latencies_s[name]),
                **spread_ms(latencies_s[name]),
            },
        )


def _turns(until_s: float) -> Iterator[int]:
    """0, 1, 2 ... for as long as there is time."""
    return itertools.takewhile(lambda _: time.perf_counter() < until_s, itertools.count())


def _timed(
    act: Callable[[int], Awaitable[object]], took_s: list[float]
) -> Callable[[int], Awaitable[None]]:
    async def timed(turn: int) -> None:
        begun_s = time.perf_counter()
        await act(turn)
        took_s.append(time.perf_counter() - begun_s)

    return timed
