"""Ending by decision: deleting and revoking listings, lifting orders, and correcting an entry's text."""

from collections.abc import Iterable
from uuid import UUID

from authority.caller import Actor
from chassis.clock import Clock
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import listing_pb2, order_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry import rows
from registry.acts.effects import Draft, ids
from registry.acts.holding import hold_order
from registry.acts.performing import perform_obligation, settle_if_unsettled
from registry.acts.scope import is_review, require_own_or_below
from registry.acts.tasks import close_misfits_on, close_tasks_on
from registry.codes import cause_number, ground_of
from registry.commands import Correction, Ending
from registry.desk import Desk
from registry.errors import (
    already_ended,
    not_found,
    refuse,
    state_changed,
)
from registry.law import endings
from registry.law.endings import ENDING_RULES, EndingCause, EndingKind
from registry.law.identity import correction_leaves_the_identity
from registry.law.violation import Violation
from registry.plan import Plan
from registry.reading.states import stamp
from registry.reading.views import Views
from registry.records import ListingEnd, ListingRecord, OrderRecord

_PERFORMS = frozenset({EndingCause.PERFORMED, EndingCause.SETTLEMENT_PERFORMED})
_KINDS = {
    EndingKind.DELETED: pb.ENDING_KIND_DELETED,
    EndingKind.REVOKED: pb.ENDING_KIND_REVOKED,
    EndingKind.LIFTED: pb.ENDING_KIND_LIFTED,
}


