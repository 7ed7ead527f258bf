"""PartnerService: applies what it is handed, then says how far it has."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any

from chassis.errors import ServiceError
from chassis.server import Registration
from chassis.telemetry.call_log import call_log
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.restriction.v1 import partner_service_pb2 as wire
from courtlist.restriction.v1 import partner_service_pb2_grpc
from partner.copy import Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How this partner misbehaves, for demonstrations.

    Attributes:
        hangs: it never answers.
        refuses_every: it refuses each call of that number; 0 for none.
    """

    hangs: bool = False
    refuses_every: int = 0


class PartnerServicer(partner_service_pb2_grpc.PartnerServiceServicer):
    """One call at a time touches the copy. A call that hangs ends when the process drains."""

    def __init__(self, *, copy: Copy, manners: Manners, draining: asyncio.Event) -> None:
        self._copy = copy
        self._manners = manners
        self._draining = draining
        self._applying = asyncio.Lock()
        self._calls = 0

    async def ReceiveRestrictions(
        self, request: wire.ReceiveRestrictionsRequest, context: Any
    ) -> wire.ReceiveRestrictionsResponse:
        del context
        await self._behave()
        async with self._applying:
            # In a thread: a commit waits for the disk, and health must answer meanwhile.
            applied = await asyncio.to_thread(
                self._copy.receive, request.field, request.series, request.after, request.entries
            )
        line = call_log()
        line.fields.update(field=request.field, entries=len(request.entries), applied=applied)
        line.routine = not request.entries
        return wire.ReceiveRestrictionsResponse(applied=applied, series=request.series)

    async def _behave(self) -> None:
        self._calls += 1
        every = self._manners.refuses_every
        if self._manners.hangs:
            await self._draining.wait()
        if self._manners.hangs or (every and self._calls % every == 0):
            raise ServiceError(
                reasons.ERROR_REASON_NOT_READY, "this partner takes nothing now; hand it over again"
            )


def register(copy: Copy, manners: Manners, draining: asyncio.Event) -> Registration:
    """The servicer, ready to be added to a server."""
    servicer = PartnerServicer(copy=copy, manners=manners, draining=draining)
    return Registration(
        wire.DESCRIPTOR.services_by_name["PartnerService"].full_name,
        partial(partner_service_pb2_grpc.add_PartnerServiceServicer_to_server, servicer),
    )
