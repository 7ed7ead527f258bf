"""RegistryService on the wire: who acts, what is asked, do it, answer. Nothing is decided here."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from chassis.clock import Clock
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.registry.v1 import registry_service_pb2_grpc
from registry.actor import ActorSource
from registry.acts.ending import EndingActs
from registry.acts.entering import Entering
from registry.acts.repaying import Repaying
from registry.acts.subjects import Subjects
from registry.authority import require_role
from registry.convert import acts, entries, questions
from registry.desk import Desk
from registry.freshness import freshness_of
from registry.law.days import legal_day
from registry.plan import Plan
from registry.reads import Reads
from registry.registrar import Act, Actor, Registrar

C = TypeVar("C")
Q = TypeVar("Q", bound=Message)
R = TypeVar("R", bound=Message)
Context = grpc.aio.ServicerContext[Any, Any]


class RegistryServicer(registry_service_pb2_grpc.RegistryServiceServicer):
    """See registry_service.proto, where every RPC, field and error is described."""

    def __init__(
        self,
        *,
        registrar: Registrar,
        reads: Reads,
        actors: ActorSource,
        entering: Entering,
        repaying: Repaying,
        ending: EndingActs,
        subjects: Subjects,
        clock: Clock,
    ) -> None:
        self._registrar = registrar
        self._reads = reads
        self._actors = actors
        self._entering = entering
        self._repaying = repaying
        self._ending = ending
        self._subjects = subjects
        self._clock = clock

    async def EnterListing(
        self, request: rpc.EnterListingRequest, context: Context
    ) -> rpc.EnterListingResponse:
        return await self._act(
            request,
            context,
            kind=ledger.ACT_ENTER_LISTING,
            read=entries.read_entry,
            plan=self._entering.enter_listing,
            answer_type=rpc.EnterListingResponse,
        )

    async def IssueOrder(
        self, request: rpc.IssueOrderRequest, context: Context
    ) -> rpc.IssueOrderResponse:
        return await self._act(
            request,
            context,
            kind=ledger.ACT_ISSUE_ORDER,
            read=entries.read_order,
            plan=self._entering.issue_order,
            answer_type=rpc.IssueOrderResponse,
        )

    async def BindDocument(
        self, request: rpc.BindDocumentRequest, context: Context
    ) -> rpc.BindDocumentResponse:
        return await self._act(
            request,
            context,
            kind=ledger.ACT_BIND_DOCUMENT,
            read=acts.read_binding,
            plan=self._subjects.bind,
            answer_type=rpc.BindDocumentResponse,
        )

    async def UnbindDocument(
        self, request: rpc.UnbindDocumentRequest, context: Context
    ) -> rpc.UnbindDocumentResponse:
        return await self._act(
            request,
            context,
            kind=ledger.ACT_UNBIND_DOCUMENT,
            read=acts.read_unbinding,
            plan=self._subjects.unbind,
            answer_type=rpc.UnbindDocumentResponse,
        )

    async def IssuePayoffStatement(
        self, request: rpc.IssuePayoffStatementRequest, context: Context
    ) -> rpc.IssuePayoffStatementResponse:
        return await self._act(
            request,
            context,
            kind=ledger.ACT_ISSUE_PAYOFF_STATEMENT,
            read=acts.read_statement,
            plan=self._repaying.issue_statement,
            answer_type=rpc.IssuePayoffStatementResponse,
        )

    async def RecordRepayment(
        self, request: rpc.RecordRepaymentRequest, context: Context
    ) -> rpc.RecordRepaymentResponse:
        return await self._act(
            request,
            context,
            kind=ledger.ACT_RECORD_REPAYMENT,
            read=acts.read_repayment,
            plan=self._repaying.record,
            answer_type=rpc.RecordRepaymentResponse,
        )

    async def ReverseRepayment(
        self, request: rpc.ReverseRepaymentRequest, context: Context
    ) -> rpc.ReverseRepaymentResponse:
        return await self._act(
            request,
            context,
            kind=ledger.ACT_REVERSE_REPAYMENT,
            read=acts.read_reversal,
            plan=self._repaying.reverse,
            answer_type=rpc.ReverseRepaymentResponse,
        )

    async def RecordActPerformed(
        self, request: rpc.RecordActPerformedRequest, context: Context
    ) -> rpc.RecordActPerformedResponse:
        return await self._act(
            request,
            context,
            kind=ledger.ACT_RECORD_ACT_PERFORMED,
            read=acts.read_act_performed,
            plan=self._repaying.record_act,
            answer_type=rpc.RecordActPerformedResponse,
        )

    async def EndListing(
        self, request: rpc.EndListingRequest, context: Context
    ) -> rpc.EndListingResponse:
        return await self._act(
            request,
            context,
            kind=ledger.ACT_END_LISTING,
            read=acts.read_ending,
            plan=self._ending.end_listing,
            answer_type=rpc.EndListingResponse,
        )

    async def RevokeListing(
        self, request: rpc.RevokeListingRequest, context: Context
    ) -> rpc.RevokeListingResponse:
        return await self._act(
            request,
            context,
            kind=ledger.ACT_REVOKE_LISTING,
            read=acts.read_ending,
            plan=self._ending.revoke_listing,
            answer_type=rpc.RevokeListingResponse,
        )

    async def CorrectListing(
        self, request: rpc.CorrectListingRequest, context: Context
    ) -> rpc.CorrectListingResponse:
        return await self._act(
            request,
            context,
            kind=ledger.ACT_CORRECT_LISTING,
            read=acts.read_correction,
            plan=self._ending.correct_listing,
            answer_type=rpc.CorrectListingResponse,
        )

    async def LiftOrder(
        self, request: rpc.LiftOrderRequest, context: Context
    ) -> rpc.LiftOrderResponse:
        return await self._act(
            request,
            context,
            kind=ledger.ACT_LIFT_ORDER,
            read=acts.read_ending,
            plan=self._ending.lift_order,
            answer_type=rpc.LiftOrderResponse,
        )

    async def GetListing(
        self, request: rpc.GetListingRequest, context: Context
    ) -> rpc.GetListingResponse:
        await self._actors.of(context)
        listing_id = questions.read_id(request.listing_id, "listing_id", self._today())
        freshness = freshness_of(request.consistency)
        listing = await self._reads.get_listing(listing_id, freshness)
        return rpc.GetListingResponse(listing=listing)

    async def GetOrder(
        self, request: rpc.GetOrderRequest, context: Context
    ) -> rpc.GetOrderResponse:
        await self._actors.of(context)
        order_id = questions.read_id(request.order_id, "order_id", self._today())
        order = await self._reads.get_order(order_id, freshness_of(request.consistency))
        return rpc.GetOrderResponse(order=order)

    async def GetObligation(
        self, request: rpc.GetObligationRequest, context: Context
    ) -> rpc.GetObligationResponse:
        await self._actors.of(context)
        obligation_id = questions.read_id(request.obligation_id, "obligation_id", self._today())
        obligation = await self._reads.get_obligation(obligation_id)
        return rpc.GetObligationResponse(obligation=obligation)

    async def SearchListings(
        self, request: rpc.SearchListingsRequest, context: Context
    ) -> rpc.SearchListingsResponse:
        actor = await self._actors.of(context)
        conditions, page = questions.read_search(request, actor.court_code, self._today())
        return await self._reads.search(conditions, page)

    async def GetStanding(
        self, request: rpc.GetStandingRequest, context: Context
    ) -> rpc.GetStandingResponse:
        await self._actors.of(context)
        document = questions.read_document(request, self._today())
        return await self._reads.get_standing(document, freshness_of(request.consistency))

    async def _act(
        self,
        request: Q,
        context: Context,
        *,
        kind: ledger.Act.ValueType,
        read: Callable[[Q, date], C],
        plan: Callable[[Desk, Actor, C], Awaitable[Plan[R]]],
        answer_type: type[R],
    ) -> R:
        """Every write goes this way: actor, role, request, law, ledger."""
        actor = await self._actors.of(context)
        require_role(kind, actor)
        command = read(request, self._today())
        act = Act(
            kind=kind,
            actor=actor,
            request=request,
            request_id=request.request_id,  # type: ignore[attr-defined]
            validate_only=request.validate_only,  # type: ignore[attr-defined]
            plan=lambda desk: plan(desk, actor, command),
            answer_type=answer_type,
        )
        answer = await self._registrar.perform(act)
        context.add_done_callback(self._note_reply)  # type: ignore[arg-type] # stub: no protocol
        return answer

    def _note_reply(self, _: Context) -> None:
        self._registrar.mark_replied()

    def _today(self) -> date:
        return legal_day(self._clock.now())