class EndingActs:
    """Plans for EndListing, RevokeListing, LiftOrder and CorrectListing."""

    def __init__(self, *, views: Views, clock: Clock) -> None:
        self._views = views
        self._clock = clock

    async def end_listing(
        self, desk: Desk, actor: Actor, command: Ending
    ) -> Plan[rpc.EndListingResponse]:
        """Delete by LP Art 10 or Art 2(2). Performance ends all that rests on the debt."""
        draft = Draft(clock=self._clock, now=desk.now)
        listing = await self._hold_listing(desk, actor, command.basis_id, command.etag)
        cause = command.cause
        refuse(
            [
                *_deletion_violations(desk, listing, command),
                *endings.cause_is_within_review(cause, on_review=is_review(actor)),
            ]
        )
        assert cause is not None, "the rules have passed"
        if cause in _PERFORMS:
            obligation = await desk.hold_obligation(listing.obligation_id)
            assert obligation is not None, "a listing rests on an obligation"
            await perform_obligation(draft, desk, obligation, cause_number(cause))
        else:
            await self._end_with_order(draft, desk, listing, cause)
        await close_tasks_on(draft, desk, listing.listing_id)

        async def answer(desk: Desk, position: position_pb2.Position) -> rpc.EndListingResponse:
            return rpc.EndListingResponse(
                listing=await self._listing(desk, listing.listing_id),
                lifted_order_ids=ids(draft.lifted_order_ids),
                position=position,
            )

        return draft.plan(answer)

    async def revoke_listing(
        self, desk: Desk, actor: Actor, command: Ending
    ) -> Plan[rpc.RevokeListingResponse]:
        """Take back what was wrong, void from the start, with the order that came with it.

        A deletion leaves a trace that says it was right while it stood, so what was deleted is revoked,
        too (LP Art 9); what was revoked is void already.
        """
        draft = Draft(clock=self._clock, now=desk.now)
        listing, end = await self._hold_listing_or_its_end(
            desk, actor, command.basis_id, command.etag
        )
        if end is not None and end.kind == pb.ENDING_KIND_REVOKED:
            raise already_ended("listing")
        refuse(
            [
                *endings.cause_may_revoke(command.cause),
                *endings.cause_is_within_review(command.cause, on_review=is_review(actor)),
                *endings.ending_states_its_reasons(command.reasons),
            ]
        )
        assert command.cause is not None, "the rules have passed"
        if end is None:
            await self._end_with_order(draft, desk, listing, command.cause)
        else:
            draft.void_listing(listing, end, cause=cause_number(command.cause))
            await settle_if_unsettled(draft, desk, listing.listing_id)
            await self._end_orders_with(draft, desk, listing, command.cause)
        await close_tasks_on(draft, desk, listing.listing_id)

        async def answer(desk: Desk, position: position_pb2.Position) -> rpc.RevokeListingResponse:
            return rpc.RevokeListingResponse(
                listing=await self._listing(desk, listing.listing_id),
                lifted_order_ids=ids(draft.lifted_order_ids),
                position=position,
            )

        return draft.plan(answer)

    async def lift_order(
        self, desk: Desk, actor: Actor, command: Ending
    ) -> Plan[rpc.LiftOrderResponse]:
        """End an order on its own; a listing that it came with stands."""
        draft = Draft(clock=self._clock, now=desk.now)
        order = await self._hold_order(desk, actor, command.basis_id, command.etag)
        refuse(
            [
                *endings.cause_may_lift(command.cause),
                *endings.cause_is_within_review(command.cause, on_review=is_review(actor)),
                *endings.ending_states_its_reasons(command.reasons),
            ]
        )
        cause = command.cause
        assert cause is not None, "the rules have passed"
        if cause in _PERFORMS:
            obligation = await desk.hold_obligation(order.obligation_id)
            assert obligation is not None, "an order rests on an obligation"
            await perform_obligation(draft, desk, obligation, cause_number(cause))
        else:
            draft.end_order(
                order, kind=_KINDS[endings.order_ending_kind(cause)], cause=cause_number(cause)
            )
            await settle_if_unsettled(draft, desk, order.order_id)
            await close_misfits_on(draft, desk, draft.ended_basis_ids)

        async def answer(desk: Desk, position: position_pb2.Position) -> rpc.LiftOrderResponse:
            return rpc.LiftOrderResponse(
                order=await self._order(desk, order.order_id), position=position
            )

        return draft.plan(answer)

    async def correct_listing(
        self, desk: Desk, actor: Actor, command: Correction
    ) -> Plan[rpc.CorrectListingResponse]:
        """Replace the entry's text. For another person the entry is revoked and made anew."""
        draft = Draft(clock=self._clock, now=desk.now)
        refuse(correction_leaves_the_identity(command.fields))
        listing = await self._hold_listing(desk, actor, command.listing_id, command.etag)
        found = await desk.listing(listing.listing_id)
        assert found is not None, "it is held"
        _, _, content, _ = found
        terms = listing_pb2.ListingTerms.FromString(content)
        if command.conduct is not None:
            terms.conduct = command.conduct
        if command.performed_part is not None:
            terms.performed_part = command.performed_part
        draft.add(
            pb.Effect(
                listing_corrected=pb.ListingCorrected(
                    listing_id=str(listing.listing_id), subject_id=str(listing.subject_id)
                )
            ),
            rows.CorrectedListing(
                listing.listing_id,
                command.decision_number or None,
                terms.SerializeToString(),
            ),
        )
        draft.touch(listing_id=listing.listing_id, subject_id=listing.subject_id)

        async def answer(desk: Desk, position: position_pb2.Position) -> rpc.CorrectListingResponse:
            return rpc.CorrectListingResponse(
                listing=await self._listing(desk, listing.listing_id), position=position
            )

        return draft.plan(answer)

    async def _end_with_order(
        self, draft: Draft, desk: Desk, listing: ListingRecord, cause: EndingCause
    ) -> None:
        draft.end_listing(
            listing,
            kind=_KINDS[endings.listing_ending_kind(cause)],
            cause=cause_number(cause),
            at=listing.term_end_at if cause is EndingCause.TERM_ENDED else None,
        )
        await settle_if_unsettled(draft, desk, listing.listing_id)
        await self._end_orders_with(draft, desk, listing, cause)

    async def _end_orders_with(
        self, draft: Draft, desk: Desk, listing: ListingRecord, cause: EndingCause
    ) -> None:
        """The orders that came with the listing and stand, where the cause takes them."""
        for order in await desk.orders_with(listing.listing_id):
            draft.touch(order_id=order.order_id)
            if ENDING_RULES[cause].takes_the_order:
                draft.end_order(
                    order,
                    kind=_KINDS[endings.order_ending_kind(cause)],
                    cause=cause_number(cause),
                )
                await settle_if_unsettled(draft, desk, order.order_id)
        await close_misfits_on(draft, desk, draft.ended_basis_ids)

    async def _hold_listing(
        self, desk: Desk, actor: Actor, listing_id: UUID, etag: str
    ) -> ListingRecord:
        """The listing, held. Raises ServiceError ALREADY_ENDED."""
        listing, end = await self._hold_listing_or_its_end(desk, actor, listing_id, etag)
        if end is not None:
            raise already_ended("listing")
        return listing

    async def _hold_listing_or_its_end(
        self, desk: Desk, actor: Actor, listing_id: UUID, etag: str
    ) -> tuple[ListingRecord, ListingEnd | None]:
        """The listing with its obligation held, so that nothing else ends it meanwhile."""
        found = await desk.listing(listing_id)
        if found is None:
            raise not_found("listing", "listing_id")
        await desk.hold_obligation(found[0].obligation_id)
        found = await desk.listing(listing_id)
        if found is None:
            raise not_found("listing", "listing_id")
        listing, _, _, end = found
        await require_own_or_below(desk, actor, listing.court_code, "listing")
        if etag and etag != str(listing.position):
            raise state_changed("listing", await self._listing(desk, listing_id))
        return listing, end

    async def _hold_order(self, desk: Desk, actor: Actor, order_id: UUID, etag: str) -> OrderRecord:
        order, ended = await hold_order(desk, actor, order_id)
        if etag and etag != str(order.position):
            raise state_changed("order", await self._order(desk, order_id))
        if ended:
            raise already_ended("order")
        return order

    async def _listing(self, desk: Desk, listing_id: UUID) -> listing_pb2.Listing:
        listing = await self._views.listing(desk.connection, listing_id)
        assert listing is not None, "listings stay in the record"
        stamp(listing, desk.now)
        return listing

    async def _order(self, desk: Desk, order_id: UUID) -> order_pb2.Order:
        order = await self._views.order(desk.connection, order_id)
        assert order is not None, "orders stay in the record"
        stamp(order, desk.now)
        return order


def _deletion_violations(
    desk: Desk, listing: ListingRecord, command: Ending
) -> Iterable[Violation]:
    yield from endings.cause_may_delete(command.cause, ground_of(listing.ground))
    yield from endings.ending_states_its_reasons(command.reasons)
    if command.cause is EndingCause.TERM_ENDED:
        yield from endings.term_has_ended(listing.term_end_at, desk.now)
    if command.cause is EndingCause.CREDITOR_REQUEST:
        yield from endings.creditor_asked_in_writing(command.creditor_request_reference)
    if command.cause is EndingCause.NO_ASSETS_FOUND:
        yield from endings.no_assets_were_found(
            empty_queries=command.empty_queries,
            useful_lead_received=command.useful_lead_received,
        )
