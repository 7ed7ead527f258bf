"""Whole registers: entered against a bare COPY, and what they cost who is freed meanwhile."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from courtlist.registry.v1 import import_service_pb2 as rpc
from tests.bench.copying import copy_in, copy_out
from tests.bench.effort import Effort
from tests.bench.figure import Figure, percentile, spread_ms
from tests.bench.lifts import Waits, lift, pay, until_followed
from tests.bench.registers import Registers, registry_alone
from tests.bench.scene import Scene


async def measure(scene: Scene, effort: Effort) -> AsyncIterator[Figure]:
    """`import_vs_copy`, then `lift_during_import_p99_ms` and `refusals_after_lift` beside another."""
    async with registry_alone() as alone:
        yield await _against_copy(alone, effort.import_rows)
    registers = await Registers.open(scene.stack, scene.channel)
    async for figure in _beside(scene, registers, effort):
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


@dataclass(slots=True)
class _Freed:
    """Who was freed while the import ran."""

    waits: Waits = field(default_factory=Waits)
    acknowledged_s: list[float] = field(default_factory=list)
    beside: int = 0


async def _beside(scene: Scene, registers: Registers, effort: Effort) -> AsyncIterator[Figure]:
    await scene.fill(max(effort.entries, effort.lifts))
    import_id = await registers.stage(effort.import_rows_beside, seed=2)
    await registers.check(import_id)
    await registers.sign(import_id)
    freed = _Freed()
    for turn in range(effort.lifts):
        one = scene.entered.pop()
        begun_s = time.perf_counter()
        acknowledged_s = await (pay(scene, one) if turn % 2 else lift(scene, one))
        freed.acknowledged_s.append(acknowledged_s - begun_s)
        await until_followed(scene, one, acknowledged_s, freed.waits)
        if (await registers.get(import_id)).state != rpc.IMPORT_STATE_ENTERING:
            break
        freed.beside += 1
        await asyncio.sleep(0)
    await registers.until(import_id, rpc.IMPORT_STATE_DONE)
    assert freed.beside, "nobody was freed while the import ran: it is too short"
    waits = freed.waits
    yield Figure(
        name="lift_during_import_p99_ms",
        runs=[percentile(waits.lift_to_gate_s, 0.99) * 1000],
        must=250,
        aim=50,
        extra={
            "rows": effort.import_rows_beside,
            "lifts": freed.beside,
            **spread_ms(waits.lift_to_gate_s),
            "act_p50_ms": round(percentile(freed.acknowledged_s, 0.5) * 1000, 1),
            "act_p99_ms": round(percentile(freed.acknowledged_s, 0.99) * 1000, 1),
            **registers.head_times(import_id),
        },
    )
    yield Figure(
        name="refusals_after_lift",
        runs=[waits.refusals_after_lift],
        must=0,
        aim=0,
        extra={
            "checks": waits.checks_after_lift,
            "undetermined": waits.undetermined_after_lift,
            "note": "while an import runs",
        },
    )
