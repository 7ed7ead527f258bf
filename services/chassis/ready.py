"""`python -m chassis.ready [host:port]`: whether a process of ours is ready, for whoever supervises it.

Exit code 0 when its health says SERVING, else 1 with the reason on stderr. Without an argument the
process asked is the one of this container: COURTLIST_LISTEN's port on the loopback interface. Its
certificate is shown to it, and is the one expected of it.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.client import ChannelSettings, open_channel
from chassis.config import ConfigError, Environment
from chassis.health import READY, SERVING
from chassis.tls.settings import read_transport
from chassis.tls.transport import Transport

_TIMEOUT_S: Final = 2.0


def execute(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Ask once; returns the exit code."""
    address = arguments[0] if arguments else _own(environment.get("COURTLIST_LISTEN", ""))
    if not address:
        sys.stderr.write("no address: give host:port, or set COURTLIST_LISTEN\n")
        return 1
    settings = Environment(environment)
    transport = read_transport(settings)
    try:
        settings.finish()
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    why = asyncio.run(ask(address, transport))
    if why:
        sys.stderr.write(f"{address}: {why}\n")
    return 1 if why else 0


async def ask(address: str, transport: Transport) -> str:
    """Why the process at `address`, whose certificate is our own, is not ready; empty when it is."""
    async with open_channel(
        address,
        ChannelSettings(timeout_s=_TIMEOUT_S),
        transport=transport,
        host_name=transport.own_name,
    ) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        try:
            answer = await stub.Check(health_pb2.HealthCheckRequest(service=READY))
        except grpc.aio.AioRpcError as error:
            return f"does not answer ({error.code().name})"
    if answer.status == SERVING:
        return ""
    return health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)


def _own(listen: str) -> str:
    port = listen.rpartition(":")[2]
    return f"127.0.0.1:{port}" if port else ""


if __name__ == "__main__":
    sys.exit(execute(sys.argv[1:], os.environ))
