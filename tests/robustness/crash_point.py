"""A hook that kills its own process with SIGKILL at a step that a test has armed."""

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from stack.folders import CHECKOUT
from stack.layout import LAYOUT, Service

_VARIABLE = "CRASH_POINT_FILE"


class Step(Protocol):
    """A step of an act, or of a batch of the feed."""

    @property
    def value(self) -> str:
        """Its name."""


def crash_at(environment: Mapping[str, str]) -> Callable[[Step], None]:
    """Return the hook; it dies when the file that the environment names holds the step passed.

    The file is the test's arm: it is taken away before the end, so that each arming kills once.
    """
    armed = Path(environment[_VARIABLE])

    def on_step(step: Step) -> None:
        if armed.exists() and armed.read_text(encoding="ascii") == step.value:
            armed.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    return on_step


class CrashPoint:
    """Arms one service of a layout. The file lies in `folder`, which the service can write."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._file = folder / f"{name}.crash"

    def layout(self) -> tuple[Service, ...]:
        """The services, of which one is replaced by its crashing twin."""
        return tuple(self._twin(one) if one.name == self._name else one for one in LAYOUT)

    def arm(self, step: str) -> None:
        """Die when `step` is passed next."""
        aside = self._file.with_suffix(".new")
        aside.write_text(step, encoding="ascii")
        aside.rename(self._file)

    @property
    def armed(self) -> bool:
        """Whether the process is still to die."""
        return self._file.exists()

    def _twin(self, service: Service) -> Service:
        return Service(
            name=service.name,
            keyring=service.keyring,
            cache=service.cache,
            follows=service.follows,
            settings=(
                *service.settings,
                (_VARIABLE, str(self._file)),
                ("PYTHONPATH", f"{CHECKOUT / 'services'}:{CHECKOUT}"),
            ),
            command=("-m", f"tests.robustness.crashing_{service.name}"),
        )
