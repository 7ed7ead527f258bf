"""No connection outlives its age, so none outlives for long the trust by which it was made; no call is lost."""

import asyncio
from pathlib import Path

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue

from chassis.client import open_channel
from chassis.tls.transport import TRUST_DOMAIN_DEFAULT
from chassis.tls.watch import handshake_reading
from tests.certificates import Issuer, Wallet
from tests.eventually import eventually
from tests.integration.chassis.line import REGISTRY, TRAVEL, Line, calling
from tests.integration.chassis.loopback import unary

_AGE_S = 0.2


async def test_connections_end_of_age_all_the_time_and_no_call_is_lost(tmp_path: Path) -> None:
    async with Line(tmp_path, age_s=_AGE_S).open() as line:
        # Stands for a follower's long wait: it outlives the age of its connection many times.
        held = asyncio.ensure_future(
            unary(line.stub, "Hold")(StringValue(value="mine"), timeout=60)
        )
        await line.held.wait()
        async with calling(line):
            await eventually(lambda: len(line.connections) > 8)
        line.release.set()
        assert (await held).value == "mine"
    assert line.failures == []


async def test_a_standing_connection_ends_of_age_when_its_authority_is_trusted_no_more(
    tmp_path: Path,
) -> None:
    async with Line(tmp_path, age_s=_AGE_S).open() as line:
        old, new = line.authority, Issuer("the next authority")
        left_behind = Wallet.made(tmp_path / "left", old.issue(TRAVEL), old.trust + new.trust)
        host_name = REGISTRY.host_name(TRUST_DOMAIN_DEFAULT)
        transport = left_behind.transport()
        async with open_channel(line.address, transport=transport, host_name=host_name) as channel:
            echo = unary(channel, "Echo")
            await echo(StringValue(value="x"))
            line.server.put_trust(new.trust)
            line.server.put(new.issue(REGISTRY))

            async def is_refused() -> bool:
                try:
                    await echo(StringValue(value="x"))
                except grpc.aio.AioRpcError as error:
                    return error.code() is grpc.StatusCode.UNAVAILABLE
                return False

            await eventually(is_refused)


async def test_every_handshake_is_counted_whether_or_not_the_peer_is_believed(
    tmp_path: Path,
) -> None:
    async with Line(tmp_path).open() as line:
        [before] = _handshakes(line)
        stranger = Issuer("nobody's authority")
        unknown = Wallet.made(tmp_path / "unknown", stranger.issue(TRAVEL), line.authority.trust)
        host_name = REGISTRY.host_name(TRUST_DOMAIN_DEFAULT)
        transport = unknown.transport()
        async with open_channel(line.address, transport=transport, host_name=host_name) as channel:
            with pytest.raises(grpc.aio.AioRpcError):
                await unary(channel, "Echo")(StringValue(value="x"))
        assert not line.seen
        await eventually(lambda: _handshakes(line)[0] > before)


def _handshakes(line: Line) -> list[float]:
    [family] = handshake_reading(line.transport).collect()
    return [sample.value for sample in family.samples]
