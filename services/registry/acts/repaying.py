"""Money and acts on an obligation: statements, repayments, reversals, performance (CP Art 9; LP Art 10)."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from authority.caller import Actor
from chassis.clock import Clock
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import decision_pb2, obligation_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry import rows
from registry.acts.effects import Draft, ids
from registry.acts.performing import perform_obligation
from registry.acts.scope import require_own_debt
from registry.acts.tasks import close_tasks_of
from registry.commands import Repayment, Statement
from registry.desk import Desk
from registry.errors import (
    already_ended,
    not_found,
    obligation_performed,
    refuse,
)
from registry.law.days import end_of_day, legal_day
from registry.law.numbers import same_number
from registry.law.performance import Payment, Performance, money_performance
from registry.law.repayment import (
    payment_fits_the_statement,
    payment_was_made,
    statement_stays_good_for_a_while,
)
from registry.law.violation import Reason, Violation
from registry.messages import day_message, money_message, task_message
from registry.plan import Plan
from registry.reading.views import Views
from registry.records import ObligationRecord

# The payment being recorded comes after everything in the record; its own position is not known yet.
_NEXT_POSITION: Final = 2**63 - 1


class Repaying:
    """Plans for everything that brings an obligation towards its performance."""

    def __init__(self, *, views: Views, clock: Clock) -> None:
        self._views = views
        self._clock = clock

    async def issue_statement(
        self, desk: Desk, actor: Actor, command: Statement
    ) -> Plan[rpc.IssuePayoffStatementResponse]:
        """What sum, paid by when, performs the obligation."""
        draft = Draft(clock=self._clock, now=desk.now)
        obligation = await _hold_own(desk, draft, actor, command.obligation_id)
        _require_kind(obligation, obligation_pb2.OBLIGATION_KIND_MONEY)
        if obligation.performed:
            raise obligation_performed()
        refuse(statement_stays_good_for_a_while(command.good_until, today=legal_day(desk.now)))
        statement_id = self._clock.uuid()
        effect = pb.Effect()
        issued = effect.statement_issued
        issued.statement_id = str(statement_id)
        issued.obligation_id = str(command.obligation_id)
        issued.good_until_time.FromDatetime(end_of_day(command.good_until))
        draft.add(
            effect,
            rows.NewStatement(
                statement_id,
                command.obligation_id,
                command.sum_fen,
                command.good_until,
                command.payee,
            ),
            rows.ChangedObligation(command.obligation_id),
        )
        await close_tasks_of(draft, desk, command.obligation_id, pb.TASK_KIND_CONFIRM_PERFORMANCE)

        async def answer(
            _desk: Desk, position: position_pb2.Position
        ) -> rpc.IssuePayoffStatementResponse:
            statement = obligation_pb2.PayoffStatement(
                statement_id=str(statement_id),
                obligation_id=str(command.obligation_id),
                sum=money_message(command.sum_fen),
                good_until=day_message(command.good_until),
                payee=command.payee,
            )
            return rpc.IssuePayoffStatementResponse(statement=statement, position=position)

        return draft.plan(answer)

    async def record(
        self, desk: Desk, actor: Actor, command: Repayment
    ) -> Plan[rpc.RecordRepaymentResponse]:
        """Money came in; when it completes a statement, everything that rests on the debt ends now."""
        draft = Draft(clock=self._clock, now=desk.now)
        obligation = await _hold_own(desk, draft, actor, command.obligation_id)
        _require_kind(obligation, obligation_pb2.OBLIGATION_KIND_MONEY)
        _refuse_unfit_payment(desk, obligation, command)
        repayment_id = self._clock.uuid()
        draft.add(
            pb.Effect(
                repayment_recorded=pb.RepaymentRecorded(
                    repayment_id=str(repayment_id), obligation_id=str(command.obligation_id)
                )
            ),
            rows.NewRepayment(
                repayment_id,
                command.obligation_id,
                command.amount_fen,
                command.paid_on,
                command.receipt_number,
                command.statement_id,
            ),
            rows.ChangedObligation(command.obligation_id),
        )
        performance = _performance(obligation, command)
        if performance.performed and not obligation.performed:
            await perform_obligation(draft, desk, obligation)
        elif performance.principal_covered and not obligation.performed:
            await _ask_for_statement(draft, desk, actor, obligation)

        async def answer(
            desk: Desk, position: position_pb2.Position
        ) -> rpc.RecordRepaymentResponse:
            return rpc.RecordRepaymentResponse(
                repayment=_repayment_message(repayment_id, command),
                obligation=await self._obligation(desk, command.obligation_id),
                lifted_order_ids=ids(draft.lifted_order_ids),
                deleted_listing_ids=ids(draft.deleted_listing_ids),
                opened_tasks=await _opened_tasks(desk, draft, position),
                position=position,
            )

        return draft.plan(answer)

    async def reverse(
        self, desk: Desk, actor: Actor, repayment_id: UUID
    ) -> Plan[rpc.ReverseRepaymentResponse]:
        """The money had not come in. Nothing that ended comes back: a court decides anew."""
        draft = Draft(clock=self._clock, now=desk.now)
        found = await desk.repayment(repayment_id)
        if found is None:
            raise not_found("repayment", "repayment_id")
        obligation = await _hold_own(desk, draft, actor, found.obligation_id)
        record = next(one for one in obligation.repayments if one.repayment_id == repayment_id)
        if record.payment.reversed:
            raise already_ended("repayment")
        draft.add(
            pb.Effect(
                repayment_reversed=pb.RepaymentReversed(
                    repayment_id=str(repayment_id), obligation_id=str(found.obligation_id)
                )
            ),
            rows.ReversedRepayment(repayment_id),
            rows.ChangedObligation(found.obligation_id),
        )
        if obligation.performed and _rests_on(obligation, repayment_id):
            await _reopen(draft, desk, actor, obligation)
        command = Repayment(
            obligation_id=found.obligation_id,
            amount_fen=record.payment.amount_fen,
            paid_on=record.payment.paid_on,
            receipt_number=record.receipt_number,
            statement_id=(
                None if record.payment.statement_id is None else UUID(record.payment.statement_id)
            ),
        )

        async def answer(
            desk: Desk, position: position_pb2.Position
        ) -> rpc.ReverseRepaymentResponse:
            repayment = _repayment_message(repayment_id, command)
            repayment.reversed = True
            return rpc.ReverseRepaymentResponse(
                repayment=repayment,
                obligation=await self._obligation(desk, found.obligation_id),
                opened_tasks=await _opened_tasks(desk, draft, position),
                position=position,
            )

        return draft.plan(answer)

    async def record_act(
        self, desk: Desk, actor: Actor, obligation_id: UUID
    ) -> Plan[rpc.RecordActPerformedResponse]:
        """A judge records that an obligation to act is performed, with the effects of a payment."""
        draft = Draft(clock=self._clock, now=desk.now)
        obligation = await _hold_own(desk, draft, actor, obligation_id)
        _require_kind(obligation, obligation_pb2.OBLIGATION_KIND_ACT)
        if obligation.performed:
            raise obligation_performed()
        await perform_obligation(draft, desk, obligation)

        async def answer(
            desk: Desk, position: position_pb2.Position
        ) -> rpc.RecordActPerformedResponse:
            return rpc.RecordActPerformedResponse(
                obligation=await self._obligation(desk, obligation_id),
                lifted_order_ids=ids(draft.lifted_order_ids),
                deleted_listing_ids=ids(draft.deleted_listing_ids),
                opened_tasks=await _opened_tasks(desk, draft, position),
                position=position,
            )

        return draft.plan(answer)

    async def _obligation(self, desk: Desk, obligation_id: UUID) -> obligation_pb2.Obligation:
        found = await self._views.obligation(desk.connection, obligation_id)
        assert found is not None, "it is held by this act"
        return found


async def _opened_tasks(
    desk: Desk, draft: Draft, position: position_pb2.Position
) -> list[decision_pb2.Task]:
    """What courts now owe; few payments open anything, and only those look up their own time."""
    if not draft.opened_tasks:
        return []
    opened_at = await desk.recorded_at(position.position)
    return [task_message(task, opened_at) for task in draft.opened_tasks]


def _rests_on(obligation: ObligationRecord, repayment_id: UUID) -> bool:
    """Whether the obligation was performed by payments, and is not without this one.

    A performance that a judge decided on does not rest on any payment, nor on one that came later.
    """

    def performed(payments: list[Payment]) -> bool:
        assert obligation.principal_fen is not None, "money obligations have a principal"
        return money_performance(
            principal_fen=obligation.principal_fen,
            statements=obligation.statements,
            payments=payments,
        ).performed

    at = obligation.performed_position
    assert at is not None, "asked of what is performed"
    counted_then = [
        replace(one.payment, reversed=False)
        for one in obligation.repayments
        if one.payment.recorded_position <= at
        and (one.reversed_position is None or one.reversed_position > at)
    ]
    left = [one.payment for one in obligation.repayments if one.repayment_id != repayment_id]
    return performed(counted_then) and not performed(left)


async def _reopen(draft: Draft, desk: Desk, actor: Actor, obligation: ObligationRecord) -> None:
    """The debt is owed again. Nothing that ended comes back: the court gets a task instead."""
    obligation_id = obligation.obligation_id
    draft.add(
        pb.Effect(obligation_reopened=pb.ObligationReopened(obligation_id=str(obligation_id))),
        rows.ChangedObligation(obligation_id, performed=False),
    )
    await close_tasks_of(draft, desk, obligation_id, pb.TASK_KIND_EARLY_DELETION)
    draft.open_task(
        pb.TASK_KIND_PERFORMANCE_REVERSED,
        court_code=actor.court_code,
        obligation_id=obligation_id,
    )


async def _hold_own(
    desk: Desk, draft: Draft, actor: Actor, obligation_id: UUID
) -> ObligationRecord:
    """The obligation, held; only a court that runs one of its cases may act on it.

    A listing shows the tasks on its obligation, so its cached copies are outdated by the act.
    """
    obligation = await desk.hold_obligation(obligation_id)
    if obligation is None:
        raise not_found("obligation", "obligation_id")
    require_own_debt(actor, obligation)
    for listing in obligation.listings:
        draft.touch(listing_id=listing.listing_id)
    return obligation


def _require_kind(
    obligation: ObligationRecord, kind: obligation_pb2.ObligationKind.ValueType
) -> None:
    if obligation.kind == kind:
        return
    wanted = obligation_pb2.ObligationKind.Name(kind).removeprefix("OBLIGATION_KIND_")
    refuse(
        [
            Violation(
                reason=Reason.FIELD_INVALID,
                field="obligation_id",
                article="",
                problem=f"It names an obligation that is not of kind {wanted}.",
                next_step="Repay on MONEY; record an ACT as performed.",
            )
        ]
    )


def _refuse_unfit_payment(desk: Desk, obligation: ObligationRecord, command: Repayment) -> None:
    refuse(payment_was_made(command.paid_on, today=legal_day(desk.now)))
    for record in obligation.repayments:
        if (
            same_number(record.receipt_number, command.receipt_number)
            and not record.payment.reversed
        ):
            raise ServiceError(
                reasons.ERROR_REASON_PAYMENT_TAKEN,
                "a repayment with this receipt_number is recorded already; nothing was added",
                metadata={"repayment_id": str(record.repayment_id)},
            )
    if command.statement_id is None:
        return
    named = next(
        (one for one in obligation.statements if one.statement_id == str(command.statement_id)),
        None,
    )
    refuse(
        payment_fits_the_statement(
            paid_on=command.paid_on,
            obligation_id=str(obligation.obligation_id),
            statement_obligation_id="" if named is None else str(obligation.obligation_id),
            good_until=command.paid_on if named is None else named.good_until,
        )
    )


def _performance(obligation: ObligationRecord, command: Repayment) -> Performance:
    assert obligation.principal_fen is not None, "money obligations have a principal"
    new = Payment(
        amount_fen=command.amount_fen,
        paid_on=command.paid_on,
        recorded_position=_NEXT_POSITION,
        statement_id=None if command.statement_id is None else str(command.statement_id),
    )
    return money_performance(
        principal_fen=obligation.principal_fen,
        statements=obligation.statements,
        payments=[*(one.payment for one in obligation.repayments), new],
    )


async def _ask_for_statement(
    draft: Draft, desk: Desk, actor: Actor, obligation: ObligationRecord
) -> None:
    """The principal is covered and no statement that is still good says what else is owed."""
    if any(one.good_until >= legal_day(draft.now) for one in obligation.statements):
        return
    tasks = await desk.open_tasks([], obligation.obligation_id)
    if not any(task.kind == pb.TASK_KIND_CONFIRM_PERFORMANCE for task in tasks):
        draft.open_task(
            pb.TASK_KIND_CONFIRM_PERFORMANCE,
            court_code=actor.court_code,
            obligation_id=obligation.obligation_id,
        )


def _repayment_message(repayment_id: UUID, command: Repayment) -> obligation_pb2.Repayment:
    return obligation_pb2.Repayment(
        repayment_id=str(repayment_id),
        obligation_id=str(command.obligation_id),
        amount=money_message(command.amount_fen),
        paid_on=day_message(command.paid_on),
        receipt_number=command.receipt_number,
        statement_id="" if command.statement_id is None else str(command.statement_id),
    )
