"""Every leaf certificate, and the authority that signs them."""

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc

from authority.peer import Peer
from certificates.folder import CertificateFolder
from chassis.client import open_channel
from chassis.tls.files import TlsFiles
from chassis.tls.transport import Transport
from courtlist.process.v1 import process_service_pb2 as process
from courtlist.process.v1.process_service_pb2_grpc import ProcessServiceStub
from stack.connections import OPERATOR_PEER
from tests.eventually import eventually
from tests.robustness.rotation.scene import Scene


async def renew_every_leaf(scene: Scene) -> None:
    """Nobody is told: each process shows its new certificate by itself, clients come with theirs."""
    folder = _folder(scene)
    await asyncio.to_thread(_renew_all, folder)
    await _all_show_their_own(scene)
    await scene.goes_on()


async def replace_the_authority(scene: Scene, aside: Path) -> None:
    """By way of a bundle of both; whoever has nothing but a certificate of the former is out, soon."""
    folder = _folder(scene)
    await asyncio.to_thread(folder.begin_ca)
    await _all_show_their_own(scene)
    left = _keep_aside(folder, OPERATOR_PEER, aside)
    async with _standing(scene, left) as standing:
        await standing()
        await asyncio.to_thread(folder.switch_ca)
        await asyncio.to_thread(_renew_all, folder)
        await _all_show_their_own(scene)
        # Clients have looked at their files since: everybody calls again and again.
        await scene.goes_on()
        await standing()
        await asyncio.to_thread(folder.end_ca)
        await _all_show_their_own(scene)
        async with _standing(scene, left) as fresh:
            assert await _is_refused(fresh), (
                "a certificate of the former authority is still believed"
            )
        await eventually(lambda: _is_refused(standing))
    await scene.goes_on()


def _folder(scene: Scene) -> CertificateFolder:
    folder = scene.world.stack.proofs.certificates
    assert folder is not None, "the world speaks TLS"
    return folder


def _renew_all(folder: CertificateFolder) -> None:
    for peer in folder.peers():
        folder.ensure(peer, renew=True)


async def _all_show_their_own(scene: Scene) -> None:
    """Wait until each server, on each of its ports, shows the certificate that lies in its file."""
    stack, folder = scene.world.stack, _folder(scene)
    for service in stack.layout:
        expected = folder.pair_of(service.peer).certificate.read_text(encoding="ascii")
        addresses = [stack.addresses[service.name]]
        if service.name in stack.metrics:
            addresses.append(stack.metrics[service.name])
        for address in addresses:

            async def shows(
                address: str = address, peer: Peer = service.peer, expected: str = expected
            ) -> bool:
                shown = await _shown(folder, address, peer)
                return ssl.DER_cert_to_PEM_cert(shown) == expected

            await eventually(shows)


async def _shown(folder: CertificateFolder, address: str, peer: Peer) -> bytes:
    """The certificate that a server shows to an operator, in DER."""
    own = folder.pair_of(OPERATOR_PEER)
    context = ssl.create_default_context(cafile=str(folder.trust))
    context.load_cert_chain(own.certificate, own.key)
    context.set_alpn_protocols(["h2"])
    host, _, port = address.rpartition(":")
    name = peer.host_name(folder.trust_domain)
    _, writer = await asyncio.open_connection(host, int(port), ssl=context, server_hostname=name)
    try:
        certificate: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.close()
    return certificate


def _keep_aside(folder: CertificateFolder, peer: Peer, aside: Path) -> Transport:
    """What a peer had before the change, and goes on to use; it believes both authorities."""
    aside.mkdir()
    pair = folder.pair_of(peer)
    for path in (pair.certificate, pair.key, folder.trust):
        shutil.copy(path, aside)
    files = TlsFiles(
        certificate=aside / pair.certificate.name,
        key=aside / pair.key.name,
        trust=aside / folder.trust.name,
    )
    return Transport(files=files, trust_domain=folder.trust_domain)


class _Standing:
    """One connection to the registry; calling asks it something."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = ProcessServiceStub(channel)

    async def __call__(self) -> None:
        await self._stub.GetProcess(process.GetProcessRequest())


@asynccontextmanager
async def _standing(scene: Scene, transport: Transport) -> AsyncIterator[_Standing]:
    stack = scene.world.stack
    [registry] = [one.peer for one in stack.layout if one.name == "registry"]
    async with open_channel(
        stack.addresses["registry"],
        transport=transport,
        host_name=registry.host_name(transport.trust_domain),
    ) as channel:
        yield _Standing(channel)


async def _is_refused(standing: _Standing) -> bool:
    try:
        await standing()
    except grpc.aio.AioRpcError as error:
        return error.code() is grpc.StatusCode.UNAVAILABLE
    return False
