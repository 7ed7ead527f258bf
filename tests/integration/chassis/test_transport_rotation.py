"""Files are replaced while calls go on: none is lost, and what is broken is passed over."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue

from chassis.tls.transport import TRUST_DOMAIN_DEFAULT, channel_credentials
from tests.certificates import Issued, Issuer, Wallet
from tests.eventually import LIMIT_S, eventually
from tests.integration.chassis.line import REGISTRY, TRAVEL, Line, calling
from tests.integration.chassis.loopback import unary


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with Line(tmp_path).open() as line:
        yield line


async def test_a_client_goes_over_to_its_new_certificate_and_loses_no_call(line: Line) -> None:
    async with calling(line):
        for _ in range(5):
            fresh = line.authority.issue(TRAVEL)
            line.client.put(fresh)
            await eventually(lambda serial=fresh.serial: line.seen[-1] == serial)
    assert line.failures == []
    assert len(line.channels) >= 6


async def test_a_stub_may_be_made_before_any_loop_runs(line: Line) -> None:
    fresh = line.authority.issue(TRAVEL)
    line.client.put(fresh)
    # As a program that runs a loop for each call makes its stubs: the files have changed meanwhile.
    echo = await asyncio.to_thread(unary, line.stub, "Echo")
    await echo(StringValue(value="x"))
    assert line.seen == [fresh.serial]


async def test_a_call_that_runs_ends_on_the_connection_on_which_it_began(line: Line) -> None:
    held = asyncio.ensure_future(
        unary(line.stub, "Hold")(StringValue(value="mine"), timeout=LIMIT_S)
    )
    await line.held.wait()
    fresh = line.authority.issue(TRAVEL)
    line.client.put(fresh)
    await unary(line.stub, "Echo")(StringValue(value="x"))
    assert line.seen == [fresh.serial]
    line.release.set()
    assert (await held).value == "mine"
    # Nothing runs on the first any more, so it is closed.
    await eventually(lambda: line.channels[0].get_state() == grpc.ChannelConnectivity.SHUTDOWN)
    assert line.channels[1].get_state() == grpc.ChannelConnectivity.READY


async def test_a_server_shows_its_new_certificate_to_new_connections_and_keeps_the_old_ones(
    line: Line,
) -> None:
    shown: list[bytes] = []

    async def shows(trust: bytes) -> bool:
        """Whether a client that believes only `trust` gets through."""
        only = Wallet.made(
            line.client.folder / str(len(shown)), line.authority.issue(TRAVEL), trust
        )
        shown.append(trust)
        credentials = channel_credentials(only.files().current())
        options = [
            ("grpc.ssl_target_name_override", REGISTRY.host_name(TRUST_DOMAIN_DEFAULT)),
            ("grpc.use_local_subchannel_pool", 1),
        ]
        async with grpc.aio.secure_channel(line.address, credentials, options=options) as channel:
            try:
                await unary(channel, "Echo")(StringValue(value="x"), timeout=LIMIT_S)
            except grpc.aio.AioRpcError:
                return False
        return True

    other = Issuer("the next authority")
    async with calling(line):
        assert await shows(line.authority.trust)
        assert not await shows(other.trust)
        line.server.put(other.issue(REGISTRY))
        assert await shows(other.trust)
        assert not await shows(line.authority.trust)
    assert line.failures == []


async def test_an_authority_is_replaced_by_way_of_a_bundle_and_no_call_is_lost(line: Line) -> None:
    old, new = line.authority, Issuer("the next authority")
    async with calling(line):
        for wallet in (line.server, line.client):
            wallet.put_trust(old.trust + new.trust)
        fresh = new.issue(TRAVEL)
        line.client.put(fresh)
        line.server.put(new.issue(REGISTRY))
        await eventually(lambda: line.seen[-1] == fresh.serial)
        for wallet in (line.server, line.client):
            wallet.put_trust(new.trust)
        last = new.issue(TRAVEL)
        line.client.put(last)
        await eventually(lambda: line.seen[-1] == last.serial)
    assert line.failures == []


def _broken(authority: Issuer, good: Issued) -> dict[str, tuple[str, bytes]]:
    return {
        "half a certificate": ("certificate.pem", good.certificate[:200]),
        "no certificate": ("certificate.pem", b""),
        "another certificate's key": ("key.pem", authority.issue(TRAVEL).key),
        "half a key": ("key.pem", good.key[:60]),
        "an empty bundle": ("trust.pem", b""),
    }


@pytest.mark.parametrize("kind", sorted(_broken(Issuer(), Issuer().issue(TRAVEL))))
async def test_a_broken_new_file_is_passed_over_and_said(line: Line, kind: str) -> None:
    before = await line.serial_shown()
    name, content = _broken(line.authority, line.authority.issue(TRAVEL))[kind]
    line.client.write(name, content)
    for _ in range(3):
        await unary(line.stub, "Echo")(StringValue(value="x"))
    assert set(line.seen) == {before}
    said = [call.kwargs for call in line.lines.calls if call.method_name == "error"]
    # Once for the change, not once a call.
    assert [one["event"] for one in said] == ["tls_files_unusable"]
    assert name in said[0]["problem"]
    assert "PRIVATE KEY" not in str(said)
    mended = line.authority.issue(TRAVEL)
    line.client.put(mended)
    line.client.put_trust(line.authority.trust)
    await unary(line.stub, "Echo")(StringValue(value="x"))
    assert line.seen[-1] == mended.serial
