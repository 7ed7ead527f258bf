"""What a new listing or order rests on: its court, its subject, its obligation and its case."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from authority.caller import Actor
from courtlist.ledger.v1 import change_pb2 as pb
from registry import rows
from registry.acts.effects import Draft
from registry.acts.entry_rules import entry_violations
from registry.acts.scope import require_own
from registry.acts.subjects import identify
from registry.acts.tasks import close_tasks_on
from registry.commands import Entry, ListingPaper, ObligationPaper
from registry.desk import Desk
from registry.errors import (
    case_taken,
    ending_unsettled,
    not_found,
    obligation_performed,
    refuse,
)
from registry.law.days import legal_day
from registry.law.relisting import relisting_is_decided_anew, reordering_is_decided_anew
from registry.law.uniqueness import (
    StandingListing,
    StandingOrder,
    subject_is_listed_once,
    subject_is_ordered_once,
)
from registry.law.violation import Reason, Violation
from registry.records import ListingRecord, ObligationRecord, OrderRecord


class Basis:
    """What a listing or an order rests on, found or made: court, subject, obligation, case."""

    def __init__(
        self,
        *,
        court_code: str,
        subject_id: UUID,
        obligation_id: UUID,
        entry: Entry,
        passes: Sequence[rows.NewPass],
    ) -> None:
        """`passes` are of the orders that give way to the new one."""
        self.passes = passes
        self.court_code = court_code
        self.subject_id = subject_id
        self.obligation_id = obligation_id
        self.case_number = entry.case.canonical
        self.case_number_raw = entry.case.raw

    @classmethod
    async def found(cls, desk: Desk, draft: Draft, actor: Actor, entry: Entry) -> "Basis":
        """Apply every rule, hold subject then obligation, and draft what is new of them."""
        subject_id, held = await identify(desk, draft, entry.subject)
        refuse(await entry_violations(desk, actor, entry, subject_id, held))
        obligation = await _hold_obligation(desk, entry)
        obligation_id = await _join(desk, draft, actor, entry, subject_id, obligation)
        passes: Sequence[rows.NewPass] = ()
        if obligation is not None:
            # Read after the obligation is held: what a payment has just ended stands no more.
            standing = _Standing.of(subject_id, obligation)
            await _refuse_unsettled(desk, standing)
            passes = await _refuse_second_basis(desk, draft, actor, entry, standing)
        return cls(
            court_code=actor.court_code,
            subject_id=subject_id,
            obligation_id=obligation_id,
            entry=entry,
            passes=passes,
        )


@dataclass(frozen=True, slots=True)
class _Standing:
    """What rests on the held obligation against one subject and was not ended by an act."""

    subject_id: UUID
    obligation_id: UUID
    listings: tuple[ListingRecord, ...]
    orders: tuple[OrderRecord, ...]

    @classmethod
    def of(cls, subject_id: UUID, obligation: ObligationRecord) -> "_Standing":
        return cls(
            subject_id,
            obligation.obligation_id,
            tuple(one for one in obligation.listings if one.subject_id == subject_id),
            tuple(one for one in obligation.orders if one.subject_id == subject_id),
        )


async def _hold_obligation(desk: Desk, entry: Entry) -> ObligationRecord | None:
    """The obligation named, or None for a new one; a case number is never two obligations'."""
    known = await desk.case(entry.case.canonical)
    if isinstance(entry.obligation, ObligationPaper):
        if known is not None:
            raise case_taken(str(known[0]))
        return None
    obligation = await desk.hold_obligation(entry.obligation)
    if obligation is None:
        raise not_found("obligation", "obligation_id")
    if known is not None and known[0] != obligation.obligation_id:
        raise case_taken(str(known[0]))
    if obligation.performed:
        raise obligation_performed()
    return obligation


async def _join(
    desk: Desk,
    draft: Draft,
    actor: Actor,
    entry: Entry,
    subject_id: UUID,
    obligation: ObligationRecord | None,
) -> UUID:
    """Draft what is new: the obligation, its case, its debtor."""
    known_case = None
    if obligation is None:
        assert isinstance(entry.obligation, ObligationPaper)
        paper, obligation_id = entry.obligation, draft.clock.uuid()
        draft.add(
            pb.Effect(obligation_opened=pb.ObligationOpened(obligation_id=str(obligation_id))),
            rows.NewObligation(obligation_id, paper.kind, paper.principal_fen, paper.content),
        )
        debtor_ids: frozenset[UUID] = frozenset()
    else:
        obligation_id, debtor_ids = obligation.obligation_id, obligation.debtor_ids
        known_case = await desk.case(entry.case.canonical)
        if known_case is not None and known_case[0] != obligation_id:
            # Another clerk made it another obligation's while this one was waited for.
            raise case_taken(str(known_case[0]))
    if known_case is None:
        draft.add(
            pb.Effect(
                case_joined=pb.CaseJoined(
                    obligation_id=str(obligation_id), court_code=actor.court_code
                )
            ),
            rows.NewCase(
                entry.case.canonical,
                obligation_id,
                actor.court_code,
                entry.case.raw,
                entry.filed_on,
            ),
        )
    else:
        require_own(actor, known_case[1], "case")
    # An order alone may name an officer of the debtor (CP Art 3(2)), who owes nothing.
    owes = entry.listing is not None or obligation is None
    if owes and subject_id not in debtor_ids:
        draft.add(
            pb.Effect(
                debtor_joined=pb.DebtorJoined(
                    obligation_id=str(obligation_id), subject_id=str(subject_id)
                )
            ),
            rows.NewDebtor(obligation_id, subject_id),
            rows.ChangedObligation(obligation_id),
        )
    return obligation_id


