"""Prometheus's text over plain HTTP: `GET /metrics` and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

_HEAD_BYTES_MAX: Final = 8 * 1024
# For one whole exchange: a client that hangs holds a socket no longer.
_EXCHANGE_TIMEOUT_S: Final = 5.0


@asynccontextmanager
async def serve_metrics(listen: str, registry: CollectorRegistry) -> AsyncIterator[str]:
    """Serve on `listen` (`host:port`, port 0: any free one) and yield the address bound.

    Raises OSError if it cannot be bound.
    """
    host, _, port = listen.rpartition(":")
    page = _Page(registry)
    server = await asyncio.start_server(
        page.answer, host.strip("[]"), int(port), limit=_HEAD_BYTES_MAX
    )
    try:
        yield f"{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


class _Page:
    """One exchange a connection."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        # However many ask: one text at a time is made beside the loop.
        self._making = asyncio.Lock()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read a request's head, reply, close."""
        try:
            async with asyncio.timeout(_EXCHANGE_TIMEOUT_S):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(await self._reply(head))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            # Whoever sent half a request, or too much of one, is told nothing.
            pass
        finally:
            writer.close()

    async def _reply(self, head: bytes) -> bytes:
        method, _, rest = head.partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0]
        if path != b"/metrics":
            return _http("404 Not Found", "text/plain", b"metrics are at /metrics\n")
        if method not in {b"GET", b"HEAD"}:
            return _http("405 Method Not Allowed", "text/plain", b"use GET\n")
        async with self._making:
            text = await asyncio.to_thread(generate_latest, self._registry)
        reply = _http("200 OK", CONTENT_TYPE_LATEST, text)
        return reply if method == b"GET" else reply.removesuffix(text)


def _http(status: str, content_type: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
