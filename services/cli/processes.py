"""Looking at every process at once: what each says of itself, and what the registry says of all."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import grpc
from grpc_health.v1 import health_pb2

from authority.peer import Peer, PeerKind
from chassis.health import READY
from chassis.wire.status import parse
from cli.acting import Metadata, as_metadata
from cli.errors import RemoteFailure
from cli.invocation import REGISTRY, Invocation
from cli.unreached import cause_of
from courtlist.process.v1 import process_service_pb2 as process
from courtlist.process.v1 import process_service_pb2_grpc
from courtlist.registry.v1 import admin_service_pb2 as admin

_LOOK_S: Final = 3.0
_SLOW: Final = f"did not answer in {_LOOK_S:g} s"


@dataclass(frozen=True, slots=True)
class Seen:
    """One process: what it said, or why it said nothing.

    `view` is absent for one that only serves health; `fault` says what is wrong.
    """

    name: str
    address: str
    view: process.GetProcessResponse | None
    is_ready: bool
    fault: str

    @property
    def is_well(self) -> bool:
        """Whether it answers and is ready."""
        return not self.fault and self.is_ready


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All processes, and the ledger as the registry shows it; `ledger_fault` where it did not."""

    processes: tuple[Seen, ...]
    ledger: admin.GetLedgerResponse | None
    ledger_fault: str

    @property
    def is_well(self) -> bool:
        """Whether every process is well, and nobody is withheld."""
        return all(one.is_well for one in self.processes)


def look(invocation: Invocation) -> Surroundings:
    """Ask all of them at once; whoever does not answer in three seconds is down.

    Raises UsageError when it is not known who asks, or the profile lacks a certificate.
    """
    profile = invocation.profile
    named = {**profile.addresses, **profile.processes}
    channels = {
        name: invocation.client.channel(address, _server(name)) for name, address in named.items()
    }
    words = as_metadata(invocation.actor)
    processes = invocation.client.run(_look_at_all(channels, named, words))
    ledger, fault = None, ""
    try:
        if REGISTRY in profile.addresses:
            ledger = invocation.client.run(_ledger(invocation))
        else:
            fault = "the profile has no address of the registry"
    except RemoteFailure as error:
        fault = error.message
    return Surroundings(processes, ledger, fault)


def answers(invocation: Invocation, address: str) -> bool:
    """Whether anything at all listens at `address`, whoever it believes; one that hangs does, too."""
    return invocation.client.run(_listens(address))


async def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(_LOOK_S):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        writer.close()
        return True
    return False


def _server(name: str) -> Peer:
    """Whose certificate a process of the profile has: a service's, or `partner/ID`'s."""
    kind, _, partner_id = name.partition("/")
    if kind == PeerKind.PARTNER and partner_id:
        return Peer(PeerKind.PARTNER, partner_id)
    return Peer(PeerKind.SERVICE, name)


async def _look_at_all(
    channels: Mapping[str, grpc.aio.Channel], addresses: Mapping[str, str], words: Metadata
) -> tuple[Seen, ...]:
    looking = (
        _look_at(name, addresses[name], channel, words) for name, channel in channels.items()
    )
    return tuple(await asyncio.gather(*looking))


async def _look_at(name: str, address: str, channel: grpc.aio.Channel, words: Metadata) -> Seen:
    stub = process_service_pb2_grpc.ProcessServiceStub(channel)
    try:
        view = await stub.GetProcess(process.GetProcessRequest(), metadata=words, timeout=_LOOK_S)
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.UNIMPLEMENTED:
            return await _look_at_health(name, address, channel, words)
        return Seen(name, address, None, is_ready=False, fault=_fault(error))
    ready = [one.serving for one in view.checks if one.check == READY]
    return Seen(name, address, view, is_ready=all(ready), fault="")


async def _look_at_health(
    name: str, address: str, channel: grpc.aio.Channel, words: Metadata
) -> Seen:
    """For a process that has nothing to say of itself, as a partner's."""
    check = channel.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
        response_deserializer=health_pb2.HealthCheckResponse.FromString,
    )
    try:
        answer = await check(
            health_pb2.HealthCheckRequest(service=READY), metadata=words, timeout=_LOOK_S
        )
    except grpc.aio.AioRpcError as error:
        return Seen(name, address, None, is_ready=False, fault=_fault(error))
    is_ready = answer.status == health_pb2.HealthCheckResponse.SERVING
    return Seen(name, address, None, is_ready=is_ready, fault="")


async def _ledger(invocation: Invocation) -> admin.GetLedgerResponse:
    try:
        return await invocation.operators.GetLedger(
            admin.GetLedgerRequest(), metadata=as_metadata(invocation.actor), timeout=_LOOK_S
        )
    except grpc.aio.AioRpcError as error:
        raise RemoteFailure(
            parse(error),
            service=REGISTRY,
            address=invocation.profile.address(REGISTRY),
            request_id="",
        ) from error


def _fault(error: grpc.aio.AioRpcError) -> str:
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        return cause_of(error.details() or "").short
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return _SLOW
    return parse(error).reason_name or error.code().name
