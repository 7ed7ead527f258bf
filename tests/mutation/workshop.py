"""A worker's own copy of the tree, in which one mutant at a time is tried."""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.mutation.mutant import Mutant, StaleError

_PARTS: Final = ("services", "protos", "tests")
# A mutant that makes a test wait for ever is killed by the test's own limit.
_TEST_LIMIT_S: Final = 30
_RUN_LIMIT_S: Final = 90.0
_BASELINE_LIMIT_S: Final = 600.0
_REPLY_BYTES_MAX: Final = 1 << 24
_FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
_PASSED_ALL, _SOME_FAILED = 0, 1
_PYTEST: Final = (
    *("-q", "--no-header", "--tb=no", "-rfE", "--assert=plain"),
    *("-p", "no:cacheprovider", "-p", "no:randomly", "--timeout", str(_TEST_LIMIT_S)),
    # A mutant that is killed by chance would live on in the next run.
    "--hypothesis-seed=0",
)


def require_tests(root: Path, mutant: Mutant) -> None:
    """Raise StaleError where a test that the mutant names is not there any more, or elsewhere."""
    for test in mutant.tests:
        file, _, name = test.partition("::")
        if not (root / file).exists():
            raise StaleError(f"{file} is not there")
        if name and f"def {name}(" not in (root / file).read_text(encoding="utf-8"):
            raise StaleError(f"{test} is not there")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant: the test that killed it, or a word in capitals and why."""

    mutant: Mutant
    killer: str | None
    problem: str = ""

    @property
    def line(self) -> str:
        """For the report."""
        return self.problem if self.killer is None else f"killed by {self.killer}"


class Workshop:
    """Tries mutants in its folder, through a process of its own that runs pytest there."""

    def __init__(self, folder: Path, press: asyncio.subprocess.Process) -> None:
        self._folder = folder
        self._press = press

    @classmethod
    @asynccontextmanager
    async def open(
        cls, root: Path, folder: Path, environment: Mapping[str, str]
    ) -> AsyncIterator["Workshop"]:
        """Copy the tree at `root` into `folder`. `environment` names the back ends of its tests."""
        ignored = shutil.ignore_patterns("__pycache__", "mutation")
        for part in _PARTS:
            shutil.copytree(root / part, folder / part, ignore=ignored)
        shutil.copy(root / "pyproject.toml", folder)
        # Before .venv's own path to the tree, for the processes that tests start, too.
        paths = os.pathsep.join((str(folder / "services"), str(folder)))
        press = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-B", str(root / "tests/mutation/press.py")),
            cwd=folder,
            env={**environment, "PYTHONPATH": paths},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_REPLY_BYTES_MAX,
        )
        try:
            yield cls(folder, press)
        finally:
            assert press.stdin is not None, "asked for above"
            press.stdin.close()
            await press.wait()

    async def baseline(self, tests: Sequence[str]) -> list[str]:
        """The tests that fail on the tree as it is. Also compiles what they import."""
        code, output = await self._pytest(tests, compiles=True, limit_s=_BASELINE_LIMIT_S)
        if code == _PASSED_ALL:
            return []
        return sorted(set(_FAILED.findall(output))) or [output[-2000:] or "they do not end"]

    async def try_out(self, mutant: Mutant) -> Outcome:
        """Apply the mutant, run its tests until one fails, and put the file back."""
        path = self._folder / mutant.file
        try:
            require_tests(self._folder, mutant)
            text = path.read_text(encoding="utf-8")
            mutated = mutant.mutate(text)
        except (StaleError, OSError) as error:
            return Outcome(mutant, None, f"STALE: {error}")
        before = path.stat()
        path.write_text(mutated, encoding="utf-8")
        # Far from the original's, so that no compiled module passes for the mutant.
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 3_600_000_000_000))
        outcome = Outcome(mutant, None, "SURVIVED")
        try:
            for test in mutant.tests:
                code, output = await self._pytest(["-x", test], limit_s=_RUN_LIMIT_S)
                if code is None:
                    # A loaded machine, or a server's hiccup; twice is the mutant's doing.
                    code, output = await self._pytest(["-x", test], limit_s=_RUN_LIMIT_S)
                outcome = _judged(mutant, code, output)
                if outcome.problem != "SURVIVED":
                    break
        finally:
            path.write_text(text, encoding="utf-8")
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        return outcome

    async def _pytest(
        self, arguments: Sequence[str], *, limit_s: float, compiles: bool = False
    ) -> tuple[int | None, str]:
        """(exit code, output); no code where the run did not end in time."""
        assert self._press.stdin is not None, "a pipe"
        assert self._press.stdout is not None, "a pipe"
        request = {
            "arguments": [*_PYTEST, *arguments],
            "compile": compiles,
            "limit_s": limit_s,
        }
        self._press.stdin.write(json.dumps(request).encode() + b"\n")
        reply = json.loads(await self._press.stdout.readline())
        return reply["code"], reply["output"]


def _judged(mutant: Mutant, code: int | None, output: str) -> Outcome:
    if code is None:
        return Outcome(mutant, None, f"UNDECIDED: twice no end within {_RUN_LIMIT_S:.0f} s")
    if code == _PASSED_ALL:
        return Outcome(mutant, None, "SURVIVED")
    found = _FAILED.search(output)
    # A module that does not import, or a test that is not there, shows nothing about the rule.
    if code != _SOME_FAILED or found is None or "::" not in found[1]:
        last = " ".join(output.strip().splitlines()[-1:])
        return Outcome(mutant, None, f"BROKEN: pytest ended with {code}: {last}")
    return Outcome(mutant, found[1])
