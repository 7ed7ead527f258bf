"""`courtlist` as a person or a script runs it: a process, its words and its exit code."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stack.service_process import python_environment

_LIMIT_S = 120.0


@dataclass(frozen=True)
class Answer:
    """What one command ended with."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The one JSON object that --json promises."""
        read: dict[str, Any] = json.loads(self.out)
        return read

    @property
    def lines(self) -> list[dict[str, Any]]:
        """JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Terminal:
    """Runs commands in `folder` with a profile; `office` is who acts, as options."""

    profile: Path
    folder: Path
    office: Sequence[str] = field(default=())

    def acting(self, person: str, role: str, court: str) -> "Terminal":
        """The same terminal with somebody else before it."""
        office = ("--as", person, "--role", role, "--court", court)
        return Terminal(self.profile, self.folder, office)

    async def run(self, *arguments: str, given: str = "", as_json: bool = True) -> Answer:
        """One command; `given` is its standard input."""
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "cli",
            *(("--json",) if as_json else ()),
            *arguments,
            *self.office,
            cwd=self.folder,
            env=self._environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(_LIMIT_S):
            out, err = await running.communicate(given.encode())
        assert running.returncode is not None
        return Answer(running.returncode, out.decode(), err.decode())

    async def done(self, *arguments: str, given: str = "") -> dict[str, Any]:
        """One command that must succeed; its JSON object."""
        answer = await self.run(*arguments, given=given)
        assert answer.code == 0, (arguments, answer.out, answer.err)
        return answer.data

    def _environment(self) -> Mapping[str, str]:
        return {
            **python_environment({}),
            "PATH": os.environ["PATH"],
            "COURTLIST_PROFILE": str(self.profile),
        }
