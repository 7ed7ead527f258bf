"""A page's shell commands, played line by line in one bash, as somebody who types them does."""

import asyncio
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXPECTED = re.compile(r" {2,}# ([A-Z_]+)(?: by (\d))?\b")
# A check is asked again until its gate has heard of what was done; each question takes as long as a process's start.
_AGAIN_MAX = 60
_FAILED = "NOT AS THE PAGE SAYS: "


@dataclass(frozen=True)
class Line:
    """One command; the word that the page says it answers, empty where it only has to succeed; by how many bases."""

    typed: str
    expected: str
    bases: int


def lines(page: str) -> Iterator[Line]:
    """Every command of a page, a continued one whole."""
    for block in _BLOCK.findall(page):
        for typed in block.replace("\\\n", " ").splitlines():
            if typed.strip():
                said = _EXPECTED.search(typed)
                expected, bases = (said[1], int(said[2] or 0)) if said else ("", 0)
                yield Line(typed, expected, bases)


async def play(page: str, folder: Path, environment: Mapping[str, str]) -> None:
    """Play every line; the first that ends otherwise than the page says fails, with what it said."""
    script = "\n".join(["set -o pipefail", *(_step(line) for line in lines(page))])
    bash = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        script,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await bash.communicate()
    said = out.decode()
    assert (bash.returncode, _FAILED in said) == (0, False), said[-4_000:]


def _step(line: Line) -> str:
    failed = f"{{ printf '%s\\n' {shlex.quote(_FAILED + line.typed)}; exit 1; }}"
    if not line.expected:
        # What sets a name is done by this shell, and by no other.
        return f"{line.typed}\n[ $? = 0 ] || {failed}"
    holds = f'grep -qw {line.expected} <<< "$said"'
    if line.bases:
        # Of each basis the article stands in a row of its own.
        holds += f""" && [ "$(grep -cE '(CP|LP) Art' <<< "$said")" = {line.bases} ]"""
    asked = _EXPECTED.split(line.typed)[0]
    return (
        f"for again in $(seq {_AGAIN_MAX}); do\n said=$({asked} 2>&1)\n {holds} && break\ndone\n"
        f'printf "%s\\n" "$said"\n{{ {holds}; }} || {failed}'
    )
