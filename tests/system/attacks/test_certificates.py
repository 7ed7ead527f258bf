"""Certificates that are not what they say: no call is made over them, or none is let in."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
import pytest_asyncio

from authority.peer import Peer, PeerKind
from chassis.client import open_channel
from chassis.tls.transport import TRUST_DOMAIN_DEFAULT, Transport
from stack.connections import OPERATOR_PEER, RAIL_PEER
from tests.certificates import AUTHORITYS, Issued, Issuer, Wallet
from tests.eventually import LIMIT_S, eventually
from tests.system.attacks.attacker import Attacker
from tests.system.attacks.conftest import Scene
from tests.system.attacks.journal import Journal

pytestmark = pytest.mark.asyncio(loop_scope="session")

_HOUR = timedelta(hours=1)
_LAWFUL = OPERATOR_PEER.spiffe_id(TRUST_DOMAIN_DEFAULT)
_REGISTRY = Peer(PeerKind.SERVICE, "registry")


@pytest.fixture
def authority(scene: Scene) -> Issuer:
    """The one that every server of the stack trusts."""
    folder = scene.stack.folder.path / "certificates" / "ca"
    return Issuer.holding(
        (folder / "current.pem").read_bytes(), (folder / "current.key").read_bytes()
    )


@pytest_asyncio.fixture(loop_scope="session")
async def attacker(scene: Scene) -> AsyncIterator[Attacker]:
    """Connections of one test alone: one that fails is tried again until it is closed."""
    made = Attacker(scene.stack)
    yield made
    await made.close()


def wallet(scene: Scene, folder: Path, issued: Issued) -> Transport:
    """A client that shows this certificate, and trusts the servers as everybody does."""
    trust = (scene.stack.folder.path / "certificates" / "trust.pem").read_bytes()
    made = Wallet.made(folder / f"wallet-{issued.serial}", issued, trust)
    # As somebody whose clock is a day behind: to show a certificate that has run out.
    return Transport(files=made.files(now=lambda: datetime.now(UTC) - timedelta(days=1)))


def _below(lawful: Issued) -> Issued:
    """An operator's certificate, signed with the key of a lawful one that may sign nothing."""
    forged = Issuer.holding(lawful.certificate, lawful.key).issue(OPERATOR_PEER)
    return Issued(forged.certificate + lawful.certificate, forged.key, forged.serial)


# No handshake: the certificate is not the trusted authority's, or not of this time.
UNTRUSTED: dict[str, Callable[[Issuer], Issued]] = {
    "of another authority": lambda _: Issuer().issue(OPERATOR_PEER),
    "signed by itself": lambda _: Issuer().own,
    "signed by a lawful partner": lambda real: _below(real.issue(RAIL_PEER)),
    "run out": lambda real: real.issue(OPERATOR_PEER, lasts=-_HOUR),
    "not yet valid": lambda real: real.issue(OPERATOR_PEER, began=-_HOUR),
}
# A handshake, for the authority has signed it; and nobody of ours.
NOBODYS: dict[str, tuple[str, ...]] = {
    "no URI": (),
    "two URIs": (_LAWFUL, "spiffe://courtlist.example/service/registry"),
    "the same URI twice": (_LAWFUL, _LAWFUL),
    "another trust domain": ("spiffe://courtlist.invalid/operator/operator-1",),
    "the trust domain as a prefix": ("spiffe://courtlist.example.org/operator/operator-1",),
    "no such kind": ("spiffe://courtlist.example/auditor/operator-1",),
    "no name": ("spiffe://courtlist.example/operator/",),
    "a longer path": ("spiffe://courtlist.example/operator/operator-1/x",),
    "a path that climbs": ("spiffe://courtlist.example/partner/../operator/operator-1",),
    "another scheme": ("https://courtlist.example/operator/operator-1",),
    "a query": ("spiffe://courtlist.example/operator/operator-1?x",),
    "a court written plainly": ("spiffe://courtlist.example/court/%E5%86%80",),
    "another's lookalike, encoded": ("spiffe://courtlist.example/operator/xn--perator-1-z2h",),
    "half a character, encoded": ("spiffe://courtlist.example/operator/xn--ib9b",),
    "a line's end": ("spiffe://courtlist.example/operator/operator-1\n",),
    "a terminal's escape": ("spiffe://courtlist.example/operator/\x1b[31m",),
}


@pytest.mark.parametrize("words", UNTRUSTED)
async def test_a_certificate_that_is_not_trusted_makes_no_connection(
    scene: Scene, attacker: Attacker, authority: Issuer, tmp_path: Path, words: str
) -> None:
    transport = wallet(scene, tmp_path, UNTRUSTED[words](authority))
    for server in ("registry", "travel"):
        journal = Journal(scene.stack, server)
        outcome = await attacker.call(scene.rpc("GetProcess", server), b"", transport)
        assert outcome.seen == "UNAVAILABLE"
        await eventually(lambda seen=journal: seen.failed_handshakes() > 0)
        assert outcome.call_id not in journal.calls()


