"""What health says of a restriction service beyond its store.

Readiness does not depend on freshness: when the registry is away every gate goes stale at once, and
all of them leaving rotation would turn stale answers into none (design §3.8).
"""

from chassis.clock import Clock
from restriction.lookup import Lookup
from restriction.progress import Progress


class NotYetError(Exception):
    """The probed state is not reached."""


class Probes:
    """Probes over the progress of this process."""

    def __init__(self, *, progress: Progress, lookup: Lookup, clock: Clock) -> None:
        self._progress = progress
        self._lookup = lookup
        self._clock = clock

    async def caught_up(self) -> None:
        """Raise until the ledger has once been read to its head."""
        if not self._progress.started:
            raise NotYetError("the ledger was not yet read to its head")

    async def fresh(self) -> None:
        """Raise while answers are marked stale, or nobody can be looked up."""
        if self._lookup.is_blind:
            raise NotYetError("the key of the digest epoch in force is missing")
        as_of_at = self._progress.as_of_at
        if as_of_at is None or self._progress.is_stale(as_of_at, self._clock.now()):
            raise NotYetError("the ledger was not heard from within the limit")
