"""The peer: a grpc.aio server that parses the request, does nothing, and sends one fixed reply.

    python -m tests.bench.null_server HEX_OF_THE_REPLY

It speaks what the services speak, by the same settings: mutual TLS, or plaintext where they do.
Prints its port, and ends when its standard input does: it cannot outlive who started it.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.message import Message

from chassis.config import Environment
from chassis.tls.settings import read_transport
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.ports import LOOPBACK
from stack.service_process import python_environment

_SERVICE = "courtlist.travel.v1.TravelService"
_CHECKOUT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def null_server(reply: bytes, transport: Mapping[str, str]) -> AsyncIterator[tuple[str, int]]:
    """(address, process id) of a null server in a process of its own, with the settings of a service."""
    environment = python_environment(transport)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.null_server",
        reply.hex(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=_CHECKOUT,
        env=environment,
        # As the stack starts its services: the scheduler shares time out between sessions.
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        yield f"{LOOPBACK}:{port}", process.pid
    finally:
        process.stdin.close()
        await process.wait()


async def _serve(reply: bytes, environment: Mapping[str, str]) -> None:
    settings = Environment(environment)
    credentials = read_transport(settings).server_credentials()
    settings.finish()
    message = travel.CheckPassengerResponse.FromString(reply)

    async def nothing(_request: travel.CheckPassengerRequest, _context: Any) -> Message:
        return message

    handler = grpc.unary_unary_rpc_method_handler(
        nothing,
        request_deserializer=travel.CheckPassengerRequest.FromString,
        response_serializer=travel.CheckPassengerResponse.SerializeToString,
    )
    server = grpc.aio.server()
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(_SERVICE, {"CheckPassenger": handler}),)
    )
    if credentials is None:
        port = server.add_insecure_port(f"{LOOPBACK}:0")
    else:
        port = server.add_secure_port(f"{LOOPBACK}:0", credentials)
    print(port, flush=True)
    await server.start()
    await asyncio.to_thread(sys.stdin.read)
    await server.stop(None)


if __name__ == "__main__":
    asyncio.run(_serve(bytes.fromhex(sys.argv[1]), os.environ))
