"""A hook that kills a process, its own or another, with SIGKILL at a step that a test has armed."""

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from stack.folders import CHECKOUT
from stack.layout import Service
from tests.robustness.cast import cast

_VARIABLE = "CRASH_POINT_FILE"


class Step(Protocol):
    """A step of an act, or of a batch of the feed."""

    @property
    def value(self) -> str:
        """Its name."""


def crash_at(environment: Mapping[str, str]) -> Callable[[Step], None]:
    """Return the hook; it kills when the file that the environment names holds the step passed.

    The file holds a step and the victim's process id. It is the test's arm, and is taken away before
    the end, so that each arming kills once.
    """
    armed = Path(environment[_VARIABLE])

    def on_step(step: Step) -> None:
        if not armed.exists():
            return
        wanted, victim = armed.read_text(encoding="ascii").split()
        if wanted == step.value:
            armed.unlink()
            os.kill(int(victim), signal.SIGKILL)

    return on_step


class CrashPoint:
    """Arms a service. The files lie in `folder`, which the services can read and write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def layout(self) -> tuple[Service, ...]:
        """The services, each replaced by its crashing twin."""
        return tuple(self.twin(one) for one in cast())

    def arm(self, name: str, step: str, victim: int) -> None:
        """Let the process `victim` die when the service `name` passes `step` next."""
        aside = self._file(name).with_suffix(".new")
        aside.write_text(f"{step} {victim}", encoding="ascii")
        aside.rename(self._file(name))

    def armed(self, name: str) -> bool:
        """Whether the service has not passed the step yet."""
        return self._file(name).exists()

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.crash"

    def twin(self, service: Service) -> Service:
        """The same service, which dies where it is told to."""
        return replace(
            service,
            settings=(
                *service.settings,
                (_VARIABLE, str(self._file(service.name))),
                ("PYTHONPATH", f"{CHECKOUT / 'services'}:{CHECKOUT}"),
            ),
            command=("-m", f"tests.robustness.crashing_{service.name}"),
        )
