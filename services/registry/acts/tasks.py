"""Closing the decisions that a court owed, when an act has answered them."""

from collections.abc import Sequence
from uuid import UUID

from courtlist.ledger.v1 import change_pb2 as pb
from registry.acts.effects import Draft
from registry.desk import Desk


async def close_tasks_on(draft: Draft, desk: Desk, basis_id: UUID) -> None:
    """Whatever was owed on a basis is answered when the basis is decided on; a lost ending when it is settled."""
    closed = _closed_in(draft)
    for task in await desk.open_tasks([basis_id], None):
        if task.kind == pb.TASK_KIND_SETTLE_ENDING:
            continue
        if task.basis_id == basis_id and str(task.task_id) not in closed:
            draft.close_task(task.task_id)


async def close_tasks_of(draft: Draft, desk: Desk, obligation_id: UUID, *kinds: int) -> None:
    """Tasks of these kinds on an obligation, or on what rests on it, are answered or out of date."""
    for task in await desk.open_tasks([], obligation_id):
        if task.obligation_id == obligation_id and task.kind in kinds:
            draft.close_task(task.task_id)


async def close_misfits_on(draft: Draft, desk: Desk, basis_ids: Sequence[UUID]) -> None:
    """Whose document it is matters no more to bases that have ended, or that it was taken from."""
    closed = _closed_in(draft)
    for task in await desk.open_tasks(basis_ids, None):
        if task.kind == pb.TASK_KIND_NAME_MISFIT and str(task.task_id) not in closed:
            draft.close_task(task.task_id)
            draft.touch(listing_id=task.basis_id)


def _closed_in(draft: Draft) -> set[str]:
    return {
        effect.task_closed.task_id for effect in draft.effects if effect.HasField("task_closed")
    }
