"""What ticket offices, front desks and lenders ask in the story, one line each."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import grpc

from chassis.wire.status import parse
from courtlist.identity.v1 import document_pb2
from courtlist.restriction.v1 import advice_pb2
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.desks import FrontDesk, Lender
from stack.office import TicketOffice, flight
from stack.script import Said, Script, since_ms

STARRED: Final = "five-star"
UNSTARRED: Final = "guesthouse"
UNRATED: Final = "new-house"
"""The three sites of the story's hotel chain."""

# An entry is at every gate well within this; waiting longer means that something is broken.
_PROPAGATION_S_MAX: Final = 10.0
_LOOK_AGAIN_S: Final = 0.005
_NOT_YET_KNOWN: Final = frozenset({"PARTNER_UNKNOWN", "FIELD_REFUSED"})


@dataclass(slots=True)
class CheckSteps:
    """Each step asks one gate and is one line of the script."""

    script: Script
    office: TicketOffice
    desk: FrontDesk
    lender: Lender
    entry_to_refusal_ms: dict[str, float] = field(default_factory=dict)
    lift_to_clear_ms: dict[str, float] = field(default_factory=dict)

    async def travel(
        self,
        what: str,
        document: document_pb2.Document,
        product: travel.Product,
        expected: str,
        *,
        days_later: int = 0,
    ) -> None:
        """Ask for a ticket."""

        async def ask() -> Said:
            return _said(await self.office.check(document, product, days_later=days_later))

        await self.script.do(what, expected, ask)

    async def hotel(
        self, what: str, document: document_pb2.Document, site_code: str, expected: str
    ) -> None:
        """Ask for a bed."""

        async def ask() -> Said:
            reply = await self.desk.check(document, site_code)
            return Said(_said(reply.decision).answer, reply.notice.zh)

        await self.script.do(what, expected, ask)

    async def loan(self, what: str, document: document_pb2.Document, expected: str) -> None:
        """Ask what the List says of an applicant."""

        async def ask() -> Said:
            return _advised(await self.lender.assess(document))

        await self.script.do(what, expected, ask)

    async def until_known(self, anybody: document_pb2.Document) -> None:
        """Wait until each gate knows who asks it: it hears of an enrolment by the ledger."""

        async def is_known(ask: Callable[[], Awaitable[object]]) -> bool:
            try:
                await ask()
            except grpc.aio.AioRpcError as error:
                if parse(error).reason_name in _NOT_YET_KNOWN:
                    return False
                raise
            return True

        for ask in (
            lambda: self.office.check(anybody, flight()),
            lambda: self.desk.check(anybody, UNRATED),
            lambda: self.lender.assess(anybody),
        ):
            await self._until(partial(is_known, ask))

    async def until_refused(self, document: document_pb2.Document, *fields: str) -> None:
        """Wait for an entry to reach the gates named, and note how long that took for each."""
        began_s = time.monotonic()

        async def wait(name: str) -> None:
            await self._until(partial(self._is_held, name, document))
            self.entry_to_refusal_ms[name] = since_ms(began_s)

        await asyncio.gather(*(wait(name) for name in fields))

    async def until_bars(self, document: document_pb2.Document, count: int) -> None:
        """Wait until a flight is barred by `count` orders."""

        async def is_so() -> bool:
            return len((await self.office.check(document, flight())).bars) == count

        await self._until(is_so)

    async def at_once(
        self, document: document_pb2.Document, acknowledged_s: float, *, loan: str
    ) -> None:
        """Ask every gate in the moment after an acknowledged lift, and note when each has answered.

        The first answer counts: no check that comes after the acknowledgement is refused.
        """

        async def note(name: str, line: Awaitable[None]) -> None:
            await line
            self.lift_to_clear_ms[name] = since_ms(acknowledged_s)

        await asyncio.gather(
            note("travel", self.travel("at once: flight", document, flight(), "CLEAR")),
            note("hotel", self.hotel("at once: five stars", document, STARRED, "CLEAR")),
            note("loan", self.loan("at once: a new loan", document, loan)),
        )

    async def _is_held(self, name: str, document: document_pb2.Document) -> bool:
        """Whether the gate answers RESTRICTED, or LISTED."""
        if name == "hotel":
            reply = await self.desk.check(document, STARRED)
            return reply.decision.answer == restriction.ANSWER_RESTRICTED
        if name == "loan":
            advice = await self.lender.assess(document)
            return advice.answer == advice_pb2.ADVICE_ANSWER_LISTED
        decision = await self.office.check(document, flight())
        return decision.answer == restriction.ANSWER_RESTRICTED

    async def _until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(_PROPAGATION_S_MAX):
            # Nobody tells a counter that an order has arrived: it asks.
            while not await holds():  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_AGAIN_S)


def _said(decision: restriction.Decision) -> Said:
    """The answer, and what the counter can tell the person."""
    name = restriction.Answer.Name(decision.answer).removeprefix("ANSWER_")
    bars = [
        f"{bar.article}, {bar.order_number}, {bar.court_name} {bar.court_contact}"
        for bar in decision.bars
    ]
    return Said(f"{name} by {len(bars)}" if bars else name, "; ".join(bars))


def _advised(advice: advice_pb2.Advice) -> Said:
    """The answer with the number of entries of each sort, and the entries in words."""
    name = advice_pb2.AdviceAnswer.Name(advice.answer).removeprefix("ADVICE_ANSWER_")
    parts, notes = [name], []
    standing = [entry for entry in advice.entries if not entry.HasField("ended_on")]
    ended = [entry for entry in advice.entries if entry.HasField("ended_on")]
    performed = [entry for entry in standing if entry.HasField("performed_in_full_on")]
    for count, what in ((len(standing), "standing"), (len(ended), "ended")):
        if count:
            parts.append(f"{count} {what}")
    if performed:
        parts.append("performed in full")
    for entry in advice.entries:
        note = f"{entry.legal_basis}, {entry.case_number}, {entry.court_name} {entry.court_contact}"
        notes.append(note)
    return Said(", ".join(parts), "; ".join(notes))
