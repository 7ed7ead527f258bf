"""What a call adds to its one log line, and which routine lines are left out."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class CallLog:
    """The open log line of the running call.

    A handler adds facts that name nobody (`position`, `items`, `decided_by`). It sets `routine` when
    the call went as nearly all do; of routine calls only each Nth is written, with their count.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    routine: bool = False


_OPEN: ContextVar[CallLog | None] = ContextVar("chassis_call_log", default=None)


def call_log() -> CallLog:
    """The running call's log line; outside a call, one that nobody writes."""
    return _OPEN.get() or CallLog()


def open_call_log() -> CallLog:
    """Start a line for this task and everything it awaits."""
    line = CallLog()
    _OPEN.set(line)
    return line


class Sampler:
    """Counts routine calls per method and picks each `every`th to be written.

    One log line a call was seen to halve the rate of clear checks; a count loses nothing that
    matters, for a clear check names nobody and decides nothing.
    """

    def __init__(self, *, every: int = 1000) -> None:
        assert every >= 1
        self._every = every
        self._counts: dict[str, int] = {}

    def pick(self, method: str) -> int | None:
        """Count one call. The method's total if this line is to be written, else None.

        The first call is written, so that a new deployment shows its first sign of life.
        """
        count = self._counts.get(method, 0) + 1
        self._counts[method] = count
        return count if count % self._every == 1 or self._every == 1 else None

    @property
    def counts(self) -> dict[str, int]:
        """Routine calls by method since the start."""
        return dict(self._counts)
