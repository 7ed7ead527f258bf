"""What partners are in the story: who asks, who is pushed to, and how far each has applied."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from courtlist.process.v1 import process_service_pb2 as process
from courtlist.process.v1 import process_service_pb2_grpc
from stack.court_steps import Lift
from stack.office import Registry
from stack.script import Script, since_ms

APPLYING: Final = "demo-copy"
HANGING: Final = "demo-hang"

_APPLIED_S_MAX: Final = 10.0
_LOOK_AGAIN_S: Final = 0.005


@dataclass(slots=True)
class PartnerSteps:
    """Partners of the script. `pushed` is where the two that are pushed to listen, by their ids."""

    script: Script
    registry: Registry
    travel: process_service_pb2_grpc.ProcessServiceStub
    pushed: Mapping[str, str]
    lift_to_partner_ms: dict[str, float] = field(default_factory=dict)

    async def enrol(self, partner_id: str, *fields: str, push_address: str = "") -> None:
        """Enrol one partner."""

        async def enrol() -> str:
            await self.registry.enrol_partner(partner_id, *fields, push_address=push_address)
            return "done"

        await self.script.do(f"partner {partner_id} is enrolled", "done", enrol)

    async def enrol_hotels(self, partner_id: str, sites: Mapping[str, int], *, since: date) -> None:
        """Enrol a hotel chain with the official ratings of its sites."""
        await self.enrol(partner_id, "hotel")
        for site_code, stars in sites.items():

            async def rate(site_code: str = site_code, stars: int = stars) -> str:
                await self.registry.rate(partner_id, site_code, stars, since=since)
                return "done"

            await self.script.do(f"{site_code} has {stars} stars by the register", "done", rate)

    async def enrol_pushed(self) -> None:
        """Enrol the partners that travel pushes to."""
        for partner_id, address in self.pushed.items():
            await self.enrol(partner_id, "travel", push_address=address)

    async def apply(self, lift: Lift) -> None:
        """Wait until the partner that answers has applied a lift, and note how long that took."""

        async def applied() -> str:
            async with asyncio.timeout(_APPLIED_S_MAX):
                # A partner's acknowledgement is seen by asking the process that pushes.
                while not await self._has_applied(APPLYING, lift.position):  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK_AGAIN_S)
            self.lift_to_partner_ms[APPLYING] = since_ms(lift.acknowledged_s)
            return "applied"

        await self.script.do(f"{APPLYING}, which is pushed to", "applied", applied)

    async def show_hanging(self) -> None:
        """Show that the partner that hangs has applied nothing: it held nobody back."""

        async def hangs() -> str:
            partner = await self._partner(HANGING)
            return (
                f"{partner.acknowledged} of {partner.head}" if partner.acknowledged else "nothing"
            )

        await self.script.do(f"{HANGING} hangs, and has applied", "nothing", hangs)

    async def _has_applied(self, partner_id: str, position: int) -> bool:
        reply = await self.travel.GetProcess(process.GetProcessRequest())
        partner = _find(reply, partner_id)
        return reply.ledger.position >= position and 0 < partner.head == partner.acknowledged

    async def _partner(self, partner_id: str) -> process.PartnerView:
        return _find(await self.travel.GetProcess(process.GetProcessRequest()), partner_id)


def _find(reply: process.GetProcessResponse, partner_id: str) -> process.PartnerView:
    found = {partner.partner_id: partner for partner in reply.partners}
    return found.get(partner_id, process.PartnerView())
