"""CloseTask: a judge has looked into what no other act answers, and it is as it should be."""

from typing import Final
from uuid import UUID

from authority.caller import Actor
from chassis.clock import Clock
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry import rows
from registry.acts.effects import Draft
from registry.acts.scope import require_own
from registry.desk import Desk
from registry.errors import already_ended, not_found
from registry.plan import Plan

_CLOSED_BY_A_LOOK: Final = frozenset({pb.TASK_KIND_NAME_MISFIT})


class Looking:
    """Plans for CloseTask."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    async def close_task(
        self, desk: Desk, actor: Actor, task_id: UUID
    ) -> Plan[rpc.CloseTaskResponse]:
        """The task is answered; nothing else changes, but the same name opens no other."""
        found = await desk.task(task_id)
        if found is None:
            raise not_found("task", "task_id")
        task, subject_id, _ = found
        require_own(actor, task.court_code, "task")
        if task.kind not in _CLOSED_BY_A_LOOK:
            raise _needs_act(pb.TaskKind.ValueType(task.kind))
        assert subject_id is not None, "a misfit is on a basis, which has its subject"
        await desk.hold_subject(subject_id)
        again = await desk.task(task_id)
        if again is None:
            raise not_found("task", "task_id")
        if again[-1]:
            raise already_ended("task")
        draft = Draft(clock=self._clock, now=desk.now)
        draft.close_task(task_id)
        draft.rows.append(rows.JudgedNames(task_id))
        draft.touch(listing_id=task.basis_id)

        async def answer(_: Desk, position: position_pb2.Position) -> rpc.CloseTaskResponse:
            return rpc.CloseTaskResponse(position=position)

        return draft.plan(answer)


def _needs_act(kind: pb.TaskKind.ValueType) -> ServiceError:
    name = pb.TaskKind.Name(kind).removeprefix("TASK_KIND_")
    return ServiceError(
        reasons.ERROR_REASON_TASK_NEEDS_ACT,
        "the task is answered by the act that it asks for; do that, and it is closed",
        metadata={"kind": name},
    )
