"""Prometheus's text over HTTP/1.1, under TLS as every other port: `GET /metrics` and nothing else."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from chassis.limits import HANDSHAKE_S
from chassis.tls.context import server_context, uris_of
from chassis.tls.transport import Transport

_HEAD_BYTES_MAX: Final = 8 * 1024
# For one whole exchange: a client that hangs holds a socket no longer.
_EXCHANGE_TIMEOUT_S: Final = 5.0


@asynccontextmanager
async def serve_metrics(
    listen: str,
    registry: CollectorRegistry,
    *,
    transport: Transport,
    may_read: Callable[[str], bool],
    handshake_s: float = HANDSHAKE_S,
) -> AsyncIterator[str]:
    """Serve on `listen` (`host:port`, port 0: any free one) and yield the address bound.

    Under TLS a peer is answered if `may_read` says so of the one URI in its certificate, and cut off if it
    has shown none `handshake_s` after it connected.

    Raises OSError if it cannot be bound.
    """
    host, _, port = listen.rpartition(":")
    page = _Page(registry, may_read)
    server = await asyncio.start_server(
        page.answer,
        host.strip("[]"),
        int(port),
        limit=_HEAD_BYTES_MAX,
        ssl=None if transport.files is None else server_context(transport.files),
        ssl_handshake_timeout=None if transport.files is None else handshake_s,
    )
    try:
        yield f"{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


class _Page:
    """One exchange a connection."""

    def __init__(self, registry: CollectorRegistry, may_read: Callable[[str], bool]) -> None:
        self._registry = registry
        self._may_read = may_read
        # However many ask: one text at a time is made beside the loop.
        self._making = asyncio.Lock()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read a request's head, reply, close."""
        try:
            async with asyncio.timeout(_EXCHANGE_TIMEOUT_S):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(await self._reply(head, writer))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            # Whoever sent half a request, or too much of one, is told nothing.
            pass
        finally:
            writer.close()

    async def _reply(self, head: bytes, writer: asyncio.StreamWriter) -> bytes:
        session: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
        if session is not None and not self._is_reader(uris_of(session)):
            return _http("403 Forbidden", "text/plain", b"metrics are for operators and services\n")
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

    def _is_reader(self, uris: Sequence[str]) -> bool:
        """One certificate is one identity, as on every other port: with several URIs it is nobody's."""
        return len(uris) == 1 and self._may_read(uris[0])


def _http(status: str, content_type: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
