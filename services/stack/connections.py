"""Who connects to the services of a stack, and how each proves it: certificates, and keys of people.

Certificates are made when somebody first connects by them; people's keys follow from their ids
(`keys`), for here nobody exists.
"""

from collections.abc import Mapping
from typing import Final

import grpc

from authority.caller import Actor
from authority.peer import Peer, PeerKind
from authority.proving_channel import PersonKey, ProvingChannel
from certificates.folder import CertificateFolder
from chassis.client import ChannelSettings
from chassis.tls.files import TlsFiles
from chassis.tls.transport import TRUST_DOMAIN_DEFAULT, Transport
from stack.keys import assert_key, assert_key_id

OPERATOR_PEER: Final = Peer(PeerKind.OPERATOR, "operator-1")
"""Who runs the stack."""
RAIL_PEER: Final = Peer(PeerKind.PARTNER, "rail-1")
"""The partner as which ticket offices ask, unless they say another."""
_FILES: Final = ("COURTLIST_TLS_CERTIFICATE", "COURTLIST_TLS_KEY", "COURTLIST_TLS_TRUST")


class StackProofs:
    """Proofs of everybody; see authority.proving_channel.Proofs.

    Args:
        certificates: where they lie; None for plaintext.
    """

    def __init__(self, certificates: CertificateFolder | None) -> None:
        self.certificates = certificates
        self._transports: dict[Peer, Transport] = {}
        self._keys: dict[str, PersonKey] = {}

    def transport_of(self, peer: Peer) -> Transport:
        """The transport with the peer's certificate, which is made if need be."""
        if self.certificates is None:
            return Transport(files=None, trust_domain=TRUST_DOMAIN_DEFAULT)
        if peer not in self._transports:
            self._transports[peer] = self._with_certificate(self.certificates, peer)
        return self._transports[peer]

    def key_of(self, person: Actor) -> PersonKey:
        """The key of somebody who does not exist: the one that was given to her last, or the derived one."""
        person_id = person.person_id
        if person_id not in self._keys:
            derived = PersonKey(key_id=assert_key_id(person_id), private_key=assert_key(person_id))
            self._keys[person_id] = derived
        return self._keys[person_id]

    def give_key(self, person_id: str, key: PersonKey) -> None:
        """From her next call on the person acts with this key."""
        self._keys[person_id] = key

    def environment_of(self, peer: Peer) -> dict[str, str]:
        """The settings that tell a process its files, or that plaintext is meant."""
        transport = self.transport_of(peer)
        if transport.files is None:
            return {"COURTLIST_PLAINTEXT": "true", **dict.fromkeys(_FILES, "")}
        files = transport.files
        paths = (files.certificate, files.key, files.trust)
        return {
            # Said, too, against whatever the terminal's environment says.
            "COURTLIST_PLAINTEXT": "false",
            "COURTLIST_TRUST_DOMAIN": transport.trust_domain,
            **dict(zip(_FILES, map(str, paths), strict=True)),
        }

    def _with_certificate(self, certificates: CertificateFolder, peer: Peer) -> Transport:
        certificates.ensure(peer)
        pair = certificates.pair_of(peer)
        files = TlsFiles(certificate=pair.certificate, key=pair.key, trust=certificates.trust)
        return Transport(files=files, trust_domain=certificates.trust_domain)


class Connections:
    """Channels to the services, for clients that say in a call's metadata who makes it.

    Args:
        addresses: `host:port` by name of service.
        servers: whose certificate each has.
        proofs: of whoever calls.
    """

    def __init__(
        self, *, addresses: Mapping[str, str], servers: Mapping[str, Peer], proofs: StackProofs
    ) -> None:
        self.addresses = addresses
        self._servers = servers
        self.proofs = proofs

    def to(
        self, name: str, settings: ChannelSettings | None = None, *, own: Peer = OPERATOR_PEER
    ) -> grpc.aio.Channel:
        """A channel to a service; a call that says nothing is made by `own`."""
        return ProvingChannel(
            self.addresses[name],
            settings,
            server=self._servers[name],
            proofs=self.proofs,
            own=own,
        )
