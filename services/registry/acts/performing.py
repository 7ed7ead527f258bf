"""What follows when an obligation is performed: at once, in the same act, whoever owed and paid.

Every order on it is lifted (CP Art 9), every ground-1 listing deleted (LP Art 10(1)1); a termed
listing stays and its court owes a decision on early deletion (LP Art 2(2), 10(2)).
"""

from typing import Final
from uuid import UUID

from courtlist.ledger.v1 import change_pb2 as pb
from registry import rows
from registry.acts.effects import Draft
from registry.acts.tasks import close_misfits_on
from registry.codes import ground_of
from registry.desk import Desk
from registry.law.endings import consequence_of_performance
from registry.records import ObligationRecord

_ANSWERED_BY_PERFORMANCE: Final = frozenset(
    {pb.TASK_KIND_CONFIRM_PERFORMANCE, pb.TASK_KIND_PERFORMANCE_REVERSED}
)


async def perform_obligation(
    draft: Draft,
    desk: Desk,
    obligation: ObligationRecord,
    cause: pb.EndingCause.ValueType = pb.ENDING_CAUSE_PERFORMED,
) -> None:
    """Add to the draft everything that full performance of the held obligation brings about."""
    obligation_id = obligation.obligation_id
    draft.add(
        pb.Effect(obligation_performed=pb.ObligationPerformed(obligation_id=str(obligation_id))),
        rows.ChangedObligation(obligation_id, performed=True),
    )
    basis_ids = [one.listing_id for one in obligation.listings]
    tasks = await desk.open_tasks(basis_ids, obligation_id)
    for order in obligation.orders:
        draft.end_order(order, cause=cause)
        await settle_if_unsettled(draft, desk, order.order_id)
    for listing in obligation.listings:
        consequence = consequence_of_performance(
            ground_of(listing.ground), in_grace=listing.start_at > draft.now
        )
        if consequence.deletes:
            draft.end_listing(listing, kind=pb.ENDING_KIND_DELETED, cause=cause)
            await settle_if_unsettled(draft, desk, listing.listing_id)
        elif (
            consequence.opens_early_deletion_task
            # A term that is over needs nobody's decision.
            and not listing.is_past(draft.now)
            and not any(
                task.kind == pb.TASK_KIND_EARLY_DELETION and task.basis_id == listing.listing_id
                for task in tasks
            )
        ):
            draft.open_task(
                pb.TASK_KIND_EARLY_DELETION,
                court_code=listing.court_code,
                basis_id=listing.listing_id,
                obligation_id=obligation_id,
            )
    await close_misfits_on(draft, desk, draft.ended_basis_ids)
    for task in tasks:
        if task.kind in _ANSWERED_BY_PERFORMANCE and task.obligation_id == obligation_id:
            draft.close_task(task.task_id)


async def settle_if_unsettled(draft: Draft, desk: Desk, basis_id: UUID) -> None:
    """A basis that ends by an act needs no judge to say once more that it has ended.

    But a deletion does not say that a listing was void, and that is what a restore may have lost.
    """
    unsettled = await desk.unsettled(basis_id)
    if unsettled is None or (unsettled.is_lost_revocation and not draft.revokes(basis_id)):
        return
    draft.settle(unsettled, upheld=True)
