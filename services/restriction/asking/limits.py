"""How much a partner may ask: a rate and a daily quota for each field, at the cost of two subtractions."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from chassis.clock import Clock
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from restriction.asking.allowance import Allowance
from restriction.asking.leases import WINDOW_S, Leases
from restriction.days import legal_day, start_of_day_after
from restriction.partners import Partners

# A block is what a process may hold unused: small against the window, large against one check.
_RATE_BLOCKS: Final = 20
_QUOTA_BLOCKS: Final = 100
_AGAIN_MIN_S: Final = 0.1


class Limit(StrEnum):
    """What was exceeded, as it is told in the error's metadata."""

    RATE = "RATE"
    QUOTA = "QUOTA"
    WAITING = "WAITING"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What is kept of one partner while its enrolment and the legal day last."""

    partner_id: str
    position: int
    per_s: int
    per_day: int
    day: date
    day_ends_at: datetime
    rate: Allowance
    quota: Allowance


class Limits:
    """Charges calls to partners. Leasing goes on beside the calls, which never wait for it.

    `per_s` and `per_day` hold for partners whose enrolment says nothing else.
    """

    def __init__(
        self, *, partners: Partners, leases: Leases, clock: Clock, per_s: int, per_day: int
    ) -> None:
        self._partners = partners
        self._leases = leases
        self._clock = clock
        self._per_s = per_s
        self._per_day = per_day
        self._kept: dict[str, _Kept] = {}
        self._leasing: set[asyncio.Task[None]] = set()
        self._refused: dict[tuple[str, ...], float] = {}

    def charge(self, partner_id: str, cost: int) -> None:
        """Charge a call of `cost` checks.

        Raises ServiceError OVER_LIMIT; MANIFEST_OVER_QUOTA for more than any day holds.
        """
        kept = self._of(partner_id)
        if cost > kept.per_day:
            self._count_refused(partner_id, Limit.QUOTA)
            raise _over_quota(kept.per_day)
        now_s = self._clock.monotonic()
        wait_s, limit = kept.rate.spend(cost, now_s), Limit.RATE
        if not wait_s:
            wait_s, limit = kept.quota.spend(cost, now_s), Limit.QUOTA
            if wait_s:
                kept.rate.give_back(cost)
        self._lease(kept, now_s)
        if wait_s:
            self._count_refused(partner_id, limit)
            raise _over(limit, wait_s)

    def refused(self) -> Mapping[tuple[str, ...], float]:
        """How many calls were refused, by partner and limit."""
        return self._refused.copy()

    def _count_refused(self, partner_id: str, limit: Limit) -> None:
        key = (partner_id, limit.value)
        self._refused[key] = self._refused.get(key, 0) + 1

    async def close(self) -> None:
        """Give up every lease under way."""
        for task in self._leasing:
            task.cancel()
        await asyncio.gather(*self._leasing, return_exceptions=True)

    def _of(self, partner_id: str) -> _Kept:
        enrolment = self._partners.enrolment_of(partner_id)
        position = 0 if enrolment is None else enrolment.position
        kept, now = self._kept.get(partner_id), self._clock.now()
        if kept is not None and kept.position == position and now < kept.day_ends_at:
            return kept
        per_s = (enrolment.checks_per_s if enrolment else 0) or self._per_s
        per_day = (enrolment.checks_per_day if enrolment else 0) or self._per_day
        day_ends_at = start_of_day_after(now)
        rate, left_s = per_s * WINDOW_S, (day_ends_at - now).total_seconds()
        kept = _Kept(
            partner_id=partner_id,
            position=position,
            per_s=per_s,
            per_day=per_day,
            day=legal_day(now),
            day_ends_at=day_ends_at,
            rate=Allowance(amount=rate, block=_block(rate, _RATE_BLOCKS), may_owe_more=True),
            quota=Allowance(
                amount=per_day,
                block=_block(per_day, _QUOTA_BLOCKS),
                ends_at_s=self._clock.monotonic() + left_s,
            ),
        )
        self._kept[partner_id] = kept
        return kept

    def _lease(self, kept: _Kept, now_s: float) -> None:
        rate, quota = kept.rate.begin_lease(now_s), kept.quota.begin_lease(now_s)
        if rate:
            self._begin(self._lease_rate(kept, rate))
        if quota:
            self._begin(self._lease_quota(kept, quota))

    def _begin(self, lease: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(lease, name="lease of tokens")
        self._leasing.add(task)
        task.add_done_callback(self._leasing.discard)

    async def _lease_rate(self, kept: _Kept, tokens: int) -> None:
        if await self._leases.rate(kept.partner_id, kept.per_s, tokens):
            kept.rate.grant(tokens)
        else:
            # So long it takes until as many have left the window.
            again_s = max(tokens / kept.per_s, _AGAIN_MIN_S)
            kept.rate.refuse(self._clock.monotonic() + again_s)

    async def _lease_quota(self, kept: _Kept, tokens: int) -> None:
        if await self._leases.quota(kept.partner_id, kept.per_day, kept.day, tokens):
            kept.quota.grant(tokens)
        else:
            left_s = (kept.day_ends_at - self._clock.now()).total_seconds()
            kept.quota.refuse(self._clock.monotonic() + left_s)


def waiting_refused(most: int, *, retry_after_s: float) -> ServiceError:
    """What a partner is told of whom as many reads wait as may."""
    return ServiceError(
        reasons.ERROR_REASON_OVER_LIMIT,
        f"{most} reads of this partner wait for news already; let them answer, or read without waiting",
        metadata={"limit": Limit.WAITING.value},
        retry_after_s=retry_after_s,
    )


def _block(amount: int, blocks: int) -> int:
    return max(1, amount // blocks)


def _over(limit: Limit, wait_s: float) -> ServiceError:
    return ServiceError(
        reasons.ERROR_REASON_OVER_LIMIT,
        f"the partner asks more than was agreed ({limit}); a manifest costs its items. This is no "
        "answer about anybody: sell or admit, and ask again later, or have an operator agree to more",
        metadata={"limit": limit.value},
        retry_after_s=wait_s,
    )


def _over_quota(per_day: int) -> ServiceError:
    return ServiceError(
        reasons.ERROR_REASON_MANIFEST_OVER_QUOTA,
        f"the manifest holds more items than the {per_day} checks of a day that were agreed, so it fits on no day. "
        f"This is no answer about anybody: sell or admit; send at most {per_day} at once, or have an operator "
        "agree to more",
        metadata={"items_max": str(per_day)},
    )
