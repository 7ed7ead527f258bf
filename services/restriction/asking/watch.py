"""Looks for partners that go through numbers, and says so: in the log and in a count, nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from restriction.enumeration import PART_S, PARTS, Sign, Window
from restriction.model import DecidedBy, Decision, Reason
from restriction.serving.purposes import COPY

# A sign is looked for with every so many checks: a window changes little from one to the next.
_LOOK_EVERY: Final = 50
_AGAIN_S: Final = PART_S * PARTS
_FOUND: Final = frozenset({DecidedBy.STORE, DecidedBy.REGISTRY})


@dataclass(slots=True)
class _Watched:
    """One partner's window, and when each sign was last said."""

    window: Window = field(default_factory=Window)
    checks: int = 0
    said_s: dict[Sign, float] = field(default_factory=dict)


class Watch:
    """Notes every answered check; a sign is said once in ten minutes."""

    def __init__(self, *, clock: Clock, log: FilteringBoundLogger | None = None) -> None:
        self._clock = clock
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._watched: dict[str, _Watched] = {}
        self._said: dict[tuple[str, ...], float] = {}

    def note(self, partner_id: str, number: str, purpose: str, decision: Decision) -> None:
        """One check and its answer. Who is in grace is noted as a stranger is."""
        watched = self._watched.get(partner_id)
        if watched is None:
            watched = self._watched[partner_id] = _Watched()
        now_s = self._clock.monotonic()
        watched.window.note(
            number,
            invalid=decision.reason is Reason.DOCUMENT_INVALID,
            found=decision.decided_by in _FOUND,
            copy=purpose == COPY,
            now_s=now_s,
        )
        watched.checks += 1
        if watched.checks % _LOOK_EVERY == 0:
            self._look(partner_id, watched, now_s)

    def said(self) -> Mapping[tuple[str, ...], float]:
        """How often each sign was said, by partner and sign."""
        return self._said.copy()

    def _look(self, partner_id: str, watched: _Watched, now_s: float) -> None:
        for sign, share in watched.window.signs(now_s).items():
            if now_s - watched.said_s.get(sign, -_AGAIN_S) < _AGAIN_S:
                continue
            watched.said_s[sign] = now_s
            key = (partner_id, sign.value)
            self._said[key] = self._said.get(key, 0.0) + 1
            self._log.warning(
                "enumeration_suspected",
                partner_id=partner_id,
                sign=sign.value,
                share=round(share, 3),
            )
