"""The acts of one court, each repeated with its own request_id until it is acknowledged."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from chassis.wire.status import parse
from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import OPERATOR, Metadata, acting, binding, request_id, second_of
from stack.papers import Court, Person, day, yuan
from tests.robustness.diary import Acknowledged, Diary
from tests.robustness.world import World

R = TypeVar("R", bound=Message)

# What a client may meet while something is down; all else is a fault of ours.
# CANCELLED is gRPC's own answer to a call that arrives while its server shuts down: nothing of ours
# has seen it.
_REPEATABLE = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.CANCELLED,
    }
)
_PAUSE_S = 0.05
_LIMIT_S = 60.0


class Chambers:
    """A clerk and a judge of `court` at work; what is acknowledged goes into `diary`."""

    def __init__(self, world: World, court: Court, diary: Diary) -> None:
        self.court = court
        self._world = world
        self._diary = diary
        self._papers = world.papers(court)
        self._clerk = acting(court.clerk, "clerk", court)
        self._judge = acting(court.judge, "judge", court)

    async def insist(
        self, kind: str, call: Callable[..., Awaitable[R]], request: Any, who: Metadata
    ) -> R:
        """Repeat the very same request while the answer is an outage, and record its success.

        Raises:
            grpc.aio.AioRpcError: any other refusal, noted among the diary's faults.
            TimeoutError: no acknowledgement within a minute.
        """
        asked_at_s = time.monotonic()
        reply, attempts = await self._until_answered(kind, call, request, who)
        self._diary.acknowledged.append(
            Acknowledged(
                kind=kind,
                request_id=request.request_id,
                position=reply.position.position,  # type: ignore[attr-defined]
                asked_at_s=asked_at_s,
                acknowledged_at_s=time.monotonic(),
                attempts=attempts,
                reply=reply,
            )
        )
        return reply

    async def _until_answered(
        self, kind: str, call: Callable[..., Awaitable[R]], request: Any, who: Metadata
    ) -> tuple[R, int]:
        """The answer, and at which attempt it came."""
        async with asyncio.timeout(_LIMIT_S):
            attempts = 1
            while (reply := await self._attempt(kind, call, request, who)) is None:
                await asyncio.sleep(_PAUSE_S)
                attempts += 1
        return reply, attempts

    async def _attempt(
        self, kind: str, call: Callable[..., Awaitable[R]], request: Any, who: Metadata
    ) -> R | None:
        try:
            return await call(request, metadata=who)
        except grpc.aio.AioRpcError as error:
            remote = parse(error)
            said = f"{remote.code.name} {remote.reason_name}".strip()
            if remote.code not in _REPEATABLE:
                self._diary.faults.append(f"{kind}: {said}: {error.details()}")
                raise
            self._diary.refused_writes[said] += 1
            return None

    async def enter(
        self,
        person: Person,
        case_number: str,
        *,
        ground: ledger.Ground.ValueType = ledger.GROUND_ABLE_BUT_REFUSES,
        obligation_id: str = "",
        owed_yuan: int = 100,
    ) -> rpc.EnterListingResponse:
        """A debtor with listing, order and a debt of `owed_yuan`."""
        request = self._papers.entry(
            request_id=request_id(),
            subject=person.subject,
            case_number=case_number,
            ground=ground,
            obligation_id=obligation_id,
            owed_yuan=owed_yuan,
        )
        courts = self._world.registry.courts
        return await self.insist("enter", courts.EnterListing, request, self._clerk)

    async def order(
        self, person: Person, case_number: str, *, owed_yuan: int = 100
    ) -> rpc.IssueOrderResponse:
        """An order without a listing."""
        request = self._papers.restriction(
            request_id=request_id(),
            subject=person.subject,
            case_number=case_number,
            owed_yuan=owed_yuan,
        )
        courts = self._world.registry.courts
        return await self.insist("order", courts.IssueOrder, request, self._clerk)

    async def bind(
        self, subject_id: str, document: document_pb2.Document
    ) -> rpc.BindDocumentResponse:
        """A further document of a subject, by two people."""
        courts = self._world.registry.courts
        prepared = binding(subject_id, document)
        # What is prepared is no act, and has no position.
        kept, _ = await self._until_answered(
            "prepare", courts.PrepareBinding, prepared, self._clerk
        )
        request = second_of(prepared, kept.preparation_id)
        return await self.insist("bind", courts.BindDocument, request, self._judge)

    async def state(self, obligation_id: str, sum_yuan: int) -> rpc.IssuePayoffStatementResponse:
        """A payoff statement, good for a fortnight."""
        request = rpc.IssuePayoffStatementRequest(
            request_id=request_id(),
            obligation_id=obligation_id,
            sum=yuan(sum_yuan),
            good_until=day(self._world.today + timedelta(days=14)),
            payee="法院案款专户",
        )
        courts = self._world.registry.courts
        return await self.insist("state", courts.IssuePayoffStatement, request, self._clerk)

    async def pay(
        self, obligation_id: str, paid_yuan: int, receipt_number: str
    ) -> rpc.RecordRepaymentResponse:
        """Money that came in today."""
        request = rpc.RecordRepaymentRequest(
            request_id=request_id(),
            obligation_id=obligation_id,
            amount=yuan(paid_yuan),
            paid_on=day(self._world.today),
            receipt_number=receipt_number,
        )
        courts = self._world.registry.courts
        return await self.insist("pay", courts.RecordRepayment, request, self._clerk)

    async def end(self, listing_id: str) -> rpc.EndListingResponse:
        """A listing deleted, and its order lifted, because enforcement has ended."""
        request = rpc.EndListingRequest(
            request_id=request_id(),
            listing_id=listing_id,
            cause=ledger.ENDING_CAUSE_ENFORCEMENT_ENDED,
            reasons="裁定终结执行",
        )
        courts = self._world.registry.courts
        return await self.insist("end", courts.EndListing, request, self._judge)

    async def revoke(self, listing_id: str) -> rpc.RevokeListingResponse:
        """A listing that was wrong, taken back with its order."""
        request = rpc.RevokeListingRequest(
            request_id=request_id(),
            listing_id=listing_id,
            cause=ledger.ENDING_CAUSE_WRONGLY_LISTED,
            reasons="不符合纳入条件",
        )
        courts = self._world.registry.courts
        return await self.insist("revoke", courts.RevokeListing, request, self._judge)

    async def correct(self, listing_id: str, etag: str) -> rpc.CorrectListingResponse:
        """New text for a listing."""
        request = rpc.CorrectListingRequest(
            request_id=request_id(),
            listing_id=listing_id,
            etag=etag,
            performed_part="部分履行",
            reasons="履行情况已变化",
        )
        courts = self._world.registry.courts
        return await self.insist("correct", courts.CorrectListing, request, self._judge)

    async def lift(self, order_id: str) -> rpc.LiftOrderResponse:
        """An order lifted because security was given."""
        request = rpc.LiftOrderRequest(
            request_id=request_id(),
            order_id=order_id,
            cause=ledger.ENDING_CAUSE_SECURITY_GIVEN,
            reasons="被执行人提供了充分有效担保",
        )
        courts = self._world.registry.courts
        return await self.insist("lift", courts.LiftOrder, request, self._judge)

    async def grant(self, order_id: str) -> rpc.GrantPassResponse:
        """A pass for a month of travel, to sit an examination."""
        today = self._world.today
        request = self._papers.journey_pass(
            request_id=request_id(),
            order_id=order_id,
            first_day=today,
            last_day=today + timedelta(days=28),
        )
        courts = self._world.registry.courts
        return await self.insist("grant", courts.GrantPass, request, self._judge)

    async def enrol(self, court: Court) -> admin.EnrolCourtResponse:
        """A further court, by an operator."""
        request = admin.EnrolCourtRequest(
            request_id=request_id(), court_code=court.code, name=court.name, contact=court.contact
        )
        operators = self._world.registry.operators
        return await self.insist("enrol", operators.EnrolCourt, request, OPERATOR)
