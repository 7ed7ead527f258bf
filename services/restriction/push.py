"""Pushing a field's restrictions to its partners: a courier for each, while this engine leads."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from chassis.errors import ServiceError
from chassis.logs import describe_fault
from courtlist.process.v1 import process_service_pb2 as process_pb2
from restriction.facts.store import DeliveryHead, DeliveryStore
from restriction.progress import Progress
from restriction.pushing.courier import Courier, Pace
from restriction.pushing.handover import PartnerClient
from restriction.pushing.outbox import Outbox
from restriction.pushing.partner_book import PartnerBook, PushTarget
from restriction.pushing.push_store import PositionStore, PositionWriter

# News may be another process's: it is looked again without any.
_LOOK_S: Final = 1.0
_END_S: Final = 1.0


class Line(Protocol):
    """Reaches partners."""

    def connect(self, target: PushTarget) -> PartnerClient:
        """The partner on a connection of its own, which is made at the first call."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A courier at work."""

    target: PushTarget
    courier: Courier
    task: asyncio.Task[None]


class Pushes:
    """All partners of a field that have an address.

    Which they are may change at any time. What is read is read once for all of them; what is waited
    for, each waits for by itself.
    """

    def __init__(
        self,
        *,
        book: PartnerBook,
        deliveries: DeliveryStore,
        positions: PositionStore,
        progress: Progress,
        line: Line,
        clock: Clock,
        pace: Pace | None = None,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._book = book
        self._deliveries = deliveries
        self._positions = positions
        self._writer = PositionWriter(store=positions)
        self._progress = progress
        self._line = line
        self._clock = clock
        self._pace = pace or Pace()
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._outbox: Outbox | None = None
        self._running: dict[str, _Running] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def view(self) -> Sequence[process_pb2.PartnerView]:
        """How far each partner is, from memory, in order of ids; empty while another engine leads."""
        outbox = self._outbox
        if outbox is None:
            return ()
        # Copied in one step: metrics are read in a thread beside the loop.
        return [_view(one, outbox.head.number) for _, one in sorted(self._running.copy().items())]

    async def begin(self) -> None:
        """This engine leads; to be called before it numbers anything.

        Raises ServiceError STORE_UNAVAILABLE when the store does not answer.
        """
        await self._positions.doubt_positions()

    async def run(self) -> None:
        """Push until cancelled. An outage of the store is waited out."""
        interrupted = False
        try:
            while True:
                news = asyncio.create_task(self._progress.news(), name="push news")
                try:
                    await self._look()
                    if interrupted:
                        interrupted = False
                        self._log.info("pushes_interrupted_over")
                    await asyncio.wait((news,), timeout=_LOOK_S)
                except ServiceError as error:
                    if not interrupted:
                        interrupted = True
                        self._log.warning("pushes_interrupted", reason=error.reason_name)
                    await asyncio.sleep(_LOOK_S)
                finally:
                    news.cancel()
        finally:
            self._end(list(self._running))
            self._outbox = None
            if self._ending:
                await asyncio.wait(self._ending, timeout=_END_S)

    async def _look(self) -> None:
        head = await self._deliveries.read_delivery_head()
        outbox = self._move(head)
        targets = {one.partner_id: one for one in await self._book.read_push_targets()}
        self._end(
            [
                partner_id
                for partner_id, one in self._running.items()
                if targets.get(partner_id) != one.target or one.task.done()
            ]
        )
        for partner_id, target in targets.items():
            if partner_id not in self._running:
                self._try_begin(target, outbox)

    def _move(self, head: DeliveryHead) -> Outbox:
        """Entries first: whoever waits for them does not wait for the partners to be read."""
        if self._outbox is None:
            self._outbox = Outbox(store=self._deliveries, head=head)
        self._outbox.move(head)
        return self._outbox

    def _try_begin(self, target: PushTarget, outbox: Outbox) -> None:
        """Begin, or say why not: one partner that cannot be connected to ends no other's courier."""
        try:
            self._running[target.partner_id] = self._begin(target, outbox)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is of this partner; looked at again
            self._log.error(
                "push_broken", partner_id=target.partner_id, fault=describe_fault(error)
            )

    def _begin(self, target: PushTarget, outbox: Outbox) -> _Running:
        client = self._line.connect(target)
        courier = Courier(
            partner_id=target.partner_id,
            client=client,
            outbox=outbox,
            store=self._positions,
            writer=self._writer,
            clock=self._clock,
            pace=self._pace,
            log=self._log,
        )

        async def deliver() -> None:
            try:
                await courier.run()
            finally:
                await client.close()

        self._log.info("push_begins", partner_id=target.partner_id)
        task = asyncio.create_task(deliver(), name=f"push {target.partner_id}")
        return _Running(target, courier, task)

    def _end(self, partner_ids: Sequence[str]) -> None:
        """End couriers, and forget those that a fault of ours has ended: the next look begins anew."""
        for partner_id in partner_ids:
            one = self._running.pop(partner_id)
            # Nobody waits for it: hanging up on a partner that hangs must not hold up the others.
            self._ending.add(one.task)
            one.task.add_done_callback(partial(self._note_end, partner_id))
            one.task.cancel()

    def _note_end(self, partner_id: str, task: asyncio.Task[None]) -> None:
        self._ending.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is None:
            self._log.info("push_ends", partner_id=partner_id)
        else:
            self._log.error("push_broken", partner_id=partner_id, fault=describe_fault(fault))


def _view(one: _Running, head: int) -> process_pb2.PartnerView:
    view = process_pb2.PartnerView(
        partner_id=one.target.partner_id, acknowledged=one.courier.acknowledged, head=head
    )
    failing_since_at = one.courier.failing_since_at
    if failing_since_at is not None:
        view.failing_since_time.FromDatetime(failing_since_at)
    return view
