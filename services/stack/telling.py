"""Telling the story: its cast, wired to running services."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from chassis.client import open_channel
from chassis.transport import PLAINTEXT
from courtlist.process.v1.process_service_pb2_grpc import ProcessServiceStub
from stack.check_steps import CheckSteps
from stack.court_steps import CourtSteps
from stack.desks import FrontDesk, Lender
from stack.office import Registry, TicketOffice
from stack.partner_steps import APPLYING, HANGING, PartnerSteps
from stack.script import Script
from stack.story import BANK, HOTELS, Story


async def tell(addresses: Mapping[str, str]) -> Story:
    """Play the story against the services at `addresses` (`host:port` by name); returns it, played."""
    # China keeps one time; a legal day of the courts is a day there.
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    async with AsyncExitStack() as channels:
        over = {
            name: await channels.enter_async_context(
                open_channel(addresses[name], transport=PLAINTEXT)
            )
            for name in ("registry", "travel", "hotel", "loan")
        }
        script = Script()
        registry = Registry.over(over["registry"])
        story = Story(
            script=script,
            courts=CourtSteps(script=script, registry=registry, today=today),
            checks=CheckSteps(
                script=script,
                office=TicketOffice.over(over["travel"], today + timedelta(days=1)),
                desk=FrontDesk.over(over["hotel"], HOTELS, today),
                lender=Lender.over(over["loan"], BANK),
            ),
            partners=PartnerSteps(
                script=script,
                registry=registry,
                travel=ProcessServiceStub(over["travel"]),
                pushed={name: addresses[name] for name in (APPLYING, HANGING)},
            ),
            today=today,
        )
        await story.play()
    return story
