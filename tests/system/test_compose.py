"""compose.yaml brought up as a whole, by the runbook: on the images it names, where a composer answers.

TEST_COMPOSE            its command (`docker compose`, `podman-compose`); without it, whichever is there
TEST_COMPOSE_OVERRIDE   a further file, for what the local engine lacks

The base of the image, and where packages come from: tests/container_engine.py.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.container_engine import find_engine
from tests.eventually import eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

ROOT = Path(__file__).parents[2]
IMAGE: Final = "localhost/courtlist:test"
NUMBER: Final = "000000195001010001"


@dataclass(frozen=True, kw_only=True)
class Host:
    """A host that has a copy of deploy/ with secrets of its own."""

    folder: Path
    compose: tuple[str, ...]

    async def up(self) -> None:
        """As the runbook says, the stores ahead: not every composer waits for health."""
        self.run("up", "--detach", "postgres", "redis")

        def has_databases() -> bool:
            asked = [*self.compose, "exec", "-T", "postgres", "pg_isready", "-h", "127.0.0.1"]
            return subprocess.run(asked, capture_output=True, check=False).returncode == 0

        await eventually(has_databases, 60)
        self.run("up", "--detach")

    def run(self, *words: str) -> str:
        """One command of the composer."""
        return self._done([*self.compose, *words])

    def script(self, name: str) -> None:
        """One of deploy/'s scripts."""
        self._done(["sh", str(self.folder / "deploy" / name)])

    def courtlist(self, *words: str, told: str = "") -> tuple[int, dict[str, Any]]:
        """Exit code and answer of the command line."""
        profile = self.folder / "deploy" / "secrets" / "trial.toml"
        done = subprocess.run(
            [sys.executable, "-m", "cli", "--profile", profile, "--json", *words],
            input=told,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT / "services")},
            cwd=self.folder,
        )
        return done.returncode, json.loads(done.stdout)

    def _done(self, command: list[str]) -> str:
        environment = os.environ | {"PYTHON": sys.executable, "COURTLIST_IMAGE": IMAGE}
        done = subprocess.run(
            command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout


def _skip(why: str) -> None:
    pytest.skip(f"COMPOSE.YAML IS NOT TESTED: {why}; see tests/system/test_compose.py")


def _composer() -> list[str]:
    """The composer's words; empty where there is none."""
    named = os.environ.get("TEST_COMPOSE")
    for words in [shlex.split(named)] if named else [["docker", "compose"], ["podman-compose"]]:
        if shutil.which(words[0]) is None:
            continue
        told = subprocess.run([*words, "version"], capture_output=True, check=False)
        if told.returncode == 0:
            return words
    return []


def _images() -> list[str]:
    text = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    return re.findall(r"image: (docker\.io/\S+)", text)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Its compose.yaml, with secrets; nothing is started yet."""
    engine, composer = find_engine(), _composer()
    if engine is None or not composer:
        _skip("neither `docker compose` nor podman-compose answers")
        return
    for image in _images():
        if not engine.holds(image):
            _skip(f"its image {image} is not here and cannot be fetched")
    engine.build(IMAGE)
    folder = tmp_path_factory.mktemp("host")
    shutil.copytree(
        ROOT / "deploy", folder / "deploy", ignore=shutil.ignore_patterns("secrets", "*.md")
    )
    (folder / "services").symlink_to(ROOT / "services")
    files = [str(folder / "deploy" / "compose.yaml"), os.environ.get("TEST_COMPOSE_OVERRIDE", "")]
    host = Host(
        folder=folder,
        compose=(
            *composer,
            *(word for file in files if file for word in ("-f", file)),
            *("-p", f"courtlist-test-{os.getpid()}"),
        ),
    )
    host.script("secrets.sh")
    host.script("trial.sh")
    try:
        yield host
    finally:
        host.run("down", "--volumes", "--timeout", "20")


async def test_every_process_comes_up_and_a_debtor_is_entered_refused_and_freed(host: Host) -> None:
    await host.up()

    async def all_are_ready() -> bool:
        return host.courtlist("status")[0] == 0

    await eventually(all_are_ready, 180)
    host.run("exec", "-T", "travel", "python", "-m", "chassis.ready")
    example = host.courtlist("init", "--example")[1]["text"]
    (host.folder / "courts.toml").write_text(example, encoding="utf-8")
    assert host.courtlist("init", "courts.toml")[0] == 0
    paper = host.courtlist("enter", "--example")[1]["text"]
    (host.folder / "debtor.toml").write_text(paper, encoding="utf-8")
    assert host.courtlist("sign", "debtor.toml", "--as", "president-1", "--yes")[0] == 0
    code, entered = host.courtlist("enter", "debtor.toml", "--as", "clerk-1")
    assert code == 0, entered
    check = ("check", "travel", "--flight", "--number", "-")

    async def is_refused() -> bool:
        return host.courtlist(*check, told=f"{NUMBER}\n")[0] == 10

    await eventually(is_refused, 30)
    of = ("--obligation", entered["listing"]["obligationId"], "--as", "clerk-1")
    stated = ("--sum", "10500", "--good-until", "+14", "--payee", "法院案款专户")
    assert host.courtlist("statement", *of, *stated)[0] == 0
    assert host.courtlist("repay", *of, "--amount", "10500", "--receipt", "R-1")[0] == 0
    assert host.courtlist(*check, told=f"{NUMBER}\n")[0] == 0
    answered = host.run("exec", "-T", "travel", "python", "-m", "travel", "verify")
    assert '"equal": true' in answered
