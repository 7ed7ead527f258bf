"""The part of AdminService that says who acts: courts, their people, and the people's keys."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from authority.caller import actor
from chassis.clock import Clock
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as rpc
from courtlist.registry.v1 import admin_service_pb2_grpc
from registry.acts.courts import enrol_court, retire_court
from registry.acts.keys import enrol_key, retire_key
from registry.acts.officers import enrol_officer, retire_officer
from registry.acts.scope import require_own
from registry.convert.enrolments import (
    check_court,
    check_court_retiring,
    check_key,
    check_key_retiring,
    check_officer,
    check_officer_retiring,
    check_officers_asked,
)
from registry.desk import Desk
from registry.law.days import legal_day
from registry.plan import Plan
from registry.reading.officer_list import OfficerList
from registry.registrar import Act, Registrar

R = TypeVar("R", bound=Message)
Context = grpc.aio.ServicerContext[Any, Any]


class StaffServicer(admin_service_pb2_grpc.AdminServiceServicer):
    """What AdminServicer builds on: its acts on people, and the way every act goes."""

    def __init__(self, *, registrar: Registrar, officers: OfficerList, clock: Clock) -> None:
        self._registrar = registrar
        self._officers = officers
        self._clock = clock

    async def EnrolCourt(
        self, request: rpc.EnrolCourtRequest, context: Context
    ) -> rpc.EnrolCourtResponse:
        """Make a court known."""
        check_court(request, self._today())
        return await self._act(
            request,
            context,
            kind=ledger.ACT_ENROL_COURT,
            plan=lambda desk: enrol_court(desk, request),
            answer_type=rpc.EnrolCourtResponse,
            validate_only=request.validate_only,
        )

    async def RetireCourt(
        self, request: rpc.RetireCourtRequest, context: Context
    ) -> rpc.RetireCourtResponse:
        """Take a court away."""
        check_court_retiring(request, self._today())
        return await self._act(
            request,
            context,
            kind=ledger.ACT_RETIRE_COURT,
            plan=lambda desk: retire_court(desk, request),
            answer_type=rpc.RetireCourtResponse,
            validate_only=request.validate_only,
        )

    async def EnrolOfficer(
        self, request: rpc.EnrolOfficerRequest, context: Context
    ) -> rpc.EnrolOfficerResponse:
        """Give a person a role at a court."""
        check_officer(request, self._today())
        acting = actor()
        return await self._act(
            request,
            context,
            kind=ledger.ACT_ENROL_OFFICER,
            plan=lambda desk: enrol_officer(desk, acting, request),
            answer_type=rpc.EnrolOfficerResponse,
            validate_only=request.validate_only,
        )

    async def RetireOfficer(
        self, request: rpc.RetireOfficerRequest, context: Context
    ) -> rpc.RetireOfficerResponse:
        """Take a role from a person."""
        check_officer_retiring(request, self._today())
        acting = actor()
        return await self._act(
            request,
            context,
            kind=ledger.ACT_RETIRE_OFFICER,
            plan=lambda desk: retire_officer(desk, acting, request),
            answer_type=rpc.RetireOfficerResponse,
            validate_only=request.validate_only,
        )

    async def EnrolKey(
        self, request: rpc.EnrolKeyRequest, context: Context
    ) -> rpc.EnrolKeyResponse:
        """Make a public key count as an officer's."""
        check_key(request, self._today())
        acting = actor()
        return await self._act(
            request,
            context,
            kind=ledger.ACT_ENROL_KEY,
            plan=lambda desk: enrol_key(desk, acting, request),
            answer_type=rpc.EnrolKeyResponse,
            validate_only=request.validate_only,
        )

    async def RetireKey(
        self, request: rpc.RetireKeyRequest, context: Context
    ) -> rpc.RetireKeyResponse:
        """End a key."""
        check_key_retiring(request, self._today())
        acting = actor()
        return await self._act(
            request,
            context,
            kind=ledger.ACT_RETIRE_KEY,
            plan=lambda desk: retire_key(desk, acting, request),
            answer_type=rpc.RetireKeyResponse,
            validate_only=request.validate_only,
        )

    async def ListOfficers(
        self, request: rpc.ListOfficersRequest, context: Context
    ) -> rpc.ListOfficersResponse:
        """Who acts at a court: its own for its people, any for an operator."""
        check_officers_asked(request, self._today())
        if actor().role != ledger.ROLE_OPERATOR:
            require_own(actor(), request.court_code, "court")
        return await self._officers.read(request.court_code)

    async def _act(
        self,
        request: Message,
        context: Context,
        *,
        kind: ledger.Act.ValueType,
        plan: Callable[[Desk], Awaitable[Plan[R]]],
        answer_type: type[R],
        validate_only: bool = False,
    ) -> R:
        answer = await self._registrar.perform(
            Act(
                kind=kind,
                actor=actor(),
                request=request,
                request_id=request.request_id,  # type: ignore[attr-defined]
                validate_only=validate_only,
                plan=plan,
                answer_type=answer_type,
            )
        )
        context.add_done_callback(self._note_reply)  # type: ignore[arg-type] # stub: no protocol
        return answer

    def _note_reply(self, _: Context) -> None:
        self._registrar.mark_replied()

    def _today(self) -> date:
        return legal_day(self._clock.now())
