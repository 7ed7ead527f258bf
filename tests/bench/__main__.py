"""`python -m tests.bench`: figures as JSON lines on stdout, progress on stderr.

--quick       a smoke run of every figure in seconds; its values mean nothing
--only NAME   one group of figures (may be repeated)
"""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Final

from tests.bench import acts, cached_reads, checks, imports, lifts, steps
from tests.bench.effort import FULL, QUICK, Effort
from tests.bench.figure import Figure
from tests.bench.scene import Scene, open_scene

# In this order: each group leaves people entered for those that follow.
GROUPS: Final[dict[str, Callable[[Scene, Effort], AsyncIterator[Figure]]]] = {
    "steps": steps.measure,
    "acts": acts.measure,
    "checks": checks.measure_unary,
    "manifests": checks.measure_manifests,
    "lifts": lifts.measure,
    "cache": cached_reads.measure,
    "imports": imports.measure,
}


async def bench(names: list[str], effort: Effort) -> int:
    """Measure the groups; 1 when a figure that must be exact is not."""
    begun_s = time.monotonic()
    wrong = 0
    _say(begun_s, "starting PostgreSQL, Valkey and the services")
    async with open_scene() as scene:
        for name in names:
            _say(begun_s, f"measuring {name}")
            async for figure in GROUPS[name](scene, effort):
                print(figure.as_json(), flush=True)
                wrong += figure.name == "refusals_after_lift" and any(figure.runs)
    _say(begun_s, "done")
    return 1 if wrong else 0


def _say(begun_s: float, what: str) -> None:
    print(f"{time.monotonic() - begun_s:6.1f} s  {what}", file=sys.stderr, flush=True)


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", choices=GROUPS, metavar="NAME")
    asked = parser.parse_args()
    names = [name for name in GROUPS if name in (asked.only or GROUPS)]
    try:
        return asyncio.run(bench(names, QUICK if asked.quick else FULL))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
