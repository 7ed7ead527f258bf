"""Telling the story: its cast, wired to running services."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from authority.peer import Peer, PeerKind
from courtlist.process.v1.process_service_pb2_grpc import ProcessServiceStub
from stack.check_steps import CheckSteps
from stack.connections import Connections
from stack.court_steps import CourtSteps
from stack.desks import FrontDesk, Lender
from stack.office import Registry, TicketOffice
from stack.partner_steps import APPLYING, HANGING, PartnerSteps
from stack.script import Script
from stack.story import BANK, HOTELS, Story


async def tell(connections: Connections) -> Story:
    """Play the story against the services that `connections` leads to; returns it, played."""
    # China keeps one time; a legal day of the courts is a day there.
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    async with AsyncExitStack() as channels:
        over = {
            name: await channels.enter_async_context(connections.to(name))
            for name in ("registry", "travel", "hotel", "loan")
        }
        # Who keeps a copy asks before it refuses.
        seller = Peer(PeerKind.PARTNER, APPLYING)
        counter = await channels.enter_async_context(connections.to("travel", own=seller))
        script = Script()
        registry = Registry.over(over["registry"])
        story = Story(
            script=script,
            courts=CourtSteps(script=script, registry=registry, today=today),
            checks=CheckSteps(
                script=script,
                office=TicketOffice.over(counter, today + timedelta(days=1)),
                desk=FrontDesk.over(over["hotel"], HOTELS, today),
                lender=Lender.over(over["loan"], BANK),
            ),
            partners=PartnerSteps(
                script=script,
                registry=registry,
                travel=ProcessServiceStub(over["travel"]),
                pushed={name: connections.addresses[name] for name in (APPLYING, HANGING)},
            ),
            today=today,
        )
        await story.play()
    return story
