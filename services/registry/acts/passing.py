"""Granting and withdrawing passes: what an order leaves free for some days."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from authority.caller import Actor
from chassis.clock import Clock
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry import rows
from registry.acts.effects import Draft
from registry.acts.holding import hold_order
from registry.acts.signatures import signature_faults
from registry.codes import items_of
from registry.commands import PassPaper
from registry.desk import Desk
from registry.errors import already_ended, not_found, refuse
from registry.law import passes
from registry.law.days import end_of_day, legal_day, start_of_day
from registry.law.violation import Violation
from registry.plan import Plan
from registry.reading.states import stamp
from registry.reading.views import Views
from registry.records import OrderRecord


class Passing:
    """Plans for GrantPass and WithdrawPass.

    Neither travels as an ending: a refusal is confirmed at the primary, which knows of the pass at once.
    """

    def __init__(self, *, views: Views, clock: Clock) -> None:
        self._views = views
        self._clock = clock

    async def grant(
        self, desk: Desk, actor: Actor, paper: PassPaper
    ) -> Plan[rpc.GrantPassResponse]:
        """Leave items free. When the order ends the pass means nothing, and no act is needed."""
        draft = Draft(clock=self._clock, now=desk.now)
        order, ended = await hold_order(desk, actor, paper.order_id)
        if ended or order.is_past(desk.now):
            raise already_ended("order")
        barred = items_of(await desk.order_items(order.order_id))
        is_president = await desk.officer_is_enrolled(
            paper.decision.signed_by, pb.ROLE_PRESIDENT, actor.court_code
        )
        refuse(
            [
                *_violations(paper, desk.now),
                *passes.pass_frees_what_the_order_bars(paper.items, barred),
                *passes.signer_is_the_president(
                    paper.cause, paper.decision.signed_by, is_president=is_president
                ),
                *passes.pass_is_granted_once(
                    paper.cause, is_granted=await desk.pass_was_granted(paper)
                ),
                *await signature_faults(
                    desk,
                    actor,
                    paper.signed,
                    signers=[paper.decision.signed_by],
                    signed_on=paper.decision.signed_on,
                ),
            ]
        )
        pass_id = self._draft(draft, order, paper)

        async def answer(desk: Desk, position: position_pb2.Position) -> rpc.GrantPassResponse:
            shown = await self._views.order(desk.connection, order.order_id)
            assert shown is not None, "orders stay in the record"
            stamp(shown, desk.now)
            [granted] = [one for one in shown.passes if one.pass_id == str(pass_id)]
            reply = rpc.GrantPassResponse(position=position)
            getattr(reply, "pass").CopyFrom(granted)  # the field's name is a word of Python's
            return reply

        return draft.plan(answer)

    async def withdraw(
        self, desk: Desk, actor: Actor, pass_id: UUID
    ) -> Plan[rpc.WithdrawPassResponse]:
        """The order bars again what it barred."""
        draft = Draft(clock=self._clock, now=desk.now)
        found = await desk.find_pass(pass_id)
        if found is None:
            raise not_found("pass", "pass_id")
        order, _ = await hold_order(desk, actor, found[0], named="pass_id")
        found = await desk.find_pass(pass_id)
        if found is None:
            raise not_found("pass", "pass_id")
        if found[1]:
            raise already_ended("pass")
        draft.add(
            pb.Effect(
                pass_withdrawn=pb.PassWithdrawn(
                    pass_id=str(pass_id),
                    order_id=str(order.order_id),
                    subject_id=str(order.subject_id),
                )
            ),
            rows.WithdrawnPass(pass_id),
        )
        draft.touch(order_id=order.order_id, subject_id=order.subject_id)

        async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.WithdrawPassResponse:
            return rpc.WithdrawPassResponse(position=position)

        return draft.plan(answer)

    def _draft(self, draft: Draft, order: OrderRecord, paper: PassPaper) -> UUID:
        assert paper.cause is not None, "the rules have passed"
        pass_id = self._clock.uuid()
        granted = rows.NewPass(
            pass_id=pass_id,
            order_id=order.order_id,
            items=paper.item_numbers,
            first_on=paper.first_on,
            last_on=paper.last_on,
            start_at=start_of_day(paper.first_on),
            end_at=end_of_day(paper.last_on),
            cause=pb.PassCause.Value(f"PASS_CAUSE_{paper.cause}"),
            decision_number=paper.decision.number,
        )
        _add(draft, granted, order.subject_id)
        return pass_id


def carry_over(
    draft: Draft,
    passes: Iterable[rows.NewPass],
    *,
    order_id: UUID,
    subject_id: UUID,
    items: Collection[int],
) -> None:
    """Let what an order left free be left free by the one that takes its place (CP Arts 3(2), 8).

    The court's decision to grant it stands, and whoever holds the pass did nothing.
    """
    for one in passes:
        free = tuple(item for item in one.items if item in items)
        if free:
            granted = replace(one, pass_id=draft.clock.uuid(), order_id=order_id, items=free)
            _add(draft, granted, subject_id)


def _add(draft: Draft, row: rows.NewPass, subject_id: UUID) -> None:
    effect = pb.Effect()
    granted = effect.pass_granted
    granted.pass_id, granted.order_id = str(row.pass_id), str(row.order_id)
    granted.subject_id = str(subject_id)
    granted.items.extend(pb.Item.ValueType(item) for item in row.items)
    granted.start_time.FromDatetime(row.start_at)
    granted.end_time.FromDatetime(row.end_at)
    granted.cause = pb.PassCause.ValueType(row.cause)
    draft.add(effect, row)
    draft.touch(order_id=row.order_id, subject_id=subject_id)


def _violations(paper: PassPaper, now: datetime) -> Iterable[Violation]:
    """What the request alone tells."""
    today = legal_day(now)
    yield from passes.pass_names_its_cause(paper.cause)
    yield from passes.opinion_frees_travel_alone(paper.cause, paper.items)
    yield from passes.pass_has_its_days(paper.first_on, paper.last_on, today=today)
    yield from passes.pass_is_no_longer_than_its_cause_allows(
        paper.cause, paper.first_on, paper.last_on
    )
    yield from passes.pass_is_signed(paper.cause, paper.decision, today=today)
