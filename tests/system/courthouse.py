"""A court at work and a ticket office that asks, over public RPCs: short words for system tests."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import grpc

from authority.peer import Peer, PeerKind
from chassis.wire.status import parse as parse_error
from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.registry.v1 import subject_pb2
from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.connections import RAIL_PEER
from stack.office import Metadata, Registry, TicketOffice, acting, flight, request_id
from stack.papers import Court, Papers, Person, day, yuan
from tests.eventually import eventually

LEGAL_DAY = timedelta(hours=8)
# Of nobody who is ever entered: asking for them shows how far a gate has read.
_NOBODY = Person(17_999_999)


def legal_today() -> date:
    """Today where the courts are."""
    return (datetime.now(UTC) + LEGAL_DAY).date()


@dataclass(frozen=True, kw_only=True)
class Courthouse:
    """One court's clerk and judge. Each entry is a case and a debt of its own."""

    registry: Registry
    court: Court
    today: date = field(default_factory=legal_today)
    _serials: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def peer(self) -> Peer:
        """Whose certificate its people act over."""
        return Peer(PeerKind.COURT, self.court.code)

    @property
    def clerk(self) -> Metadata:
        return acting(self.court.clerk, "clerk", self.court)

    @property
    def judge(self) -> Metadata:
        return acting(self.court.judge, "judge", self.court)

    async def open(self) -> "Courthouse":
        """Enrol the court and its people."""
        await self.registry.enrol(self.court)
        return self

    def entry(
        self,
        subject: subject_pb2.Subject,
        *,
        ground: ledger.Ground.ValueType = ledger.GROUND_ABLE_BUT_REFUSES,
        grace_days: int | None = None,
    ) -> rpc.EnterListingRequest:
        """A request that would be granted; in grace for `grace_days` after the decision."""
        papers = Papers.of(self.court, today=self.today)
        request = papers.entry(
            request_id=request_id(),
            subject=subject,
            case_number=self.court.case(next(self._serials)),
            ground=ground,
        )
        if grace_days is not None:
            request.grace_until.CopyFrom(day(papers.decided_on + timedelta(days=grace_days)))
        return request

    async def enter(
        self,
        subject: subject_pb2.Subject,
        *,
        ground: ledger.Ground.ValueType = ledger.GROUND_ABLE_BUT_REFUSES,
        grace_days: int | None = None,
    ) -> rpc.EnterListingResponse:
        """Enter a listing with its order."""
        request = self.entry(subject, ground=ground, grace_days=grace_days)
        return await self.registry.courts.EnterListing(request, metadata=self.clerk)

    async def issue(self, subject: subject_pb2.Subject) -> rpc.IssueOrderResponse:
        """Issue an order that stands alone."""
        request = Papers.of(self.court, today=self.today).restriction(
            request_id=request_id(),
            subject=subject,
            case_number=self.court.case(next(self._serials)),
        )
        return await self.registry.courts.IssueOrder(request, metadata=self.clerk)

    async def bind(
        self, subject_id: str, document: document_pb2.Document
    ) -> rpc.BindDocumentResponse:
        """Bind one more document to a person."""
        return await self.registry.bind(self.court, subject_id, document)

    async def unbind(self, document_id: str) -> rpc.UnbindDocumentResponse:
        """Take a document off a person."""
        request = rpc.UnbindDocumentRequest(
            request_id=request_id(), document_id=document_id, reasons="证件号码录入有误"
        )
        return await self.registry.courts.UnbindDocument(request, metadata=self.judge)

    async def looks_owed(self) -> list[str]:
        """The tasks of the court about a name that did not fit."""
        request = rpc.ListTasksRequest(page_size=200)
        reply = await self.registry.courts.ListTasks(request, metadata=self.judge)
        return [one.task_id for one in reply.tasks if one.kind == ledger.TASK_KIND_NAME_MISFIT]

    async def close_task(self, task_id: str) -> rpc.CloseTaskResponse:
        """A judge has looked, and the document is rightly bound."""
        request = rpc.CloseTaskRequest(
            request_id=request_id(), task_id=task_id, reasons="证件照片与本人一致，绑定无误"
        )
        return await self.registry.courts.CloseTask(request, metadata=self.judge)

    async def state(self, obligation_id: str, *, owed_yuan: int = 10_000) -> None:
        """Issue a payoff statement, good for a fortnight."""
        request = rpc.IssuePayoffStatementRequest(
            request_id=request_id(),
            obligation_id=obligation_id,
            sum=yuan(owed_yuan),
            good_until=day(self.today + timedelta(days=14)),
            payee="法院案款专户",
        )
        await self.registry.courts.IssuePayoffStatement(request, metadata=self.clerk)

    async def repay(
        self, obligation_id: str, *, paid_yuan: int = 10_000, receipt: str = "R-1"
    ) -> rpc.RecordRepaymentResponse:
        """Record a payment."""
        request = rpc.RecordRepaymentRequest(
            request_id=request_id(),
            obligation_id=obligation_id,
            amount=yuan(paid_yuan),
            paid_on=day(self.today),
            receipt_number=receipt,
        )
        return await self.registry.courts.RecordRepayment(request, metadata=self.clerk)

    async def pay_off(self, obligation_id: str) -> rpc.RecordRepaymentResponse:
        """State what is owed and record that it was paid."""
        await self.state(obligation_id)
        return await self.repay(obligation_id)

    async def lift(self, order_id: str) -> rpc.LiftOrderResponse:
        """A judge lifts an order because security was given."""
        request = rpc.LiftOrderRequest(
            request_id=request_id(),
            order_id=order_id,
            cause=ledger.ENDING_CAUSE_SECURITY_GIVEN,
            reasons="被执行人提供了充分有效的担保",
        )
        return await self.registry.courts.LiftOrder(request, metadata=self.judge)

    async def revoke(self, listing_id: str) -> rpc.RevokeListingResponse:
        """A judge revokes a listing of the wrong person."""
        request = rpc.RevokeListingRequest(
            request_id=request_id(),
            listing_id=listing_id,
            cause=ledger.ENDING_CAUSE_WRONG_PERSON,
            reasons="身份核实有误,非本案被执行人",
        )
        return await self.registry.courts.RevokeListing(request, metadata=self.judge)

    async def settle(self, basis_id: str, *, uphold: bool) -> admin.SettleEndingResponse:
        """A judge decides on an ending that a restore lost."""
        request = admin.SettleEndingRequest(
            request_id=request_id(), basis_id=basis_id, uphold=uphold, reasons="核对案款到账记录"
        )
        return await self.registry.operators.SettleEnding(request, metadata=self.judge)


