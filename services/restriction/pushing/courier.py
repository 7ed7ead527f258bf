"""Handing one partner its entries, in order and again until it has applied them."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from chassis.errors import ServiceError
from restriction.facts.store import Delivery
from restriction.pushing.handover import Acknowledgement, Handover, PartnerClient, PartnerError
from restriction.pushing.outbox import Outbox
from restriction.pushing.push_store import PartnerPosition, PositionStore, PositionWriter

_STORE_PAUSE_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Waits between calls.

    `pause_min_s` doubles up to `pause_max_s` while a partner fails; up to half of each pause is left
    out by chance, so that partners which failed together do not return together. `beat_s` is how
    often a partner that has everything is asked whether it still has.
    """

    pause_min_s: float = 0.1
    pause_max_s: float = 5.0
    beat_s: float = 5.0


class Courier:
    """One partner's deliveries. Its waits and faults are its own: it shares only what is read."""

    def __init__(
        self,
        *,
        partner_id: str,
        client: PartnerClient,
        outbox: Outbox,
        store: PositionStore,
        writer: PositionWriter,
        clock: Clock,
        pace: Pace,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._partner_id = partner_id
        self._client = client
        self._outbox = outbox
        self._store = store
        self._writer = writer
        self._clock = clock
        self._pace = pace
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._position: PartnerPosition | None = None
        self._pause_s = 0.0
        # The last number that the partner can hold, and the furthest it has ever come.
        self._sent = 0
        self._furthest = 0
        self._failing_since_at: datetime | None = None

    @property
    def acknowledged(self) -> int:
        """The last number that the partner is known to have applied."""
        return 0 if self._position is None else self._position.acknowledged

    @property
    def failing_since_at(self) -> datetime | None:
        """When the partner first failed to do its part; None while it does."""
        return self._failing_since_at

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            try:
                if self._position is None or self._position.unproven_above is not None:
                    await self._meet()
                await self._deliver()
            except PartnerError as error:
                self._note_failure(str(error))
            except ServiceError as error:
                # Our own store, which Pushes speaks about once for all; no fault of the partner's. It
                # is looked for again soon: nobody is spared by a longer pause.
                self._pause_s = min(self._pause_s, _STORE_PAUSE_S / 2)
                self._log.debug(
                    "push_waits_for_store", partner_id=self._partner_id, reason=error.reason_name
                )
            self._pause_s = min(
                max(self._pause_s * 2, self._pace.pause_min_s), self._pace.pause_max_s
            )
            await asyncio.sleep(self._pause_s * random.uniform(0.5, 1))  # noqa: S311 - jitter

    async def _meet(self) -> None:
        """Ask how far the partner is, and begin there."""
        position = self._position or await self._open()
        position = await self._take(position, await self._hand(position, ()))
        # Committed before the first entry goes: from then on it may hold more than at the start.
        await self._keep(replace(position, unproven_above=None))

    async def _open(self) -> PartnerPosition:
        position = await self._store.open_position(self._partner_id, self._clock.uuid().hex)
        unproven_above = position.unproven_above
        self._sent = self._outbox.head.number if unproven_above is None else unproven_above
        self._furthest = position.acknowledged
        self._position = position
        return position

    async def _deliver(self) -> None:
        """Send what there is and wait for more; returns when a pause is due."""
        while True:
            before = self._position
            assert before is not None, "met first"
            after, head = before.acknowledged, self._outbox.head.number
            entries = await self._outbox.page(after) if after < head else ()
            position = await self._take(before, await self._hand(before, entries))
            await self._keep(position)
            if position.acknowledged < after:
                raise PartnerError("WENT_BACK")
            if entries and position.acknowledged == after:
                raise PartnerError("NOT_APPLIED")
            # Whoever loses its copy again and again comes no further: its pauses grow.
            if position.acknowledged > self._furthest or position.acknowledged >= head:
                self._furthest = max(self._furthest, position.acknowledged)
                self._note_success()
            if entries and position.acknowledged < entries[-1].number:
                return
            if position.acknowledged >= head:
                await self._outbox.wait_beyond(position.acknowledged, self._pace.beat_s)

    async def _hand(
        self, position: PartnerPosition, entries: Sequence[Delivery]
    ) -> Acknowledgement:
        head = self._outbox.head
        if entries:
            last = entries[-1].number
            # Noted before the call: one that is given up may have been applied.
            self._sent = max(self._sent, last)
            head = replace(head, number=max(head.number, last))
        return await self._client.receive(
            Handover(
                series=position.series, after=position.acknowledged, entries=entries, head=head
            )
        )

    async def _take(
        self, position: PartnerPosition, acknowledgement: Acknowledgement
    ) -> PartnerPosition:
        """The position as the partner says it; raises PartnerError for what cannot be."""
        if acknowledgement.series != position.series:
            raise PartnerError("ANSWERED_IN_ANOTHER_SERIES")
        if 0 <= acknowledgement.applied <= self._sent:
            return replace(position, acknowledged=acknowledgement.applied)
        # More than was ever sent. Either the partner errs, or our database was restored from an older
        # backup and its numbers mean something else by now: what the copy holds cannot be known.
        self._log.warning(
            "partner_distrusted",
            partner_id=self._partner_id,
            applied=acknowledgement.applied,
            sent=self._sent,
        )
        await self._store.begin_series(position, self._clock.uuid().hex)
        self._position = None
        raise PartnerError("APPLIED_MORE_THAN_WAS_SENT")

    async def _keep(self, position: PartnerPosition) -> None:
        """Commit, then go by it: what is not committed is asked for again."""
        if position != self._position:
            await self._writer.write(position)
            self._position = position

    def _note_failure(self, why: str) -> None:
        if self._failing_since_at is None:
            self._failing_since_at = self._clock.now()
            self._log.warning("push_failing", partner_id=self._partner_id, why=why)

    def _note_success(self) -> None:
        self._pause_s = 0.0
        if self._failing_since_at is not None:
            self._failing_since_at = None
            self._log.info("push_recovered", partner_id=self._partner_id)
