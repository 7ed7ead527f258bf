"""RegistryService on the wire: who acts, what is asked, do it, answer. Nothing is decided here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

import grpc
from google.protobuf.message import Message

from authority.caller import Actor, actor
from chassis.clock import Clock
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.registry.v1 import registry_service_pb2_grpc
from registry.acts.documents import DocumentActs
from registry.acts.ending import EndingActs
from registry.acts.entering import Entering
from registry.acts.looking import Looking
from registry.acts.passing import Passing
from registry.acts.preparing import Preparing
from registry.acts.repaying import Repaying
from registry.convert import acts, entries, passes, questions
from registry.desk import Desk
from registry.law.days import legal_day
from registry.plan import Plan
from registry.reading.freshness import freshness_of
from registry.reading.reads import Reads
from registry.reading.task_list import TaskList
from registry.registrar import Act, Registrar

C = TypeVar("C")
Q = TypeVar("Q", bound=Message)
R = TypeVar("R", bound=Message)
Context = grpc.aio.ServicerContext[Any, Any]


@dataclass(frozen=True, slots=True)
class Write(Generic[Q, C, R]):
    """One kind of write: which act, how its request is read, how it is planned, how it is answered."""

    kind: ledger.Act.ValueType
    read: Callable[[Q, date], C]
    plan: Callable[[Desk, Actor, C], Awaitable[Plan[R]]]
    answer_type: type[R]


class RegistryServicer(registry_service_pb2_grpc.RegistryServiceServicer):
    """See registry_service.proto, where every RPC, field and error is described."""

    def __init__(
        self,
        *,
        registrar: Registrar,
        reads: Reads,
        tasks: TaskList,
        entering: Entering,
        repaying: Repaying,
        ending: EndingActs,
        documents: DocumentActs,
        preparing: Preparing,
        passing: Passing,
        looking: Looking,
        clock: Clock,
    ) -> None:
        self._registrar = registrar
        self._reads = reads
        self._tasks = tasks
        self._preparing = preparing
        self._clock = clock
        self._enter_listing = Write(
            ledger.ACT_ENTER_LISTING,
            entries.read_entry,
            entering.enter_listing,
            rpc.EnterListingResponse,
        )
        self._issue_order = Write(
            ledger.ACT_ISSUE_ORDER, entries.read_order, entering.issue_order, rpc.IssueOrderResponse
        )
        self._bind_document = Write(
            ledger.ACT_BIND_DOCUMENT, acts.read_binding, documents.bind, rpc.BindDocumentResponse
        )
        self._unbind_document = Write(
            ledger.ACT_UNBIND_DOCUMENT,
            acts.read_unbinding,
            documents.unbind,
            rpc.UnbindDocumentResponse,
        )
        self._issue_payoff_statement = Write(
            ledger.ACT_ISSUE_PAYOFF_STATEMENT,
            acts.read_statement,
            repaying.issue_statement,
            rpc.IssuePayoffStatementResponse,
        )
        self._record_repayment = Write(
            ledger.ACT_RECORD_REPAYMENT,
            acts.read_repayment,
            repaying.record,
            rpc.RecordRepaymentResponse,
        )
        self._reverse_repayment = Write(
            ledger.ACT_REVERSE_REPAYMENT,
            acts.read_reversal,
            repaying.reverse,
            rpc.ReverseRepaymentResponse,
        )
        self._record_act_performed = Write(
            ledger.ACT_RECORD_ACT_PERFORMED,
            acts.read_act_performed,
            repaying.record_act,
            rpc.RecordActPerformedResponse,
        )
        self._end_listing = Write(
            ledger.ACT_END_LISTING, acts.read_ending, ending.end_listing, rpc.EndListingResponse
        )
        self._revoke_listing = Write(
            ledger.ACT_REVOKE_LISTING,
            acts.read_ending,
            ending.revoke_listing,
            rpc.RevokeListingResponse,
        )
        self._correct_listing = Write(
            ledger.ACT_CORRECT_LISTING,
            acts.read_correction,
            ending.correct_listing,
            rpc.CorrectListingResponse,
        )
        self._lift_order = Write(
            ledger.ACT_LIFT_ORDER, acts.read_ending, ending.lift_order, rpc.LiftOrderResponse
        )
        self._grant_pass = Write(
            ledger.ACT_GRANT_PASS, passes.read_pass, passing.grant, rpc.GrantPassResponse
        )
        self._withdraw_pass = Write(
            ledger.ACT_WITHDRAW_PASS,
            passes.read_withdrawal,
            passing.withdraw,
            rpc.WithdrawPassResponse,
        )

        self._close_task = Write(
            ledger.ACT_CLOSE_TASK, acts.read_closing, looking.close_task, rpc.CloseTaskResponse
        )

    async def EnterListing(
        self, request: rpc.EnterListingRequest, context: Context
    ) -> rpc.EnterListingResponse:
        return await self._act(self._enter_listing, request, context)

    async def IssueOrder(
        self, request: rpc.IssueOrderRequest, context: Context
    ) -> rpc.IssueOrderResponse:
        return await self._act(self._issue_order, request, context)

    async def PrepareBinding(
        self, request: rpc.PrepareBindingRequest, context: Context
    ) -> rpc.PrepareBindingResponse:
        binding = acts.read_preparation(request, self._today())
        preparation_id = await self._preparing.prepare(actor(), request.request_id, binding)
        return rpc.PrepareBindingResponse(preparation_id=str(preparation_id))

    async def BindDocument(
        self, request: rpc.BindDocumentRequest, context: Context
    ) -> rpc.BindDocumentResponse:
        return await self._act(self._bind_document, request, context)

    async def UnbindDocument(
        self, request: rpc.UnbindDocumentRequest, context: Context
    ) -> rpc.UnbindDocumentResponse:
        return await self._act(self._unbind_document, request, context)

    async def IssuePayoffStatement(
        self, request: rpc.IssuePayoffStatementRequest, context: Context
    ) -> rpc.IssuePayoffStatementResponse:
        return await self._act(self._issue_payoff_statement, request, context)

    async def RecordRepayment(
        self, request: rpc.RecordRepaymentRequest, context: Context
    ) -> rpc.RecordRepaymentResponse:
        return await self._act(self._record_repayment, request, context)

    async def ReverseRepayment(
        self, request: rpc.ReverseRepaymentRequest, context: Context
    ) -> rpc.ReverseRepaymentResponse:
        return await self._act(self._reverse_repayment, request, context)

    async def RecordActPerformed(
        self, request: rpc.RecordActPerformedRequest, context: Context
    ) -> rpc.RecordActPerformedResponse:
        return await self._act(self._record_act_performed, request, context)

    async def EndListing(
        self, request: rpc.EndListingRequest, context: Context
    ) -> rpc.EndListingResponse:
        return await self._act(self._end_listing, request, context)

    async def RevokeListing(
        self, request: rpc.RevokeListingRequest, context: Context
    ) -> rpc.RevokeListingResponse:
        return await self._act(self._revoke_listing, request, context)

    async def CorrectListing(
        self, request: rpc.CorrectListingRequest, context: Context
    ) -> rpc.CorrectListingResponse:
        return await self._act(self._correct_listing, request, context)

    async def LiftOrder(
        self, request: rpc.LiftOrderRequest, context: Context
    ) -> rpc.LiftOrderResponse:
        return await self._act(self._lift_order, request, context)

    async def GrantPass(
        self, request: rpc.GrantPassRequest, context: Context
    ) -> rpc.GrantPassResponse:
        return await self._act(self._grant_pass, request, context)

    async def WithdrawPass(
        self, request: rpc.WithdrawPassRequest, context: Context
    ) -> rpc.WithdrawPassResponse:
        return await self._act(self._withdraw_pass, request, context)

    async def GetListing(
        self, request: rpc.GetListingRequest, context: Context
    ) -> rpc.GetListingResponse:
        listing_id = questions.read_id(request.listing_id, "listing_id", self._today())
        freshness = freshness_of(request.consistency)
        listing = await self._reads.get_listing(listing_id, freshness)
        return rpc.GetListingResponse(listing=listing)

    async def GetOrder(
        self, request: rpc.GetOrderRequest, context: Context
    ) -> rpc.GetOrderResponse:
        order_id = questions.read_id(request.order_id, "order_id", self._today())
        order = await self._reads.get_order(order_id, freshness_of(request.consistency))
        return rpc.GetOrderResponse(order=order)

    async def GetObligation(
        self, request: rpc.GetObligationRequest, context: Context
    ) -> rpc.GetObligationResponse:
        obligation_id = questions.read_id(request.obligation_id, "obligation_id", self._today())
        obligation = await self._reads.get_obligation(obligation_id)
        return rpc.GetObligationResponse(obligation=obligation)

    async def SearchListings(
        self, request: rpc.SearchListingsRequest, context: Context
    ) -> rpc.SearchListingsResponse:
        conditions, page = questions.read_search(request, actor().court_code, self._today())
        return await self._reads.search(conditions, page)

    async def GetStanding(
        self, request: rpc.GetStandingRequest, context: Context
    ) -> rpc.GetStandingResponse:
        document = questions.read_document(request, self._today())
        return await self._reads.get_standing(document, freshness_of(request.consistency))

    async def ListTasks(
        self, request: rpc.ListTasksRequest, context: Context
    ) -> rpc.ListTasksResponse:
        return await self._tasks.page(
            actor().court_code, questions.read_page(request, self._today())
        )

    async def CloseTask(
        self, request: rpc.CloseTaskRequest, context: Context
    ) -> rpc.CloseTaskResponse:
        return await self._act(self._close_task, request, context)

    async def _act(self, write: Write[Q, C, R], request: Q, context: Context) -> R:
        """Every write goes this way: request, law, ledger. Who acts, and may, the doorkeeper has seen to."""
        acting = actor()
        command = write.read(request, self._today())
        act = Act(
            kind=write.kind,
            actor=acting,
            request=request,
            request_id=request.request_id,  # type: ignore[attr-defined] # every write has it
            validate_only=request.validate_only,  # type: ignore[attr-defined] # and this
            plan=lambda desk: write.plan(desk, acting, command),
            answer_type=write.answer_type,
        )
        answer = await self._registrar.perform(act)
        context.add_done_callback(self._note_reply)  # type: ignore[arg-type] # stub: no protocol
        return answer

    def _note_reply(self, _: Context) -> None:
        self._registrar.mark_replied()

    def _today(self) -> date:
        return legal_day(self._clock.now())
