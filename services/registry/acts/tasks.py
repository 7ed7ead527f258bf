"""Closing the decisions that a court owed, when an act has answered them."""

from uuid import UUID

from registry.acts.effects import Draft
from registry.desk import Desk


async def close_tasks_on(draft: Draft, desk: Desk, basis_id: UUID) -> None:
    """Whatever was owed on a basis is answered when the basis is decided on."""
    closed = {
        effect.task_closed.task_id for effect in draft.effects if effect.HasField("task_closed")
    }
    for task in await desk.open_tasks([basis_id], None):
        if task.basis_id == basis_id and str(task.task_id) not in closed:
            draft.close_task(task.task_id)


async def close_tasks_of(draft: Draft, desk: Desk, obligation_id: UUID, *kinds: int) -> None:
    """Tasks of these kinds on an obligation, or on what rests on it, are answered or out of date."""
    for task in await desk.open_tasks([], obligation_id):
        if task.obligation_id == obligation_id and task.kind in kinds:
            draft.close_task(task.task_id)
