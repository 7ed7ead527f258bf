"""A load of unary gRPC calls over bare HTTP/2 (RFC 9113), as cheap as Python can make it.

A client of grpc.aio costs as much per call as the server it measures and would measure itself. Here
a call is one write of a few bytes and a look at the frames that come back. Replies are kept as they
came and verified after the clock has stopped: all of them, by content. A call that fails has no reply.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from chassis.tls.transport import PLAINTEXT, Transport
from tests.tls import client_context

_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RST_STREAM, _SETTINGS, _PING, _GOAWAY, _WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
_ACK = _END_STREAM = 0x1
_END_HEADERS: Final = 0x4
_FRAME_HEAD: Final = 9
_GRPC_PREFIX: Final = 5
_WINDOW_MAX: Final = 2**31 - 1
_WINDOW_FIRST: Final = 65_535
# No push, and windows that never close: replies are small and taken at once.
_OUR_SETTINGS: Final = b"\x00\x02" + bytes(4) + b"\x00\x04" + _WINDOW_MAX.to_bytes(4, "big")
# POST and http are static entries; ours follow as dynamic ones, the last sent first (RFC 7541).
_HEADERS_AGAIN: Final = b"\x83\x86\xc2\xc1\xc0\xbf\xbe"


@dataclass(slots=True)
class Burst:
    """What came of a load: `replies` by the place of their request, and each call's latency.

    `server_cpu_s` is for whoever can tell how much processor time the server used meanwhile.
    """

    replies: list[tuple[int, bytes]] = field(default_factory=list)
    latencies_s: list[float] = field(default_factory=list)
    seconds: float = 0.0
    server_cpu_s: float = 0.0

    @property
    def rate_per_s(self) -> float:
        """Calls answered in a second."""
        return len(self.replies) / self.seconds


async def load(
    address: str,
    path: str,
    requests: Sequence[bytes],
    *,
    seconds: float,
    transport: Transport = PLAINTEXT,
    host_name: str = "",
    connections: int = 4,
    in_flight: int = 8,
) -> Burst:
    """Keep `connections` × `in_flight` calls under way for `seconds`, going through `requests`.

    With the certificate of `transport`, to whoever has one of `host_name`.
    Raises ConnectionError if the server ends a connection.
    """
    host, _, port = address.rpartition(":")
    loop = asyncio.get_running_loop()
    tls: dict[str, Any] = {}
    if transport.files is not None:
        tls = {"ssl": client_context(transport.files, "h2"), "server_hostname": host_name}
    burst, opened = Burst(), []
    for number in range(connections):
        connection = _Connection(
            head=_first_headers(path, address),
            # Each begins elsewhere, so that the requests under way differ.
            requests=_turned(requests, number * len(requests) // connections),
            burst=burst,
        )
        await loop.create_connection(partial(_itself, connection), host, int(port), **tls)
        opened.append(connection)
    begun_s = time.perf_counter()
    try:
        await asyncio.gather(*(one.run(in_flight, begun_s + seconds) for one in opened))
    finally:
        for one in opened:
            one.close()
    burst.seconds = time.perf_counter() - begun_s
    return burst


class _Connection(asyncio.Protocol):
    def __init__(self, *, head: bytes, requests: Sequence[tuple[int, bytes]], burst: Burst) -> None:
        self._head = head
        self._requests = requests
        self._burst = burst
        self._sent = 0
        self._window = _WINDOW_FIRST
        self._until_s = 0.0
        self._rest = b""
        self._calls: dict[int, tuple[int, float]] = {}
        self._bodies: dict[int, bytes] = {}
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        wider = (_WINDOW_MAX - _WINDOW_FIRST).to_bytes(4, "big")
        transport.write(
            _PREFACE + _frame(_SETTINGS, 0, 0, _OUR_SETTINGS) + _frame(_WINDOW_UPDATE, 0, 0, wider)
        )

    async def run(self, in_flight: int, until_s: float) -> None:
        self._until_s = until_s
        now_s = time.perf_counter()
        self._transport.write(b"".join(self._call(now_s) for _ in range(in_flight)))
        await self._ended

    def close(self) -> None:
        self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._ended.done():
            self._ended.set_exception(ConnectionError(f"the server closed the connection: {exc!r}"))

    def data_received(self, data: bytes) -> None:
        """Take the whole frames in what came, and answer them with one write."""
        now_s = time.perf_counter()
        data, answers, at = self._rest + data, [], 0
        while len(data) >= at + _FRAME_HEAD:
            start = at + _FRAME_HEAD
            end = start + int.from_bytes(data[at : at + 3], "big")
            if end > len(data):
                break
            stream = int.from_bytes(data[at + 5 : start], "big")
            answers.append(self._take(data[at + 3], data[at + 4], stream, data[start:end], now_s))
            at = end
        self._rest = data[at:]
        answer = b"".join(answers)
        if answer:
            self._transport.write(answer)

    def _take(self, kind: int, flags: int, stream: int, payload: bytes, now_s: float) -> bytes:
        """Take one frame; returns what is to be sent."""
        if kind == _DATA:
            self._bodies[stream] = self._bodies.get(stream, b"") + payload
        elif kind == _WINDOW_UPDATE and stream == 0:
            self._window += int.from_bytes(payload, "big")
        elif kind == _SETTINGS and not flags & _ACK:
            return _frame(_SETTINGS, _ACK, 0, b"")
        elif kind == _PING and not flags & _ACK:
            return _frame(_PING, _ACK, 0, payload)
        elif kind == _GOAWAY:
            self._transport.close()
        if kind == _RST_STREAM or (kind in {_DATA, _HEADERS} and flags & _END_STREAM):
            return self._end(stream, now_s)
        return b""

    def _end(self, stream: int, now_s: float) -> bytes:
        """Note a call's reply, and make the next one."""
        place, begun_s = self._calls.pop(stream)
        self._burst.replies.append((place, self._bodies.pop(stream, b"")[_GRPC_PREFIX:]))
        self._burst.latencies_s.append(now_s - begun_s)
        if now_s < self._until_s:
            return self._call(now_s)
        if not self._calls and not self._ended.done():
            self._ended.set_result(None)
        return b""

    def _call(self, now_s: float) -> bytes:
        place, body = self._requests[self._sent % len(self._requests)]
        stream = 2 * self._sent + 1
        self._sent += 1
        self._calls[stream] = (place, now_s)
        self._window -= len(body)
        # Servers widen it long before; holding calls back here would measure us, not them.
        assert self._window >= 0, "the server does not widen the connection's window"
        head, self._head = self._head, _HEADERS_AGAIN
        return _frame(_HEADERS, _END_HEADERS, stream, head) + _frame(
            _DATA, _END_STREAM, stream, body
        )


def _itself(connection: _Connection) -> _Connection:
    return connection


def _turned(requests: Sequence[bytes], by: int) -> list[tuple[int, bytes]]:
    """(place, framed message), beginning with another one."""
    framed = [
        (place, b"\x00" + len(body).to_bytes(4, "big") + body)
        for place, body in enumerate(requests)
    ]
    return framed[by:] + framed[:by]


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    head = len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big")
    return head + payload


def _first_headers(path: str, authority: str) -> bytes:
    """The request's headers, each to be remembered by the server under the next dynamic index."""
    fields = (
        (b"\x44", path),
        (b"\x41", authority),
        (b"\x5f", "application/grpc"),
        (b"\x40\x02te", "trailers"),
        (b"\x40\x0cgrpc-timeout", "5S"),
    )
    return b"\x83\x86" + b"".join(
        name + bytes((len(value),)) + value.encode() for name, value in fields
    )
