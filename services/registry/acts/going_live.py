"""The day on which a court goes live: what was decided before may be imported, the rest is entered."""

from datetime import date

from authority.caller import Actor
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry import rows
from registry.desk import Desk
from registry.law.days import start_of_day
from registry.plan import Plan


async def set_go_live(desk: Desk, actor: Actor, go_live_on: date) -> Plan[rpc.SetGoLiveResponse]:
    """Fix the day, once: moved later, it would let decisions in that no president signed here."""
    known = await desk.hold_court(actor.court_code)
    if known is not None:
        raise ServiceError(
            reasons.ERROR_REASON_GO_LIVE_SET,
            "the court's go-live day is set already and does not change; nothing was done",
            metadata={"go_live_on": known.isoformat()},
        )
    effect = pb.Effect()
    effect.go_live_set.court_code = actor.court_code
    effect.go_live_set.go_live_time.FromDatetime(start_of_day(go_live_on))

    async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.SetGoLiveResponse:
        return rpc.SetGoLiveResponse(position=position)

    return Plan(
        effects=[effect], rows=[rows.SetGoLive(actor.court_code, go_live_on)], answer=answer
    )
