"""The story: a debtor is entered, refused on a train, pays, and travels. Public RPCs only."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Final

import grpc

from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.office import Registry, TicketOffice, acting, flight, request_id, train
from stack.papers import Court, Papers, Person, day, yuan

CHAOYANG: Final = Court("京0199", "示例市第一人民法院", "010-0000 0001")
PUDONG: Final = Court("沪0199", "示例市第二人民法院", "021-0000 0002")
# An entry is at every gate well within this; waiting longer means that something is broken.
_PROPAGATION_S_MAX: Final = 10.0
_LOOK_AGAIN_S: Final = 0.005

_G_SECOND = train(travel.TRAIN_CATEGORY_G, travel.SEAT_CLASS_SECOND)
_D_FIRST = train(travel.TRAIN_CATEGORY_D, travel.SEAT_CLASS_FIRST)
_D_SECOND = train(travel.TRAIN_CATEGORY_D, travel.SEAT_CLASS_SECOND)
_SOFT_SLEEPER = train(travel.TRAIN_CATEGORY_K, travel.SEAT_CLASS_SOFT_SLEEPER)
_HARD_SLEEPER = train(travel.TRAIN_CATEGORY_K, travel.SEAT_CLASS_HARD_SLEEPER)
_HARD_SEAT = train(travel.TRAIN_CATEGORY_K, travel.SEAT_CLASS_HARD_SEAT)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story: what was done or asked, what was to come of it, and what came."""

    chapter: str
    what: str
    expected: str
    got: str
    took_ms: float
    note: str = ""

    @property
    def is_right(self) -> bool:
        """Whether what came is what was to come."""
        return self.expected == self.got


