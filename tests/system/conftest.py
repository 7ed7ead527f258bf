"""The whole system as processes, once for all system tests, and people who use it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import grpc
import pytest_asyncio

from stack.connections import RAIL_PEER
from stack.folders import DataFolder
from stack.layout import PARTNERS, ours
from stack.office import Registry, TicketOffice
from stack.papers import Court
from stack.supervisor import Stack
from tests.patience import PATIENT, PATIENT_CALLS
from tests.system.courthouse import Courthouse, legal_today, open_office
from tests.system.privacy.spoken import HeardStack
from tests.system.privacy.sweep import everything, leaks, named_by

FIRST_COURT = Court("津0199", "示例市第三人民法院", "022-0000 0003")
SECOND_COURT = Court("渝0199", "示例市第四人民法院", "023-0000 0004")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system() -> AsyncIterator[Stack]:
    """Everything, started and ready. Tests leave every process running.

    At the end all that it said and kept is searched for everybody whom any test named.
    """
    folder = DataFolder.temporary()
    try:
        layout = (*ours(), *PARTNERS)
        async with HeardStack(
            folder=folder, environment=PATIENT, durable=False, layout=layout
        ) as stack:
            yield stack
            assert leaks(await everything(stack), named_by(stack.spoken)) == {}
    finally:
        folder.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def registry_channel(system: Stack) -> AsyncIterator[grpc.aio.Channel]:
    async with system.connections.to("registry", PATIENT_CALLS) as channel:
        yield channel


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def travel_channel(system: Stack) -> AsyncIterator[grpc.aio.Channel]:
    async with system.connections.to("travel", PATIENT_CALLS, own=RAIL_PEER) as channel:
        yield channel


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def court(registry_channel: grpc.aio.Channel) -> Courthouse:
    return await Courthouse(registry=Registry.over(registry_channel), court=FIRST_COURT).open()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def other_court(registry_channel: grpc.aio.Channel) -> Courthouse:
    return await Courthouse(registry=Registry.over(registry_channel), court=SECOND_COURT).open()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def office(
    registry_channel: grpc.aio.Channel, travel_channel: grpc.aio.Channel
) -> TicketOffice:
    office = TicketOffice.over(travel_channel, legal_today() + timedelta(days=1))
    await open_office(Registry.over(registry_channel), office)
    return office
