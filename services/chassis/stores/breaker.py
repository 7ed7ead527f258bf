"""Stop asking something that does not answer, and find out in the background when it does again."""

import asyncio
from collections.abc import Awaitable, Callable

from chassis.clock import Clock


class Breaker:
    """Open after `faults_max` faults in a row; closed again by `probe`, asked every `retry_s`.

    The probe runs in a task of its own: while open, no caller waits for the dead thing at all.
    """

    def __init__(
        self,
        *,
        probe: Callable[[], Awaitable[None]],
        clock: Clock,
        faults_max: int = 3,
        retry_s: float = 0.5,
    ) -> None:
        self._probe = probe
        self._clock = clock
        self._faults_max = faults_max
        self._retry_s = retry_s
        self._faults = 0
        self._probe_due_s: float | None = None
        self._probing: asyncio.Task[None] | None = None

    def allows(self) -> bool:
        """Whether to ask at all. While open, starts a probe when one is due."""
        if self._probe_due_s is None:
            return True
        if self._probing is None and self._clock.monotonic() >= self._probe_due_s:
            self._probing = asyncio.create_task(self._try_again(), name="breaker probe")
        return False

    def note_success(self) -> None:
        """An answer came."""
        self._faults = 0

    def note_fault(self) -> None:
        """No answer came, or a broken one."""
        self._faults += 1
        if self._faults >= self._faults_max and self._probe_due_s is None:
            self._probe_due_s = self._clock.monotonic() + self._retry_s

    async def close(self) -> None:
        """End the probe, if one runs."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.wait((self._probing,))

    async def _try_again(self) -> None:
        try:
            await self._probe()
        except Exception:  # noqa: BLE001 - whatever it raises: still not well
            self._probe_due_s = self._clock.monotonic() + self._retry_s
        else:
            self._faults = 0
            self._probe_due_s = None
        finally:
            self._probing = None
