"""`python -m tests.mutation`: see the package."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from tests import backends
from tests.mutation.mutant import Mutant, StaleError
from tests.mutation.rules import rule_mutants
from tests.mutation.table import HAND_WRITTEN
from tests.mutation.workshop import Outcome, Workshop, require_tests

_ROOT = Path(__file__).resolve().parents[2]
_WORKERS = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 when every mutant was killed, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("--only", default="", metavar="TEXT", help="mutants whose name holds TEXT")
    parser.add_argument("--list", action="store_true", help="print the mutants and run nothing")
    parser.add_argument("--workers", type=int, default=_WORKERS, metavar="N")
    chosen = parser.parse_args(arguments)
    every = [*HAND_WRITTEN, *rule_mutants(_ROOT)]
    names = [one.name for one in every]
    assert len(names) == len(set(names)), "two mutants have one name"
    mutants = [one for one in every if chosen.only in one.name]
    if chosen.list:
        for mutant in mutants:
            print(f"{mutant.name}  {mutant.file}\n    {mutant.why}\n    {mutant.tests[0]}")
        print(f"{len(mutants)} mutants")
        return 0
    return asyncio.run(_run(mutants, chosen.workers))


async def _run(mutants: Sequence[Mutant], workers: int) -> int:
    begun_s = time.monotonic()
    async with AsyncExitStack() as stack:
        # One server of each kind for the whole run; every test makes its own database and prefix.
        environment = {
            **os.environ,
            "COLUMNS": "500",  # a width at which no test's name is cut
            "TEST_POSTGRES_DSN": await stack.enter_async_context(backends.postgres(os.environ)),
            "TEST_REDIS_URL": await stack.enter_async_context(backends.valkey(os.environ)),
        }
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mutation-")))
        workshops = [
            await stack.enter_async_context(Workshop.open(_ROOT, folder / str(number), environment))
            for number in range(workers)
        ]
        failing = await _baseline(workshops, mutants)
        outcomes = await _try_out(workshops, mutants, failing)
    return _report(outcomes, time.monotonic() - begun_s)


async def _baseline(workshops: Sequence[Workshop], mutants: Sequence[Mutant]) -> list[str]:
    """The tests that fail without any mutant; also compiles what they import."""
    tests = sorted({test for mutant in mutants if _is_testable(mutant) for test in mutant.tests})
    print(f"{len(tests)} tests and folders on the whole tree first", flush=True)
    shares = [tests[number :: len(workshops)] for number in range(len(workshops))]
    found = await asyncio.gather(
        *(shop.baseline(share) for shop, share in zip(workshops, shares, strict=True) if share)
    )
    failing = [test for failed in found for test in failed]
    for test in failing:
        print(f"fails without any mutant: {test}", flush=True)
    return failing


def _is_testable(mutant: Mutant) -> bool:
    try:
        require_tests(_ROOT, mutant)
    except StaleError:
        return False  # its turn says so
    return True


async def _try_out(
    workshops: Sequence[Workshop], mutants: Sequence[Mutant], failing: Sequence[str]
) -> list[Outcome]:
    fit = [one for one in mutants if not any(map(one.is_judged_by, failing))]
    waiting = list(reversed(fit))
    # A test that fails on the whole tree shows nothing about a mutant.
    outcomes = [
        Outcome(one, None, "UNFIT: a test of it fails without any mutant")
        for one in mutants
        if one not in fit
    ]

    async def work(shop: Workshop) -> None:
        while waiting:
            begun_s = time.monotonic()
            outcome = await shop.try_out(waiting.pop())
            outcomes.append(outcome)
            took_s = time.monotonic() - begun_s
            place = f"[{len(outcomes)}/{len(mutants)}]"
            print(f"{place} {outcome.mutant.name}: {outcome.line} ({took_s:.1f} s)", flush=True)

    await asyncio.gather(*(work(shop) for shop in workshops))
    return outcomes


def _report(outcomes: Sequence[Outcome], took_s: float) -> int:
    left = [one for one in outcomes if one.killer is None]
    survived = [one for one in left if one.problem == "SURVIVED"]
    for outcome in left:
        mutant = outcome.mutant
        print(f"\n{outcome.line}: {mutant.name} in {mutant.file}\n    {mutant.why}")
    killed = len(outcomes) - len(left)
    unfit = len(left) - len(survived)
    also = f", {unfit} stale, broken or unfit" if unfit else ""
    print(
        f"{len(outcomes)} mutants, {killed} killed, {len(survived)} survived{also} ({took_s:.0f} s)"
    )
    return 1 if left or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
