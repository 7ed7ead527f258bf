"""Entering a debtor, and ordering a restriction that stands alone (LP Arts 1 to 7; CP Arts 1 to 5)."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from chassis.clock import Clock
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from document import Document
from registry import rows
from registry.acts.effects import Draft
from registry.acts.subjects import identify, recorded_birth
from registry.codes import number_of_subject_kind
from registry.commands import Entry, ListingPaper, ObligationPaper, OrderPaper
from registry.desk import Desk
from registry.errors import case_taken, court_refused, not_found, obligation_performed, refuse
from registry.law.days import end_of_day, legal_day
from registry.law.entry import CaseFacts, listing_violations, order_violations
from registry.law.relisting import relisting_is_decided_anew
from registry.law.service import in_force_from
from registry.law.terms import term_end
from registry.law.uniqueness import (
    StandingListing,
    StandingOrder,
    subject_is_listed_once,
    subject_is_ordered_once,
)
from registry.law.violation import Reason, Violation
from registry.plan import Plan
from registry.records import ObligationRecord, SubjectRecord
from registry.registrar import Actor
from registry.states import stamp
from registry.views import Views


class Entering:
    """Plans for EnterListing and IssueOrder."""

    def __init__(self, *, views: Views, clock: Clock) -> None:
        self._views = views
        self._clock = clock

    async def enter_listing(
        self, desk: Desk, actor: Actor, entry: Entry
    ) -> Plan[rpc.EnterListingResponse]:
        """A listing with the order that must come with it, in one act."""
        assert entry.listing is not None
        draft = Draft(clock=self._clock, now=desk.now)
        basis = await _Basis.found(desk, draft, actor, entry)
        start_at = max(
            _start_at(desk.now, entry.listing, entry), _start_at(desk.now, entry.order, entry)
        )
        listing_id = self._list(draft, basis, entry.listing, start_at)
        order_id = self._order(draft, basis, entry.order, start_at, listing_id)

        async def answer(desk: Desk, position: position_pb2.Position) -> rpc.EnterListingResponse:
            listing = await self._views.listing(desk.connection, listing_id)
            order = await self._views.order(desk.connection, order_id)
            assert listing is not None, "it was written above"
            assert order is not None, "it was written above"
            stamp(listing, desk.now)
            stamp(order, desk.now)
            return rpc.EnterListingResponse(listing=listing, order=order, position=position)

        return Plan(effects=draft.effects, rows=draft.rows, answer=answer, touched=draft.touched())

    async def issue_order(
        self, desk: Desk, actor: Actor, entry: Entry
    ) -> Plan[rpc.IssueOrderResponse]:
        """An order that stands alone."""
        draft = Draft(clock=self._clock, now=desk.now)
        basis = await _Basis.found(desk, draft, actor, entry)
        start_at = _start_at(desk.now, entry.order, entry)
        order_id = self._order(draft, basis, entry.order, start_at, None)

        async def answer(desk: Desk, position: position_pb2.Position) -> rpc.IssueOrderResponse:
            order = await self._views.order(desk.connection, order_id)
            assert order is not None, "it was written above"
            stamp(order, desk.now)
            return rpc.IssueOrderResponse(order=order, position=position)

        return Plan(effects=draft.effects, rows=draft.rows, answer=answer, touched=draft.touched())

    def _list(self, draft: Draft, basis: "_Basis", paper: ListingPaper, start_at: datetime) -> UUID:
        assert paper.facts.ground is not None, "the rules have passed"
        listing_id = self._clock.uuid()
        term_end_at = term_end(
            paper.facts.ground, paper.facts.decision.decided_on, paper.facts.extension
        )
        effect = pb.Effect()
        entered = effect.listing_entered
        entered.listing_id, entered.subject_id = str(listing_id), str(basis.subject_id)
        entered.obligation_id, entered.court_code = str(basis.obligation_id), basis.court_code
        entered.ground = pb.Ground.ValueType(paper.ground)
        entered.start_time.FromDatetime(start_at)
        if term_end_at is not None:
            entered.term_end_time.FromDatetime(term_end_at)
        draft.add(
            effect,
            rows.NewListing(
                listing_id=listing_id,
                subject_id=basis.subject_id,
                obligation_id=basis.obligation_id,
                court_code=basis.court_code,
                case_number=basis.case_number,
                case_number_raw=basis.case_number_raw,
                decision_number=paper.facts.decision.number,
                decided_on=paper.facts.decision.decided_on,
                ground=paper.ground,
                start_at=start_at,
                term_end_at=term_end_at,
                text=paper.content,
            ),
        )
        draft.touch(listing_id=listing_id, subject_id=basis.subject_id)
        return listing_id

    def _order(
        self,
        draft: Draft,
        basis: "_Basis",
        paper: OrderPaper,
        start_at: datetime,
        listing_id: UUID | None,
    ) -> UUID:
        order_id = self._clock.uuid()
        period_end_at = _day_end(paper.facts.end_on)
        review_at = _day_end(paper.facts.review_on)
        effect = pb.Effect()
        issued = effect.order_issued
        issued.order_id, issued.subject_id = str(order_id), str(basis.subject_id)
        issued.obligation_id, issued.court_code = str(basis.obligation_id), basis.court_code
        issued.listing_id = "" if listing_id is None else str(listing_id)
        issued.items.extend(pb.Item.ValueType(item) for item in paper.items)
        issued.start_time.FromDatetime(start_at)
        if period_end_at is not None:
            issued.end_time.FromDatetime(period_end_at)
        if review_at is not None:
            issued.review_time.FromDatetime(review_at)
        draft.add(
            effect,
            rows.NewOrder(
                order_id=order_id,
                subject_id=basis.subject_id,
                obligation_id=basis.obligation_id,
                court_code=basis.court_code,
                case_number=basis.case_number,
                listing_id=listing_id,
                order_number=paper.facts.decision.number,
                items=paper.items,
                start_at=start_at,
                period_end_at=period_end_at,
                review_at=review_at,
                text=paper.content,
            ),
        )
        draft.touch(order_id=order_id, subject_id=basis.subject_id)
        return order_id


class _Basis:
    """What a listing or an order rests on, found or made: court, subject, obligation, case."""

    def __init__(
        self, *, court_code: str, subject_id: UUID, obligation_id: UUID, entry: Entry
    ) -> None:
        self.court_code = court_code
        self.subject_id = subject_id
        self.obligation_id = obligation_id
        self.case_number = entry.case.canonical
        self.case_number_raw = entry.case.raw

    @classmethod
    async def found(cls, desk: Desk, draft: Draft, actor: Actor, entry: Entry) -> "_Basis":
        """Apply every rule, hold subject then obligation, and draft what is new of them."""
        subject_id, held = await identify(desk, draft, entry.subject)
        documents = await _all_documents(desk, entry, subject_id, held)
        violations = [
            *_law_violations(desk, actor, entry, held, documents),
            *await _officer_violations(desk, actor, entry),
        ]
        refuse(violations)
        obligation = await _hold_obligation(desk, entry)
        obligation_id = await _join(desk, draft, actor, entry, subject_id, obligation)
        _refuse_second_basis(draft, actor, entry, held, obligation_id)
        if entry.listing is not None and obligation is not None:
            refuse(await _relisting_violations(desk, entry.listing, subject_id, obligation_id))
        return cls(
            court_code=actor.court_code,
            subject_id=subject_id,
            obligation_id=obligation_id,
            entry=entry,
        )


async def _all_documents(
    desk: Desk, entry: Entry, subject_id: UUID, held: SubjectRecord | None
) -> tuple[Document, ...]:
    """The documents given and those bound before: a birth date in any of them counts."""
    given = tuple(entry.subject.facts.documents)
    if held is None:
        return given
    bound = await desk.documents_of(subject_id, legal_day(desk.now))
    return tuple(dict.fromkeys((*given, *bound)))


def _law_violations(
    desk: Desk,
    actor: Actor,
    entry: Entry,
    held: SubjectRecord | None,
    documents: tuple[Document, ...],
) -> list[Violation]:
    today = legal_day(desk.now)
    subject = replace(entry.subject.facts, documents=documents)
    if subject.birth is None and held is not None:
        subject = replace(subject, birth=recorded_birth(held.facts))
    case = CaseFacts(number=entry.case, filed_on=entry.filed_on, court_code=actor.court_code)
    found: list[Violation] = []
    if held is not None and held.kind != number_of_subject_kind(subject.kind):
        found.append(_identity_violation())
    if entry.listing is None:
        found += order_violations(
            subject=subject,
            case=case,
            order=entry.order.facts,
            grace_until=entry.grace_until,
            today=today,
        )
    else:
        found += listing_violations(
            subject=subject,
            case=case,
            listing=entry.listing.facts,
            order=entry.order.facts,
            grace_until=entry.grace_until,
            today=today,
        )
    return found


async def _officer_violations(desk: Desk, actor: Actor, entry: Entry) -> list[Violation]:
    """Signatures and answers must be of officers enrolled at the acting court (LP Arts 3, 5)."""
    found = []
    decisions = [("order.decision", entry.order.facts.decision)]
    if entry.listing is not None:
        decisions.append(("decision", entry.listing.facts.decision))
        extension = entry.listing.facts.extension
        if extension is not None:
            decisions.append(("listing.extension.decision", extension.decision))
    for field, decision in decisions:
        signer = decision.signed_by
        if signer and not await desk.officer_is_enrolled(
            signer, pb.ROLE_PRESIDENT, actor.court_code
        ):
            found.append(
                Violation(
                    reason=Reason.NOT_SIGNED,
                    field=f"{field}.signed_by",
                    article="LP Art 5; CP Art 5",
                    problem="The signer is not enrolled as president of the acting court.",
                    next_step="Have the court's president sign, or enrol her.",
                )
            )
    checklist = entry.listing.facts.article_3 if entry.listing is not None else None
    if (
        checklist is not None
        and checklist.answered_by
        and not await desk.officer_is_enrolled(
            checklist.answered_by, pb.ROLE_JUDGE, actor.court_code
        )
    ):
        found.append(
            Violation(
                reason=Reason.GROUND_BARRED,
                field="listing.article3.answered_by",
                article="LP Art 3",
                problem="Who answered the checklist is not enrolled as judge of the acting court.",
                next_step="Have a judge of the court answer it.",
            )
        )
    return found


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
    elif known_case[1] != actor.court_code:
        raise court_refused("case")
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


def _refuse_second_basis(
    draft: Draft,
    actor: Actor,
    entry: Entry,
    held: SubjectRecord | None,
    obligation_id: UUID,
) -> None:
    """One standing basis for one debt. What has ended by its instants gives way to the new one."""
    if held is None:
        return
    for listing in held.listings:
        if listing.is_past(draft.now):
            draft.end_listing(
                listing,
                kind=pb.ENDING_KIND_DELETED,
                cause=pb.ENDING_CAUSE_TERM_ENDED,
                at=listing.term_end_at,
            )
    for order in held.orders:
        if order.is_past(draft.now):
            draft.end_order(order, cause=pb.ENDING_CAUSE_TERM_ENDED, at=order.period_end_at)
    if entry.listing is not None:
        refuse(
            subject_is_listed_once(
                obligation_id=str(obligation_id),
                case_number=entry.case.canonical,
                standing=[
                    StandingListing(
                        listing_id=str(one.listing_id),
                        obligation_id=str(one.obligation_id),
                        case_number=one.case_number,
                    )
                    for one in held.listings
                    if not one.is_past(draft.now)
                ],
            )
        )
    standing = [one for one in held.orders if not one.is_past(draft.now)]
    again = list(
        subject_is_ordered_once(
            obligation_id=str(obligation_id),
            court_code=actor.court_code,
            standing=[
                StandingOrder(
                    order_id=str(one.order_id),
                    obligation_id=str(one.obligation_id),
                    court_code=one.court_code,
                )
                for one in standing
            ],
        )
    )
    if entry.listing is None:
        refuse(again)
        return
    # Listing a debtor who is restricted already: the order that comes with the listing takes the place
    # of the one that stood alone, in the same act, so that paying once still lifts once.
    replaced = {value for violation in again for _, value in violation.metadata}
    for one in standing:
        if str(one.order_id) in replaced:
            draft.end_order(one, cause=pb.ENDING_CAUSE_REPLACED)


async def _relisting_violations(
    desk: Desk, paper: ListingPaper, subject_id: UUID, obligation_id: UUID
) -> list[Violation]:
    """An ended listing is never brought back: listing again is decided again (LP Art 10(3))."""
    ended = await desk.last_ended_listing(subject_id, obligation_id)
    if ended is None:
        return []
    decision_number, ended_at = ended
    return list(
        relisting_is_decided_anew(
            decision_number=paper.facts.decision.number,
            decided_on=paper.facts.decision.decided_on,
            ended_decision_number=decision_number,
            ended_on=legal_day(ended_at),
        )
    )


def _start_at(now: datetime, paper: ListingPaper | OrderPaper, entry: Entry) -> datetime:
    service = paper.facts.service
    assert service is not None, "the rules have passed"
    assert service.served_on is not None, "the rules have passed"
    return in_force_from(entered_at=now, served_on=service.served_on, grace_until=entry.grace_until)


def _day_end(day: date | None) -> datetime | None:
    return None if day is None else end_of_day(day)


def _identity_violation() -> Violation:
    return Violation(
        reason=Reason.IDENTITY_REFUSED,
        field="subject.kind",
        article="LP Art 6",
        problem="The document belongs to a subject of the other kind.",
        next_step="Check the number: a person's and an organisation's are never the same.",
    )
