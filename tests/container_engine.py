"""podman or Docker, whichever answers, as commands.

TEST_CONTAINER_ENGINE   its name, where both are there
TEST_BASE_IMAGE         base of the image instead of the Dockerfile's own
TEST_PIP_CONF           pip's settings for the build, where packages come from elsewhere
PIP_CERT                certificates for the build, where the network has its own

All of them are optional, and none leaves a mark in the image.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).parents[1]
_ANSWER_S, _BUILD_S = 20.0, 900.0


class EngineError(Exception):
    """A command of the engine failed; the message ends with what it said."""


@dataclass(frozen=True)
class Engine:
    """One engine."""

    name: str

    def run(self, *arguments: str, limit_s: float = 60.0) -> str:
        """What the command printed, both streams. Raises EngineError."""
        try:
            done = subprocess.run(
                [self.name, *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=limit_s,
                env=os.environ | {"DOCKER_BUILDKIT": "1"},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"{self.name} {arguments[0]}: {type(error).__name__}") from error
        if done.returncode:
            raise EngineError(f"{self.name} {' '.join(arguments)}:\n{done.stdout[-4000:]}")
        return done.stdout.strip()

    def holds(self, image: str) -> bool:
        """Whether the image is here or can be fetched."""
        for command in (("image", "inspect", image), ("pull", "--quiet", image)):
            try:
                self.run(*command, limit_s=180)
            except EngineError:
                continue
            return True
        return False

    def inspect(self, container: str) -> dict[str, Any]:
        """What the engine knows of a container."""
        found: dict[str, Any] = json.loads(self.run("inspect", container))[0]
        return found

    def build(self, tag: str) -> None:
        """Build deploy/Dockerfile as `tag`. Raises EngineError."""
        secrets = {
            "pip_conf": os.environ.get("TEST_PIP_CONF", ""),
            "ca_certificates": os.environ.get("PIP_CERT", ""),
        }
        given = [f"--secret=id={name},src={path}" for name, path in secrets.items() if path]
        dockerfile = str(_ROOT / "deploy" / "Dockerfile")
        base = f"--build-arg=BASE={base_image()}"
        self.run("build", base, *given, "-f", dockerfile, "-t", tag, str(_ROOT), limit_s=_BUILD_S)


def base_image() -> str:
    """The base of the image: the Dockerfile's own unless another is named."""
    if named := os.environ.get("TEST_BASE_IMAGE"):
        return named
    lines = (_ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    [own] = [line.removeprefix("ARG BASE=") for line in lines if line.startswith("ARG BASE=")]
    return own


@cache
def find_engine() -> Engine | None:
    """The first engine that answers."""
    named = os.environ.get("TEST_CONTAINER_ENGINE")
    for name in (named,) if named else ("docker", "podman"):
        if shutil.which(name) is None:
            continue
        engine = Engine(name)
        try:
            engine.run("info", limit_s=_ANSWER_S)
        except EngineError:
            continue
        return engine
    return None
