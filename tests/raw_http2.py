"""Calls written byte by byte: what no client of gRPC would send (RFC 9113, RFC 7541)."""

import asyncio
import ssl
from typing import Final

_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _SETTINGS = 0, 1, 4
_END_STREAM, _END_HEADERS = 1, 4
_HEAD_BYTES: Final = 9
_EMPTY_MESSAGE: Final = bytes(5)


async def call(
    address: str,
    path: bytes,
    *headers: tuple[bytes, bytes],
    tls: ssl.SSLContext | None = None,
) -> bytes:
    """The last header block of what is answered to an empty message on `path`; empty where nothing is."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port), ssl=tls)
    fields = (
        (b":method", b"POST"),
        (b":scheme", b"http" if tls is None else b"https"),
        (b":path", path),
        (b":authority", b"x"),
        (b"content-type", b"application/grpc"),
        (b"te", b"trailers"),
        *headers,
    )
    block = b"".join(b"\0" + _text(name) + _text(value) for name, value in fields)
    writer.write(_PREFACE + _frame(_SETTINGS, 0, 0, b""))
    writer.write(_frame(_HEADERS, _END_HEADERS, 1, block))
    writer.write(_frame(_DATA, _END_STREAM, 1, _EMPTY_MESSAGE))
    try:
        return await _last_headers(reader)
    finally:
        writer.close()


async def _last_headers(reader: asyncio.StreamReader) -> bytes:
    try:
        while True:
            head = await reader.readexactly(_HEAD_BYTES)
            content = await reader.readexactly(int.from_bytes(head[:3], "big"))
            if head[3] == _HEADERS and head[4] & _END_STREAM:
                return content
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def _frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    return (
        len(content).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + content
    )


def _text(text: bytes) -> bytes:
    """A literal without Huffman coding, of fewer than 127 bytes (RFC 7541 §5.2)."""
    assert len(text) < 127
    return bytes((len(text),)) + text