@dataclass(slots=True)
class Story:
    """Plays the story against running services and keeps its lines."""

    registry: Registry
    office: TicketOffice
    today: date
    lines: list[Line] = field(default_factory=list)
    lift_to_clear_ms: dict[str, float] = field(default_factory=dict)
    entry_to_refusal_ms: dict[str, float] = field(default_factory=dict)
    _chapter: str = ""

    async def play(self) -> None:
        """Play every chapter in order."""
        await self._open_courts()
        first = await self._enter_first_case()
        second = await self._enter_second_case()
        await self._pay_first_case(first)
        await self._pay_second_case(second)
        await self._pay_termed_listing()

    @property
    def is_right(self) -> bool:
        """Whether every line came as expected."""
        return all(line.is_right for line in self.lines)

    async def _open_courts(self) -> None:
        self._chapter = "two courts"
        for court in (CHAOYANG, PUDONG):
            await self._do(
                f"{court.name}: clerk, judge and president are enrolled",
                "done",
                partial(self._enrolled, court),
            )

    async def _enter_first_case(self) -> rpc.EnterListingResponse:
        self._chapter = "a debtor is entered"
        debtor, stranger = Person(1), Person(2)
        await self._check("before: G train", debtor.resident_id, _G_SECOND, "CLEAR")
        entered = await self._enter(CHAOYANG, debtor, serial=1)
        await self._until_refused("travel", debtor.resident_id)
        await self._check("G train, second class", debtor.resident_id, _G_SECOND, "RESTRICTED by 1")
        await self._check("flight", debtor.resident_id, flight(), "RESTRICTED by 1")
        await self._check("hard seat", debtor.resident_id, _HARD_SEAT, "CLEAR")
        await self._check("hard sleeper", debtor.resident_id, _HARD_SLEEPER, "CLEAR")
        await self._check("D train, second class", debtor.resident_id, _D_SECOND, "CLEAR")
        await self._check("soft sleeper", debtor.resident_id, _SOFT_SLEEPER, "RESTRICTED by 1")
        await self._check("D train, first class", debtor.resident_id, _D_FIRST, "RESTRICTED by 1")
        await self._check("somebody not listed", stranger.resident_id, _G_SECOND, "CLEAR")
        await self._bind_passport(debtor, entered.listing.subject_id)
        await self._check("flight on the passport", debtor.passport, flight(), "RESTRICTED by 1")
        return entered

    async def _enter_second_case(self) -> rpc.EnterListingResponse:
        self._chapter = "a second court"
        debtor = Person(1)
        entered = await self._enter(PUDONG, debtor, serial=7)
        await self._until(debtor.resident_id, lambda decision: len(decision.bars) == 2)
        await self._check("flight", debtor.resident_id, flight(), "RESTRICTED by 2")
        return entered

    async def _pay_first_case(self, first: rpc.EnterListingResponse) -> None:
        self._chapter = "the first debt is paid"
        debtor = Person(1)
        obligation_id = first.listing.obligation_id
        await self._state(CHAOYANG, obligation_id, owed_yuan=10_500)
        await self._repay(CHAOYANG, obligation_id, paid_yuan=4_000, receipt="R-1", lifts=0)
        await self._check(
            "after a part payment: flight", debtor.resident_id, flight(), "RESTRICTED by 2"
        )
        await self._repay(CHAOYANG, obligation_id, paid_yuan=6_500, receipt="R-2", lifts=1)
        await self._check(
            "only the second case is left: flight",
            debtor.resident_id,
            flight(),
            "RESTRICTED by 1",
        )

    async def _pay_second_case(self, second: rpc.EnterListingResponse) -> None:
        self._chapter = "the second debt is paid"
        debtor = Person(1)
        obligation_id = second.listing.obligation_id
        await self._state(PUDONG, obligation_id, owed_yuan=10_000)
        await self._repay(PUDONG, obligation_id, paid_yuan=10_000, receipt="R-1", lifts=1)
        acknowledged_s = time.monotonic()
        await self._check("flight, at once", debtor.resident_id, flight(), "CLEAR")
        self.lift_to_clear_ms["travel"] = round((time.monotonic() - acknowledged_s) * 1000, 1)
        await self._check("flight on the passport", debtor.passport, flight(), "CLEAR")
        await self._check("G train", debtor.resident_id, _G_SECOND, "CLEAR")
        await self._standing(PUDONG, debtor, "0 listings, 0 orders")

    async def _pay_termed_listing(self) -> None:
        self._chapter = "a listing with a term (ground 4)"
        debtor = Person(3)
        entered = await self._enter(
            CHAOYANG, debtor, serial=3, ground=ledger.GROUND_BREAKS_REPORTING_DUTY
        )
        await self._until_refused("travel", debtor.resident_id)
        await self._check("flight", debtor.resident_id, flight(), "RESTRICTED by 1")
        await self._state(CHAOYANG, entered.listing.obligation_id, owed_yuan=10_000)
        await self._repay(
            CHAOYANG, entered.listing.obligation_id, paid_yuan=10_000, receipt="R-1", lifts=1
        )
        await self._check("paid: flight", debtor.resident_id, flight(), "CLEAR")
        await self._do(
            "the listing stands and its court owes a decision on early deletion",
            "IN_FORCE, EARLY_DELETION",
            lambda: self._listing(CHAOYANG, entered.listing.listing_id),
        )

    # ----------------------------------------------------------------------------- single steps

    async def _enrolled(self, court: Court) -> str:
        await self.registry.enrol(court)
        return "done"

    async def _enter(
        self,
        court: Court,
        debtor: Person,
        *,
        serial: int,
        ground: ledger.Ground.ValueType = ledger.GROUND_ABLE_BUT_REFUSES,
    ) -> rpc.EnterListingResponse:
        entered: list[rpc.EnterListingResponse] = []

        async def enter() -> str:
            request = Papers.of(court, today=self.today).entry(
                request_id=request_id(),
                subject=debtor.subject,
                case_number=court.case(serial),
                ground=ground,
            )
            who = acting(court.clerk, "clerk", court)
            entered.append(await self.registry.courts.EnterListing(request, metadata=who))
            return listing_pb2.BasisState.Name(entered[0].listing.state).removeprefix(
                "BASIS_STATE_"
            )

        await self._do(f"{court.name} enters a debtor in {court.case(serial)}", "IN_FORCE", enter)
        return entered[0]

    async def _bind_passport(self, debtor: Person, subject_id: str) -> None:
        async def bind() -> str:
            reply = await self.registry.courts.BindDocument(
                rpc.BindDocumentRequest(
                    request_id=request_id(),
                    subject_id=subject_id,
                    document=debtor.passport,
                    evidence_reference="出入境管理局复函 1",
                ),
                metadata=acting(CHAOYANG.clerk, "clerk", CHAOYANG),
            )
            return f"bound {reply.document.masked[:2]}…"

        await self._do("the clerk binds a passport", "bound E0…", bind)
        await self._until_refused("passport", debtor.passport)

    async def _state(self, court: Court, obligation_id: str, *, owed_yuan: int) -> None:
        async def state() -> str:
            reply = await self.registry.courts.IssuePayoffStatement(
                rpc.IssuePayoffStatementRequest(
                    request_id=request_id(),
                    obligation_id=obligation_id,
                    sum=yuan(owed_yuan),
                    good_until=day(self.today + timedelta(days=14)),
                    payee="法院案款专户",
                ),
                metadata=acting(court.clerk, "clerk", court),
            )
            return f"{reply.statement.sum.minor_units // 100} yuan"

        await self._do("the court states what is owed", f"{owed_yuan} yuan", state)

    async def _repay(
        self, court: Court, obligation_id: str, *, paid_yuan: int, receipt: str, lifts: int
    ) -> None:
        async def repay() -> str:
            reply = await self.registry.courts.RecordRepayment(
                rpc.RecordRepaymentRequest(
                    request_id=request_id(),
                    obligation_id=obligation_id,
                    amount=yuan(paid_yuan),
                    paid_on=day(self.today),
                    receipt_number=receipt,
                ),
                metadata=acting(court.clerk, "clerk", court),
            )
            return f"{len(reply.lifted_order_ids)} lifted"

        await self._do(f"the debtor pays {paid_yuan} yuan", f"{lifts} lifted", repay)

    async def _standing(self, court: Court, debtor: Person, expected: str) -> None:
        async def standing() -> str:
            reply = await self.registry.courts.GetStanding(
                rpc.GetStandingRequest(
                    document=debtor.resident_id,
                    consistency=rpc.Consistency(fully_consistent=True),
                ),
                metadata=acting(court.judge, "judge", court),
            )
            return f"{len(reply.listings)} listings, {len(reply.orders)} orders"

        await self._do("the court asks what stands against the person", expected, standing)

    async def _listing(self, court: Court, listing_id: str) -> str:
        reply = await self.registry.courts.GetListing(
            rpc.GetListingRequest(listing_id=listing_id),
            metadata=acting(court.judge, "judge", court),
        )
        state = listing_pb2.BasisState.Name(reply.listing.state).removeprefix("BASIS_STATE_")
        tasks = [
            ledger.TaskKind.Name(task.kind).removeprefix("TASK_KIND_")
            for task in reply.listing.open_tasks
        ]
        return ", ".join([state, *tasks])

    async def _check(
        self,
        what: str,
        document: document_pb2.Document,
        product: travel.Product,
        expected: str,
    ) -> None:
        note: list[str] = []

        async def ask() -> str:
            decision = await self.office.check(document, product)
            note.append(_explanation(decision))
            return _answer(decision)

        await self._do(what, expected, ask, note=note)

    async def _until_refused(self, name: str, document: document_pb2.Document) -> None:
        """Wait for an entry to reach the gate, and note how long that took."""
        began_s = time.monotonic()
        await self._until(
            document, lambda decision: decision.answer == restriction.ANSWER_RESTRICTED
        )
        self.entry_to_refusal_ms[name] = round((time.monotonic() - began_s) * 1000, 1)

    async def _until(
        self,
        document: document_pb2.Document,
        holds: Callable[[restriction.Decision], bool],
    ) -> None:
        async with asyncio.timeout(_PROPAGATION_S_MAX):
            # Nobody tells a ticket office that an order has arrived: it asks.
            while not holds(await self.office.check(document, flight())):  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_AGAIN_S)

    async def _do(
        self,
        what: str,
        expected: str,
        act: Callable[[], Awaitable[str]],
        *,
        note: list[str] | None = None,
    ) -> None:
        began_s = time.monotonic()
        try:
            got = await act()
        except grpc.aio.AioRpcError as error:
            got = f"{error.code().name}: {error.details()}"
        took_ms = (time.monotonic() - began_s) * 1000
        said = note[0] if note else ""
        self.lines.append(Line(self._chapter, what, expected, got, took_ms, said))


def _answer(decision: restriction.Decision) -> str:
    name = restriction.Answer.Name(decision.answer).removeprefix("ANSWER_")
    return f"{name} by {len(decision.bars)}" if decision.bars else name


def _explanation(decision: restriction.Decision) -> str:
    """What the ticket office can tell the passenger."""
    bars = [
        f"{bar.article}, {bar.order_number}, {bar.court_name} {bar.court_contact}"
        for bar in decision.bars
    ]
    return "; ".join(bars)
