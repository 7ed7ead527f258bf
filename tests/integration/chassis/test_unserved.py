"""Calls of no method, and connections that say nothing: none of them ends or holds a server."""

import asyncio
import contextlib
from typing import Any

import grpc
import pytest
from structlog.testing import CapturingLogger

from chassis.errors import ServiceError
from chassis.server import Registration, ServerSettings
from chassis.telemetry.call_log import call_log
from courtlist.error.v1 import error_reason_pb2 as reasons
from tests import raw_http2
from tests.eventually import LIMIT_S, eventually
from tests.integration.chassis.loopback import OpenHouse, serving

_UNIMPLEMENTED = b"grpc-status\x0212"
_OK = b"grpc-status\x010"
_MARK = "nobodys-method"


class Refusing(OpenHouse):
    """Notes whose the call is and refuses it, as the doorkeeper does what has no row."""

    def door(self, _: str) -> Any:
        async def admit(_request: Any, _context: Any) -> None:
            call_log().fields["peer"] = "partner/rail"
            raise ServiceError(reasons.ERROR_REASON_PEER_REFUSED, "not for this peer")

        return admit


@pytest.mark.parametrize(
    "path",
    [b"/\xff\xfe", b"\xff", b"/\xed\xa0\x80", b"/x/\x00", b"/x", b"/", b"x", "/法院/法院".encode()],
)
async def test_no_path_ends_the_server(service: Registration, log: Any, path: bytes) -> None:
    async with serving(service, log=log) as loopback:
        async with asyncio.timeout(LIMIT_S):
            assert _UNIMPLEMENTED in await raw_http2.call(loopback.address, path)
            assert _OK in await raw_http2.call(loopback.address, b"/chassis.test.EchoService/Echo")
        assert await loopback.call("Echo", "still here") == "still here"


async def test_a_call_of_no_method_has_a_line_that_says_whose_it_is_and_not_what_was_called(
    service: Registration, log: Any, lines: CapturingLogger
) -> None:
    async with serving(service, log=log, doorkeeper=Refusing()) as loopback:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await loopback.call(_MARK)
        # It is written once the answer is under way.
        await eventually(lambda: bool(lines.calls))
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
    [line] = [one.kwargs for one in lines.calls if one.kwargs["event"] == "call"]
    assert (line["method"], line["code"]) == ("/unserved", "UNIMPLEMENTED")
    assert line["peer"] == "partner/rail"
    assert _MARK not in str(line)


async def test_who_connects_and_says_nothing_is_cut_off(service: Registration, log: Any) -> None:
    settings = ServerSettings(address="127.0.0.1:0", handshake_s=0.2)
    async with serving(service, log=log, settings=settings) as loopback:
        host, _, port = loopback.address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        async with asyncio.timeout(LIMIT_S):
            with contextlib.suppress(ConnectionError):
                # What the server sends first needs no word of the client's.
                await reader.read()
        writer.close()