async def _refuse_unsettled(desk: Desk, standing: _Standing) -> None:
    """A basis whose ending a restore lost is decided on by a judge, not replaced by a new one."""
    for basis_id in (
        *(one.listing_id for one in standing.listings),
        *(one.order_id for one in standing.orders),
    ):
        if await desk.unsettled(basis_id) is not None:
            raise ending_unsettled(str(basis_id))


async def _refuse_second_basis(
    desk: Desk, draft: Draft, actor: Actor, entry: Entry, standing: _Standing
) -> Sequence[rows.NewPass]:
    """One standing basis for one debt. What has ended by its instants gives way to the new one.

    Returns the passes of the orders that are replaced.
    """
    lapsed = [one for one in standing.listings if one.is_past(draft.now)]
    for listing in lapsed:
        await close_tasks_on(draft, desk, listing.listing_id)
        draft.end_listing(
            listing,
            kind=pb.ENDING_KIND_DELETED,
            cause=pb.ENDING_CAUSE_TERM_ENDED,
            at=listing.term_end_at,
        )
    for order in standing.orders:
        if order.is_past(draft.now):
            draft.end_order(order, cause=pb.ENDING_CAUSE_TERM_ENDED, at=order.period_end_at)
    again = _second_orders(draft, actor, standing)
    if entry.listing is None:
        refuse(again)
        refuse(await _reordering_violations(desk, actor, entry, standing))
        return ()
    refuse(_second_listings(draft, entry, standing))
    refuse(
        [
            *await _relisting_violations(desk, entry.listing, standing, lapsed),
            *await _reordering_violations(desk, actor, entry, standing),
        ]
    )
    # Listing a debtor who is restricted already: the order that comes with the listing takes the place
    # of the one that stood alone, in the same act, so that paying once still lifts once.
    replaced = {value for violation in again for _, value in violation.metadata}
    if replaced and entry.grace_until is not None:
        refuse([_grace_violation()])
    passes: list[rows.NewPass] = []
    for order in standing.orders:
        if str(order.order_id) in replaced:
            passes += await desk.standing_passes(order.order_id)
            draft.end_order(order, cause=pb.ENDING_CAUSE_REPLACED)
    return passes


def _second_listings(draft: Draft, entry: Entry, standing: _Standing) -> list[Violation]:
    return list(
        subject_is_listed_once(
            obligation_id=str(standing.obligation_id),
            case_number=entry.case.canonical,
            standing=[
                StandingListing(
                    listing_id=str(one.listing_id),
                    obligation_id=str(one.obligation_id),
                    case_number=one.case_number,
                )
                for one in standing.listings
                if not one.is_past(draft.now)
            ],
        )
    )


def _second_orders(draft: Draft, actor: Actor, standing: _Standing) -> list[Violation]:
    return list(
        subject_is_ordered_once(
            obligation_id=str(standing.obligation_id),
            court_code=actor.court_code,
            standing=[
                StandingOrder(
                    order_id=str(one.order_id),
                    obligation_id=str(one.obligation_id),
                    court_code=one.court_code,
                )
                for one in standing.orders
                if not one.is_past(draft.now)
            ],
        )
    )


async def _reordering_violations(
    desk: Desk, actor: Actor, entry: Entry, standing: _Standing
) -> list[Violation]:
    """A lifted order is never brought back: ordering again is decided again (CP Arts 5, 9)."""
    decision = entry.order.facts.decision
    found: list[Violation] = []
    last = await desk.last_ended_order(
        standing.subject_id, standing.obligation_id, actor.court_code
    )
    if last is not None:
        found += reordering_is_decided_anew(
            order_number=decision.number,
            decided_on=decision.decided_on,
            ended_order_number=last[0],
            ended_on=legal_day(last[1]),
        )
    return found


def _grace_violation() -> Violation:
    return Violation(
        reason=Reason.GRACE_REFUSED,
        field="grace_until",
        article="OP grace",
        problem="The debtor is restricted for this debt already; grace would open a gap in that.",
        next_step="Enter without grace, or have a judge lift the order first.",
    )


async def _relisting_violations(
    desk: Desk, paper: ListingPaper, standing: _Standing, lapsed: Sequence[ListingRecord]
) -> list[Violation]:
    """An ended listing is never brought back: listing again is decided again (LP Art 10(3))."""
    ended = []
    last = await desk.last_ended_listing(standing.subject_id, standing.obligation_id)
    if last is not None:
        ended.append(last)
    for one in lapsed:
        found = await desk.listing(one.listing_id)
        assert found is not None, "listings stay in the record"
        assert one.term_end_at is not None, "only a term lapses"
        ended.append((found[1], one.term_end_at))
    return [
        violation
        for decision_number, ended_at in ended
        for violation in relisting_is_decided_anew(
            decision_number=paper.facts.decision.number,
            decided_on=paper.facts.decision.decided_on,
            ended_decision_number=decision_number,
            ended_on=legal_day(ended_at),
        )
    ]
