"""Two partners as processes, one of which hangs: lifts arrive, kills lose nothing, retirement ends it."""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
import pytest_asyncio

from authority.peer import Peer, PeerKind
from authority.proving_channel import ProvingChannel
from courtlist.process.v1 import process_service_pb2 as process
from courtlist.process.v1 import process_service_pb2_grpc
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.connections import OPERATOR_PEER
from stack.log_file import LogFile
from stack.office import OPERATOR, Registry, TicketOffice, request_id
from stack.papers import Person
from stack.ports import LOOPBACK, free_port
from stack.service_process import ServiceProcess, python_environment
from stack.supervisor import Stack
from tests.eventually import eventually, in_time
from tests.system.courthouse import Courthouse, gate_has_read

pytestmark = pytest.mark.asyncio(loop_scope="session")

APPLYING, HANGING = "pushed-applying", "pushed-hanging"
# A call that hangs ends after five seconds: whoever waited for it would be later than this.
PROMPTLY_S = 3.0


@dataclass(frozen=True)
class Pushed:
    """The two partners, and how travel sees them."""

    applying: ServiceProcess
    hanging: ServiceProcess
    folder: Path
    travel: process_service_pb2_grpc.ProcessServiceStub

    async def view(self, partner_id: str) -> process.PartnerView:
        reply = await self.travel.GetProcess(process.GetProcessRequest(), metadata=OPERATOR)
        found = [one for one in reply.partners if one.partner_id == partner_id]
        return found[0] if found else process.PartnerView()

    async def copy(self) -> Any:
        """What `python -m partner show` says of travel."""
        shown = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "partner", "show", "--data", APPLYING),
            cwd=self.folder,
            env=python_environment({}),
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await shown.communicate()
        # There is nothing of travel before its first push.
        return json.loads(output).get("travel", {"applied": 0, "restrictions": 0})

    async def has_everything(self, office: TicketOffice) -> None:
        """Wait until everything that there is by now is acknowledged."""
        head = await _head(office)

        async def acknowledged() -> bool:
            return (await self.view(APPLYING)).acknowledged >= head

        await eventually(acknowledged)


async def _head(office: TicketOffice) -> int:
    """The number of the last step that partners are to be sent; the gate has just read its change."""
    page = restriction.ReadRestrictionsRequest(limit=1)
    reply = await office.gate.ReadRestrictions(travel.ReadRestrictionsRequest(page=page))
    return reply.page.head


def _partner(system: Stack, name: str, folder: Path, *options: str) -> ServiceProcess:
    address = f"{LOOPBACK}:{free_port()}"
    peer, proofs = Peer(PeerKind.PARTNER, name), system.proofs
    return ServiceProcess(
        name=name,
        environment=python_environment(proofs.environment_of(peer)),
        address=address,
        connect=partial(ProvingChannel, address, server=peer, proofs=proofs, own=OPERATOR_PEER),
        folder=folder,
        log=LogFile(folder / f"{name}.log"),
        command=("-m", "partner", "--listen", address, "--data", name, *options),
    )


@pytest_asyncio.fixture(loop_scope="session")
async def pushed(
    system: Stack,
    registry_channel: grpc.aio.Channel,
    travel_channel: grpc.aio.Channel,
    tmp_path: Path,
) -> AsyncIterator[Pushed]:
    """Both enrolled for travel; retired again at the end."""
    registry = Registry.over(registry_channel)
    applying, hanging = (
        _partner(system, APPLYING, tmp_path),
        _partner(system, HANGING, tmp_path, "--hang"),
    )
    try:
        for one in (applying, hanging):
            await one.start()
        for partner_id, one in ((APPLYING, applying), (HANGING, hanging)):
            await one.wait_ready()
            await registry.enrol_partner(partner_id, "travel", push_address=one.address)
        stub = process_service_pb2_grpc.ProcessServiceStub(travel_channel)
        yield Pushed(applying, hanging, tmp_path, stub)
        for partner_id in (APPLYING, HANGING):
            request = admin.RetirePartnerRequest(request_id=request_id(), partner_id=partner_id)
            await registry.operators.RetirePartner(request, metadata=OPERATOR)
    finally:
        for one in (applying, hanging):
            await one.stop()


async def test_a_lift_is_applied_by_a_partner_while_another_hangs(
    court: Courthouse, office: TicketOffice, pushed: Pushed
) -> None:
    serials = itertools.count(91_011)

    async def lift() -> float:
        entered = await court.enter(Person(next(serials)).subject)
        await gate_has_read(office, entered.position)
        await pushed.has_everything(office)
        before = await pushed.copy()
        await court.state(entered.listing.obligation_id)
        paid = await court.repay(entered.listing.obligation_id)
        acknowledged_s = time.monotonic()
        await gate_has_read(office, paid.position)
        await pushed.has_everything(office)
        took_s = time.monotonic() - acknowledged_s
        after = await pushed.copy()
        assert after["applied"] == before["applied"] + 1
        assert after["restrictions"] == before["restrictions"] - 1
        return took_s

    await in_time(lift, PROMPTLY_S)

    async def hangs() -> bool:
        view = await pushed.view(HANGING)
        return view.HasField("failing_since_time") and view.acknowledged == 0

    await eventually(hangs)


async def test_a_killed_partner_misses_nothing_and_applies_nothing_twice(
    court: Courthouse, office: TicketOffice, pushed: Pushed
) -> None:
    await court.enter(Person(91_002).subject)
    await pushed.applying.kill()
    entered = await court.enter(Person(91_003).subject)
    await gate_has_read(office, entered.position)
    await pushed.applying.start()
    await pushed.applying.wait_ready()

    head = await _head(office)

    async def holds_all() -> bool:
        return bool((await pushed.copy())["applied"] == head)

    await eventually(holds_all)
    held = await pushed.copy()
    paid = await court.pay_off(entered.listing.obligation_id)
    await gate_has_read(office, paid.position)
    await pushed.has_everything(office)
    assert (await pushed.copy())["restrictions"] == held["restrictions"] - 1


async def test_a_killed_engine_goes_on_where_the_partner_is(
    system: Stack, court: Courthouse, office: TicketOffice, pushed: Pushed
) -> None:
    entered = await court.enter(Person(91_004).subject)
    await gate_has_read(office, entered.position)
    await pushed.has_everything(office)
    held = await pushed.copy()
    travel = system.services["travel"]
    await travel.kill()
    await court.pay_off(entered.listing.obligation_id)
    await travel.start()
    await travel.wait_ready()

    async def lifted() -> bool:
        return bool((await pushed.copy())["applied"] == held["applied"] + 1)

    await eventually(lifted)
    assert (await pushed.copy())["restrictions"] == held["restrictions"] - 1
    calls = [
        json.loads(line)
        for line in (pushed.folder / f"{APPLYING}.log").read_text().splitlines()
        if '"entries"' in line
    ]
    # Nothing that was acknowledged came again: what came adds up to what is applied.
    assert sum(call["entries"] for call in calls) == held["applied"] + 1