async def open_office(
    registry: Registry, office: TicketOffice, partner_id: str = RAIL_PEER.name
) -> TicketOffice:
    """Enrol the partner as which the office asks, and wait until the gate knows it."""
    await registry.enrol_partner(partner_id, "travel")
    await gate_knows(lambda: office.check(_NOBODY.resident_id, flight()))
    return office


async def gate_knows(ask: Callable[[], Awaitable[object]]) -> None:
    """Wait until a gate answers the partner who asks: it hears of an enrolment by the ledger."""

    async def is_known() -> bool:
        try:
            await ask()
        except grpc.aio.AioRpcError as error:
            if parse_error(error).reason_name not in {"PARTNER_UNKNOWN", "FIELD_REFUSED"}:
                raise
            return False
        return True

    await eventually(is_known)


async def gate_has_read(office: TicketOffice, position: position_pb2.Position) -> None:
    """Wait until the gate answers as of `position` or later."""

    async def reached() -> bool:
        decision = await office.check(_NOBODY.resident_id, flight())
        return decision.as_of.position >= position.position

    await eventually(reached)


async def gate_refuses(office: TicketOffice, document: document_pb2.Document) -> None:
    """Wait until the document is refused a flight."""

    async def refused() -> bool:
        decision = await office.check(document, flight())
        return decision.answer == restriction.ANSWER_RESTRICTED

    await eventually(refused)