@pytest.mark.parametrize("words", NOBODYS)
async def test_a_certificate_that_names_nobody_is_let_in_nowhere(
    scene: Scene, attacker: Attacker, authority: Issuer, tmp_path: Path, words: str
) -> None:
    issued = authority.issue(OPERATOR_PEER, uris=NOBODYS[words])
    await is_unknown(scene, attacker, wallet(scene, tmp_path, issued))


async def test_a_certificate_that_may_sign_others_is_let_in_nowhere(
    scene: Scene, attacker: Attacker, authority: Issuer, tmp_path: Path
) -> None:
    issued = authority.issue(OPERATOR_PEER, signs=AUTHORITYS["CA:TRUE"])
    await is_unknown(scene, attacker, wallet(scene, tmp_path, issued))


async def test_a_host_name_that_reads_like_an_identity_is_none(
    scene: Scene, attacker: Attacker, authority: Issuer, tmp_path: Path
) -> None:
    issued = authority.issue(OPERATOR_PEER, uris=(), hosts=(_LAWFUL,))
    await is_unknown(scene, attacker, wallet(scene, tmp_path, issued))


async def test_a_lawful_certificate_of_the_same_making_is_let_in(
    scene: Scene, attacker: Attacker, authority: Issuer, tmp_path: Path
) -> None:
    transport = wallet(scene, tmp_path, authority.issue(OPERATOR_PEER))
    outcome = await attacker.call(scene.rpc("GetProcess"), b"", transport)
    assert outcome.seen == "OK"


async def test_no_certificate_and_no_encryption_make_no_connection(scene: Scene) -> None:
    method, address = "/courtlist.process.v1.ProcessService/GetProcess", "registry"
    trust = (scene.stack.folder.path / "certificates" / "trust.pem").read_bytes()
    host = (("grpc.ssl_target_name_override", _REGISTRY.host_name(TRUST_DOMAIN_DEFAULT)),)
    target = scene.stack.addresses[address]
    for channel in (
        grpc.aio.insecure_channel(target),
        grpc.aio.secure_channel(target, grpc.ssl_channel_credentials(trust), host),
    ):
        async with channel:
            asking: Any = channel.unary_unary(method)
            with pytest.raises(grpc.aio.AioRpcError) as failure:
                await asking(b"", timeout=LIMIT_S, metadata=(("courtlist-service", "travel"),))
        assert failure.value.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize(
    "poser",
    [
        Peer(PeerKind.PARTNER, "registry"),
        Peer(PeerKind.PARTNER, "registry.service"),
        Peer(PeerKind.SERVICE, "travel"),
        Peer(PeerKind.OPERATOR, "registry"),
    ],
    ids=lambda peer: f"{peer.kind} {peer.name}",
)
async def test_nobody_poses_as_the_registry_towards_a_field(
    scene: Scene, authority: Issuer, tmp_path: Path, poser: Peer
) -> None:
    assert await answered_by(scene, tmp_path, authority.issue(_REGISTRY)) == "OK"
    assert await answered_by(scene, tmp_path, authority.issue(poser)) == "UNAVAILABLE"
    untrusted = Issuer().issue(_REGISTRY)
    assert await answered_by(scene, tmp_path, untrusted) == "UNAVAILABLE"


async def test_the_attacked_system_is_unharmed(scene: Scene) -> None:
    assert await scene.is_unharmed()


async def is_unknown(scene: Scene, attacker: Attacker, transport: Transport) -> None:
    """Every server refuses it, and says in its log that somebody was."""
    for server in ("registry", "travel", "demo-copy"):
        journal = Journal(scene.stack, server)
        outcome = await attacker.call(scene.rpc("GetProcess", server), b"", transport)
        assert outcome.seen == "PEER_UNKNOWN"
        line = (await journal.calls_of({outcome.call_id}))[outcome.call_id]
        assert line["reason"] == "PEER_UNKNOWN"
        assert "peer" not in line


async def answered_by(scene: Scene, folder: Path, shown: Issued) -> str:
    """How a field's own connection to the registry ends at a server that shows this certificate."""
    served = wallet(scene, folder, shown)
    server = grpc.aio.server()
    method: Any = grpc.unary_unary_rpc_method_handler(_answer)
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler("posed.Service", {"Ask": method})]
    )
    credentials = served.server_credentials()
    assert credentials is not None
    port = server.add_secure_port("127.0.0.1:0", credentials)
    await server.start()
    field = scene.stack.proofs.transport_of(Peer(PeerKind.SERVICE, "travel"))
    host_name = _REGISTRY.host_name(TRUST_DOMAIN_DEFAULT)
    try:
        async with open_channel(
            f"127.0.0.1:{port}", transport=field, host_name=host_name
        ) as channel:
            asking: Any = channel.unary_unary("/posed.Service/Ask")
            await asking(b"", timeout=LIMIT_S)
    except grpc.aio.AioRpcError as failure:
        return failure.code().name
    finally:
        await server.stop(None)
    return "OK"


async def _answer(request: bytes, context: object) -> bytes:
    del context
    return request
