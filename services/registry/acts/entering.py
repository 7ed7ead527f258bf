"""Entering a debtor, and ordering a restriction that stands alone (LP Arts 1 to 7; CP Arts 1 to 5)."""

from datetime import date, datetime
from uuid import UUID

from authority.caller import Actor
from chassis.clock import Clock
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry import rows
from registry.acts.basis import Basis
from registry.acts.effects import Draft
from registry.acts.passing import carry_over
from registry.commands import Entry, ListingPaper, OrderPaper
from registry.desk import Desk
from registry.law.days import end_of_day
from registry.law.service import in_force_from
from registry.law.terms import term_end
from registry.plan import Plan
from registry.reading.states import stamp
from registry.reading.views import Views


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
        basis = await Basis.found(desk, draft, actor, entry)
        start_at = max(
            _start_at(desk.now, entry.listing, entry), _start_at(desk.now, entry.order, entry)
        )
        listing_id = self._list(draft, basis, entry.listing, start_at)
        order_id = self._order(draft, basis, entry.order, start_at, listing_id)
        carry_over(
            draft,
            basis.passes,
            order_id=order_id,
            subject_id=basis.subject_id,
            items=entry.order.items,
        )

        async def answer(desk: Desk, position: position_pb2.Position) -> rpc.EnterListingResponse:
            listing = await self._views.listing(desk.connection, listing_id)
            order = await self._views.order(desk.connection, order_id)
            assert listing is not None, "it was written above"
            assert order is not None, "it was written above"
            stamp(listing, desk.now)
            stamp(order, desk.now)
            return rpc.EnterListingResponse(listing=listing, order=order, position=position)

        return draft.plan(answer)

    async def issue_order(
        self, desk: Desk, actor: Actor, entry: Entry
    ) -> Plan[rpc.IssueOrderResponse]:
        """An order that stands alone."""
        draft = Draft(clock=self._clock, now=desk.now)
        basis = await Basis.found(desk, draft, actor, entry)
        start_at = _start_at(desk.now, entry.order, entry)
        order_id = self._order(draft, basis, entry.order, start_at, None)

        async def answer(desk: Desk, position: position_pb2.Position) -> rpc.IssueOrderResponse:
            order = await self._views.order(desk.connection, order_id)
            assert order is not None, "it was written above"
            stamp(order, desk.now)
            return rpc.IssueOrderResponse(order=order, position=position)

        return draft.plan(answer)

    def _list(self, draft: Draft, basis: Basis, paper: ListingPaper, start_at: datetime) -> UUID:
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
        basis: Basis,
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
                decided_on=paper.facts.decision.decided_on,
                items=paper.items,
                start_at=start_at,
                period_end_at=period_end_at,
                review_at=review_at,
                text=paper.content,
            ),
        )
        draft.touch(order_id=order_id, subject_id=basis.subject_id)
        return order_id


def _start_at(now: datetime, paper: ListingPaper | OrderPaper, entry: Entry) -> datetime:
    service = paper.facts.service
    assert service is not None, "the rules have passed"
    assert service.served_on is not None, "the rules have passed"
    return in_force_from(entered_at=now, served_on=service.served_on, grace_until=entry.grace_until)


def _day_end(day: date | None) -> datetime | None:
    return None if day is None else end_of_day(day)
