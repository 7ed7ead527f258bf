"""The metrics of a process, asked for as a Prometheus asks."""

import asyncio
from typing import Any

from authority.peer import Peer, PeerKind
from stack.connections import OPERATOR_PEER
from stack.supervisor import Stack
from tests.eventually import LIMIT_S
from tests.tls import client_context


async def text_of(stack: Stack, service: str) -> str:
    """The metrics of a service as Prometheus reads them, with an operator's certificate."""
    host, _, port = stack.metrics[service].rpartition(":")
    transport = stack.proofs.transport_of(OPERATOR_PEER)
    tls: dict[str, Any] = {}
    if transport.files is not None:
        server = Peer(PeerKind.SERVICE, service)
        tls = {
            "ssl": client_context(transport.files),
            "server_hostname": server.host_name(transport.trust_domain),
        }
    async with asyncio.timeout(LIMIT_S):
        reader, writer = await asyncio.open_connection(host, int(port), **tls)
        writer.write(b"GET /metrics HTTP/1.1\r\n\r\n")
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    assert head.startswith(b"HTTP/1.1 200"), head
    return body.decode()
