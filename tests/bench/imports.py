"""Whole registers: entered against a bare COPY, and by a court while all others go on working."""

import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from courtlist.registry.v1 import import_service_pb2 as rpc
from tests.bench.bystanders import Bystanders
from tests.bench.copying import copy_in, copy_out
from tests.bench.effort import Effort
from tests.bench.figure import Figure, percentile, spread_ms
from tests.bench.registers import Registers, registry_alone
from tests.bench.scene import Scene, open_scene

_FOLLOWED_LIMIT_S: Final = 3600.0


async def measure(_: Scene, effort: Effort) -> AsyncIterator[Figure]:
    """`import_vs_copy`, then a larger import beside checks and lifts, and what these waited.

    Each has a system of its own: nobody follows where COPY is the peer, and one gate does where people
    are checked and freed. The others would be on machines of their own, and here take the import's cores.
    """
    async with registry_alone() as alone:
        yield await _against_copy(alone, effort.import_rows)
    async with open_scene(fields={"travel"}) as apart:
        async for figure in _beside(apart, effort):
            yield figure


async def _against_copy(registers: Registers, rows: int) -> Figure:
    begun_s = time.perf_counter()
    import_id = await registers.stage(rows, seed=1)
    staged_s = time.perf_counter() - begun_s
    checked_s = await registers.check(import_id)
    signed_at = await registers.sign(import_id)
    begun_s = time.perf_counter()
    done = await registers.until(import_id, rpc.IMPORT_STATE_DONE)
    entered_s = time.perf_counter() - begun_s
    assert [(one.outcome, one.count) for one in done.outcomes] == [
        (rpc.ROW_OUTCOME_ENTERED, rows)
    ], "a row of the register was not entered"
    dsn, postgres = registers.stack.stores["registry"], registers.stack.postgres
    assert postgres is not None, "the bench has servers of its own"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await copy_out(dsn, folder, signed_at)
        copied_s = await copy_in(postgres.dsn, dsn, folder)
    return Figure(
        name="import_vs_copy",
        runs=[copied_s / entered_s],
        must=0.15,
        aim=0.4,
        peer="COPY of the same rows into the same tables and indexes, one connection",
        extra={
            "rows": rows,
            "staged_rows_per_s": round(rows / staged_s),
            "checked_rows_per_s": round(rows / checked_s),
            "entered_rows_per_s": round(rows / entered_s),
            "copied_rows_per_s": round(rows / copied_s),
            "checking_over_entering_ratio": round(checked_s / entered_s, 2),
            **registers.head_times(import_id),
        },
    )


async def _beside(scene: Scene, effort: Effort) -> AsyncIterator[Figure]:
    await scene.fill(effort.lifts_before_import + effort.lifts_beside)
    before = Bystanders(scene=scene, freed_per_s=5)
    async with before.at_work():
        await before.until_freed(effort.lifts_before_import)
    registers = await Registers.open(scene.stack, scene.channel)
    rows = effort.import_rows_beside
    import_id = await registers.stage(rows, seed=2)
    during = Bystanders(scene=scene, freed_per_s=0.5)
    async with during.at_work():
        checked_s = await registers.check(import_id)
        await registers.sign(import_id)
        begun_s = time.perf_counter()
        await registers.until(import_id, rpc.IMPORT_STATE_DONE)
        entered_s = time.perf_counter() - begun_s
    # Positions are followed in their order: who is entered now is refused when all rows are known.
    begun_s = time.perf_counter()
    await scene.fill(len(scene.entered) + 1, limit_s=_FOLLOWED_LIMIT_S)
    followed_s = time.perf_counter() - begun_s
    yield Figure(
        name="import_beside_rows_per_s",
        runs=[rows / entered_s],
        digits=0,
        extra={
            "rows": rows,
            "followers": 1,
            "checked_s": round(checked_s, 1),
            "entered_s": round(entered_s, 1),
            "gate_behind_s": round(followed_s, 1),
            "checks": len(during.checks_s),
            "lifts": len(during.waits.lift_to_gate_s),
            **registers.head_times(import_id),
        },
    )
    yield _against_before(
        "lift_during_import_p99_ms",
        before.waits.lift_to_gate_s,
        during.waits.lift_to_gate_s,
        must=250,
        aim=50,
        act_p50_ms=round(percentile(during.acts_s, 0.5) * 1000, 1),
        act_p99_ms=round(percentile(during.acts_s, 0.99) * 1000, 1),
    )
    yield _against_before("check_during_import_p99_ms", before.checks_s, during.checks_s)
    yield Figure(
        name="refusals_after_lift",
        runs=[during.waits.refusals_after_lift],
        must=0,
        aim=0,
        extra={
            "checks": during.waits.checks_after_lift,
            "undetermined": during.waits.undetermined_after_lift,
            "note": "while an import runs",
        },
    )


def _against_before(
    name: str,
    before_s: Sequence[float],
    during_s: Sequence[float],
    must: float | None = None,
    aim: float | None = None,
    **extra: float,
) -> Figure:
    """The 99th percentile beside the import, with the same before it."""
    return Figure(
        name=name,
        runs=[percentile(during_s, 0.99) * 1000],
        must=must,
        aim=aim,
        peer="the same people's work in the same run, before the import",
        extra={
            "count": len(during_s),
            **spread_ms(during_s),
            **{f"before_{key}": value for key, value in spread_ms(before_s).items()},
            **extra,
        },
    )
