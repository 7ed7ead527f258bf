"""ReadRestrictions, the same in every field: a partner pulls numbered steps."""

import asyncio
from collections.abc import Callable
from typing import Final

from chassis.clock import Clock
from chassis.errors import FieldViolation, invalid_request
from courtlist.restriction.v1 import restriction_pb2
from restriction import convert
from restriction.facts.store import DeliveryStore
from restriction.progress import Progress
from restriction.serving.partners import PartnerDigests

LIMIT_DEFAULT: Final = 500
LIMIT_MAX: Final = 1000
WAIT_MS_MAX: Final = 30_000
# News may be another process's: a waiting read looks again by itself.
_LOOK_S: Final = 1.0


class DeliveryReader:
    """Reads steps after a number and waits for the next when there is none."""

    def __init__(
        self,
        *,
        store: DeliveryStore,
        digests: PartnerDigests,
        progress: Progress,
        draining: asyncio.Event,
        clock: Clock,
    ) -> None:
        self._store = store
        self._digests = digests
        self._progress = progress
        self._draining = draining
        self._clock = clock

    async def read(
        self, request: restriction_pb2.ReadRestrictionsRequest, partner_id: str
    ) -> restriction_pb2.ReadRestrictionsResponse:
        """One page for the partner. Raises ServiceError INVALID_REQUEST, or STORE_UNAVAILABLE."""
        derive = self._digests.for_partner(partner_id)
        _check(request)
        give_up_s = self._clock.monotonic() + request.wait_ms / 1000
        limit = request.limit or LIMIT_DEFAULT
        while True:
            reply = await self._page(request.after, limit, derive)
            left_s = give_up_s - self._clock.monotonic()
            if reply.entries or left_s <= 0 or self._draining.is_set():
                return reply
            await self._wait(min(left_s, _LOOK_S))

    async def _page(
        self, after: int, limit: int, derive: Callable[[bytes], bytes]
    ) -> restriction_pb2.ReadRestrictionsResponse:
        # The head first: entries read later can only be more than it says, never fewer.
        head = await self._store.read_delivery_head()
        entries = await self._store.read_deliveries(after, limit)
        reply = restriction_pb2.ReadRestrictionsResponse(
            entries=[convert.entry_to(entry, derive) for entry in entries],
            head=max(head.number, entries[-1].number if entries else 0),
            as_of=convert.position_to(head.as_of),
        )
        if head.as_of_at is not None:
            reply.as_of_time.FromDatetime(head.as_of_at)
        return reply

    async def _wait(self, timeout_s: float) -> None:
        waits = [
            asyncio.create_task(self._progress.news()),
            asyncio.create_task(self._draining.wait()),
        ]
        try:
            await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


def _check(request: restriction_pb2.ReadRestrictionsRequest) -> None:
    violations = [
        FieldViolation(f"page.{name}", "FIELD_INVALID", f"lies outside 0 to {most}; mend it")
        for name, value, most in (
            ("after", request.after, 2**63 - 1),
            ("limit", request.limit, LIMIT_MAX),
            ("wait_ms", request.wait_ms, WAIT_MS_MAX),
        )
        if not 0 <= value <= most
    ]
    if violations:
        raise invalid_request(violations)
