"""The courts' people, believed while this field's copy of the ledger is fresh enough to say who acts."""

from datetime import datetime, timedelta
from typing import Final

from authority.assertion import AssertKey, Claims
from authority.caller import Actor
from authority.people import Enrolments
from chassis.clock import Clock
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from restriction.progress import Progress

BELIEVED: Final = timedelta(minutes=1)
"""A key or an office may have been taken back since the copy was at the ledger's head: for so long it counts."""
_RETRY_AFTER_S: Final = 5.0


class FreshEnrolments:
    """authority.people.Enrolments that believes nobody on a copy that is older than BELIEVED.

    Every method that says who acts raises ServiceError NOT_READY then.
    """

    def __init__(self, *, enrolments: Enrolments, progress: Progress, clock: Clock) -> None:
        self._enrolments = enrolments
        self._progress = progress
        self._clock = clock

    async def assert_key(self, key_id: str) -> AssertKey | None:
        """The key, while it and its court count."""
        _require_fresh(self._progress, self._clock.now())
        return await self._enrolments.assert_key(key_id)

    async def is_enrolled(self, actor: Actor) -> bool:
        """Whether the person holds the role at the court."""
        _require_fresh(self._progress, self._clock.now())
        return await self._enrolments.is_enrolled(actor)

    async def claim(self, claims: Claims) -> bool:
        """Whether the assertion was not used before."""
        return await self._enrolments.claim(claims)


def _require_fresh(progress: Progress, now: datetime) -> None:
    if not progress.started or progress.as_of_at is None or now - progress.as_of_at > BELIEVED:
        raise ServiceError(
            reasons.ERROR_REASON_NOT_READY,
            "this process has not heard from the registry for a minute, so it cannot know whether this "
            "person still acts for her court; repeat the call, or ask the operator why",
            retry_after_s=_RETRY_AFTER_S,
        )
