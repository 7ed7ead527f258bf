"""The stub partner as a process: it survives a kill, and hangs or refuses when it is told to."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest

from authority.identities import SERVICE_KEY
from authority.peer import Peer, PeerKind
from authority.proving_channel import ProvingChannel
from chassis.client import open_channel
from chassis.tls.transport import PLAINTEXT
from courtlist.restriction.v1 import partner_service_pb2 as wire
from courtlist.restriction.v1 import partner_service_pb2_grpc, restriction_pb2
from stack.connections import OPERATOR_PEER, StackProofs
from stack.log_file import LogFile
from stack.ports import LOOPBACK, free_port
from stack.service_process import ServiceProcess, python_environment
from tests.eventually import LIMIT_S

_AS_TRAVEL = PLAINTEXT.saying(SERVICE_KEY, "travel")

Start = Callable[..., Awaitable[ServiceProcess]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Start a partner whose copy lies in the test's folder."""
    async with AsyncExitStack() as stack:

        async def begin(*options: str) -> ServiceProcess:
            address = f"{LOOPBACK}:{free_port()}"
            process = ServiceProcess(
                name="partner",
                environment=python_environment({"COURTLIST_PLAINTEXT": "true"}),
                address=address,
                connect=partial(
                    ProvingChannel,
                    address,
                    server=Peer(PeerKind.PARTNER, "partner"),
                    proofs=StackProofs(None),
                    own=OPERATOR_PEER,
                ),
                folder=tmp_path,
                log=LogFile(tmp_path / "partner.log"),
                command=("-m", "partner", "--listen", address, "--data", "copy", *options),
            )
            await process.start()
            stack.push_async_callback(process.stop)
            await process.wait_ready()
            return process

        yield begin


def _request(*numbers: int) -> wire.ReceiveRestrictionsRequest:
    entries = [
        restriction_pb2.RestrictionEntry(
            number=number,
            restriction_id=f"o{number}",
            event=restriction_pb2.RESTRICTION_EVENT_SET,
            digests=[bytes([number])],
        )
        for number in numbers
    ]
    return wire.ReceiveRestrictionsRequest(
        field="travel", series="s", after=numbers[0] - 1, entries=entries, head=numbers[-1]
    )


async def _hand(
    process: ServiceProcess, *numbers: int, timeout_s: float = LIMIT_S
) -> wire.ReceiveRestrictionsResponse:
    async with open_channel(process.address, transport=_AS_TRAVEL) as channel:
        stub = partner_service_pb2_grpc.PartnerServiceStub(channel)
        return await stub.ReceiveRestrictions(_request(*numbers), timeout=timeout_s)


async def _show(tmp_path: Path, folder: str = "copy") -> tuple[int, Any]:
    shown = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "partner", "show", "--data", folder),
        cwd=tmp_path,
        env=python_environment({}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await shown.communicate()
    return shown.returncode or 0, json.loads(output or "null")


async def test_what_was_acknowledged_survives_a_kill(start: Start, tmp_path: Path) -> None:
    process = await start()
    assert (await _hand(process, 1, 2)).applied == 2
    await process.kill()
    held = {"travel": {"applied": 2, "restrictions": 2, "digests": 2, "secret_versions": {"1": 2}}}
    assert await _show(tmp_path) == (0, held)
    again = await start()
    reply = await _hand(again, 3)
    assert (reply.applied, reply.series) == (3, "s")


async def test_its_log_is_json_and_tells_what_was_applied_and_of_nobody(
    start: Start, tmp_path: Path
) -> None:
    process = await start()
    await _hand(process, 1, 2)
    await process.stop()
    lines = [json.loads(line) for line in (tmp_path / "partner.log").read_text().splitlines()]
    (call,) = [line for line in lines if line["event"] == "call"]
    assert (call["field"], call["entries"], call["applied"]) == ("travel", 2, 2)
    assert "o1" not in json.dumps(lines)


async def test_one_that_hangs_never_answers_and_still_ends_in_good_order(
    start: Start, tmp_path: Path
) -> None:
    process = await start("--hang")
    with pytest.raises(grpc.aio.AioRpcError) as hung:
        await _hand(process, 1, timeout_s=0.5)
    assert hung.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    await process.stop()
    assert process.process.exit_code == 0
    assert await _show(tmp_path) == (0, {})


async def test_one_that_refuses_every_second_call_applies_the_others(start: Start) -> None:
    process = await start("--refuse-every", "2")
    assert (await _hand(process, 1)).applied == 1
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await _hand(process, 2)
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    assert (await _hand(process, 2)).applied == 2


async def test_where_there_is_no_copy_that_is_said(tmp_path: Path) -> None:
    assert await _show(tmp_path, "nothing") == (3, None)
