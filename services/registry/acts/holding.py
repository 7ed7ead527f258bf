"""Holding what an act decides on, so that nothing else ends it meanwhile."""

from uuid import UUID

from authority.caller import Actor
from registry.acts.scope import require_own_or_below
from registry.desk import Desk
from registry.errors import not_found
from registry.records import OrderRecord


async def hold_order(
    desk: Desk, actor: Actor, order_id: UUID, *, named: str = "order_id"
) -> tuple[OrderRecord, bool]:
    """(order within the actor's scope, whether an act has ended it), its obligation locked until commit.

    Raises ServiceError NOT_FOUND at the field `named`, COURT_REFUSED.
    """
    found = await desk.order(order_id)
    if found is None:
        raise not_found("order", named)
    await desk.hold_obligation(found[0].obligation_id)
    found = await desk.order(order_id)
    if found is None:
        raise not_found("order", named)
    await require_own_or_below(desk, actor, found[0].court_code, "order")
    return found
