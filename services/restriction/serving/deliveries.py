"""ReadRestrictions, the same in every field: a partner pulls numbered steps."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from chassis.clock import Clock
from chassis.errors import FieldViolation, ServiceError, invalid_request
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.restriction.v1 import restriction_pb2
from restriction import convert
from restriction.asking.limits import Limits, waiting_refused
from restriction.facts.store import DeliveryHead, DeliveryStore
from restriction.keyring import PartnerSecretMissingError
from restriction.progress import Progress
from restriction.serving.delivery_head import DeliveryHeads
from restriction.serving.partners import PartnerDigests

LIMIT_DEFAULT: Final = 500
LIMIT_MAX: Final = 1000
WAIT_MS_MAX: Final = 30_000
# News may be another process's: a waiting read looks again by itself.
_LOOK_S: Final = 1.0
# A partner reads one page after another; the second read is of a connection that it lost and we have not.
_WAITING_MAX: Final = 2


class DeliveryReader:
    """Reads steps after a number and waits for the next when there is none.

    A read costs a partner as much as a check. All reads that wait share one look at the head.
    """

    def __init__(
        self,
        *,
        store: DeliveryStore,
        digests: PartnerDigests,
        progress: Progress,
        limits: Limits,
        draining: asyncio.Event,
        clock: Clock,
    ) -> None:
        self._store = store
        self._digests = digests
        self._progress = progress
        self._limits = limits
        self._heads = DeliveryHeads(store=store)
        self._waiting: Counter[str] = Counter()
        self._draining = draining
        self._clock = clock

    async def read(
        self, request: restriction_pb2.ReadRestrictionsRequest, partner_id: str
    ) -> restriction_pb2.ReadRestrictionsResponse:
        """One page for the partner.

        Raises ServiceError INVALID_REQUEST, OVER_LIMIT, NOT_READY or STORE_UNAVAILABLE.
        """
        derive = partial(self._digests.for_partner, partner_id)
        _check(request)
        self._limits.charge(partner_id, 1)
        give_up_s = self._clock.monotonic() + request.wait_ms / 1000
        limit = request.limit or LIMIT_DEFAULT
        head = await self._store.read_delivery_head()
        _check_number(request.after, request.series, head)
        reply = await self._page(head, request.after, limit, derive)
        if reply.entries or not request.wait_ms:
            return reply
        with self._one_more_waits(partner_id):
            while not reply.entries and not self._draining.is_set():
                left_s = give_up_s - self._clock.monotonic()
                if left_s <= 0:
                    break
                await self._wait(min(left_s, _LOOK_S))
                head = await self._heads.read()
                _check_number(request.after, request.series or reply.series, head)
                if head.number > request.after:
                    reply = await self._page(head, request.after, limit, derive)
                else:
                    reply = _reply(head)
        return reply

    @contextmanager
    def _one_more_waits(self, partner_id: str) -> Iterator[None]:
        """Raises ServiceError OVER_LIMIT where as many wait as may."""
        if self._waiting[partner_id] >= _WAITING_MAX:
            raise waiting_refused(_WAITING_MAX, retry_after_s=_LOOK_S)
        self._waiting[partner_id] += 1
        try:
            yield
        finally:
            self._waiting[partner_id] -= 1

    async def _page(
        self,
        head: DeliveryHead,
        after: int,
        limit: int,
        derive: Callable[[int], Callable[[bytes], bytes]],
    ) -> restriction_pb2.ReadRestrictionsResponse:
        # The head comes first: entries read later can only be more than it says, never fewer.
        entries = await self._store.read_deliveries(after, limit)
        reply = _reply(head)
        try:
            reply.entries.extend(
                convert.entry_to(entry, derive(entry.secret_version)) for entry in entries
            )
        except PartnerSecretMissingError as error:
            raise ServiceError(
                reasons.ERROR_REASON_NOT_READY,
                f"{error}; it is put on this host, or ask another one",
                retry_after_s=_LOOK_S,
            ) from error
        reply.head = max(head.number, entries[-1].number if entries else 0)
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


def _reply(head: DeliveryHead) -> restriction_pb2.ReadRestrictionsResponse:
    """One without entries."""
    reply = restriction_pb2.ReadRestrictionsResponse(
        head=head.number, as_of=convert.position_to(head.as_of), series=head.series
    )
    if head.as_of_at is not None:
        reply.as_of_time.FromDatetime(head.as_of_at)
    return reply


def _check_number(after: int, series: str, head: DeliveryHead) -> None:
    """That the partner's copy is of these numbers, and none of its steps is one that there is not.

    An empty page would leave it waiting until the numbers pass its own, and without the steps between.
    """
    if series and series != head.series:
        field, why = "page.series", "is not the present one"
    elif after > head.number:
        field, why = "page.after", f"is above the last number, {head.number}"
    else:
        return
    said = f"{why}: the numbers have begun anew; drop the copy and read from 0, without a series"
    raise invalid_request([FieldViolation(field, "FIELD_INVALID", said)])


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
