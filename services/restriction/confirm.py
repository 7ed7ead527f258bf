"""Asking the registry's primary before anybody is refused, many checks to a call.

A check may join only a batch that has not been sent yet. Joining one in flight was seen to refuse
people after their lift was acknowledged: the answer it waits for may have been read before the lift,
and the check have come after it (design §3.6).
"""

import asyncio
from collections import deque
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Final

from restriction.ledger import Inquiry, LedgerError, Primary
from restriction.model import Seen, Standing

BATCH_MAX: Final = 500
"""Inquiries in one call, as ledger/v1 allows."""
IN_FLIGHT_MAX: Final = 4


class NotConfirmedError(Exception):
    """No usable answer in time: nobody is refused."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    inquiry: Inquiry
    seen: Seen
    answer: asyncio.Future[Standing]
    context: Context = field(default_factory=copy_context)


class Confirmer:
    """Gathers inquiries while calls are under way and sends them together.

    `timeout_s` bounds a check's whole wait, from the moment it asks: queueing included.
    """

    def __init__(
        self,
        *,
        primary: Primary,
        timeout_s: float,
        batch_max: int = BATCH_MAX,
        in_flight_max: int = IN_FLIGHT_MAX,
    ) -> None:
        self._primary = primary
        self._timeout_s = timeout_s
        self._batch_max = batch_max
        self._in_flight_max = in_flight_max
        self._waiting: deque[_Waiter] = deque()
        self._calls: set[asyncio.Task[None]] = set()
        self._sending_soon = False

    async def confirm(self, inquiry: Inquiry, seen: Seen) -> Standing:
        """What the primary holds on one document at some moment after this call began.

        Raises:
            NotConfirmedError: no answer in time, a fault, a withheld or a rewound ledger.
        """
        answer: asyncio.Future[Standing] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiter(inquiry, seen, answer))
        self._send_soon()
        try:
            async with asyncio.timeout(self._timeout_s):
                return await answer
        except TimeoutError as error:
            raise NotConfirmedError("the registry did not answer in time") from error

    async def close(self) -> None:
        """Give up every call under way; whoever waits is answered NotConfirmedError."""
        calls = list(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    def _send_soon(self) -> None:
        """Send after everything that is ready to run now has had its chance to ask."""
        if self._waiting and not self._sending_soon and len(self._calls) < self._in_flight_max:
            self._sending_soon = True
            asyncio.get_running_loop().call_soon(self._send_next)

    def _send_next(self) -> None:
        self._sending_soon = False
        batch = self._take()
        if batch:
            # A batch carries the ids of its first check: those of whoever happened to start the task
            # may be a check's that was answered long ago.
            call = asyncio.create_task(
                self._send(batch), name="confirmation", context=batch[0].context
            )
            self._calls.add(call)
            call.add_done_callback(self._end)
        self._send_soon()

    def _take(self) -> list[_Waiter]:
        """The next batch. It leaves the queue here, before it is sent: nobody can join it later.

        It is of one digest epoch: the registry refuses a whole call for one digest of an epoch that is
        closed, and a check that began before the switch must not take others along.
        """
        batch: list[_Waiter] = []
        others: list[_Waiter] = []
        while self._waiting and len(batch) < self._batch_max:
            waiter = self._waiting.popleft()
            if waiter.answer.done():
                continue
            same = not batch or waiter.inquiry.epoch == batch[0].inquiry.epoch
            (batch if same else others).append(waiter)
        self._waiting.extendleft(reversed(others))
        return batch

    def _end(self, call: asyncio.Task[None]) -> None:
        self._calls.discard(call)
        self._send_soon()

    async def _send(self, batch: list[_Waiter]) -> None:
        # The furthest change that any of the facts rest on: a ledger rewound behind an older one
        # would still hold that, and confirm what has ended since.
        seen = max((waiter.seen for waiter in batch), key=lambda one: one.order)
        try:
            confirmation = await self._primary.confirm(
                [waiter.inquiry for waiter in batch], seen=seen, timeout_s=self._timeout_s
            )
        except LedgerError as error:
            self._fail(batch, f"the registry did not confirm: {error}")
        except BaseException:
            self._fail(batch, "the confirmation broke off")
            raise
        else:
            if confirmation.withheld:
                self._fail(batch, "the registry withholds confirmations after a restore")
                return
            for waiter, standing in zip(batch, confirmation.standings, strict=True):
                if not waiter.answer.done():
                    waiter.answer.set_result(standing)

    def _fail(self, batch: list[_Waiter], text: str) -> None:
        for waiter in batch:
            if not waiter.answer.done():
                waiter.answer.set_exception(NotConfirmedError(text))
