"""What a process speaks on its ports and to its peers: mutual TLS, or plaintext where that is said.

Both sides show a certificate that an authority of the trust bundle signed. A server is believed only by
the name its client expects, so that no certificate of another process passes for it.
"""

from dataclasses import dataclass, replace
from typing import Final

import grpc

from chassis.limits import CONNECTION_AGE_S
from chassis.tls.files import Material, TlsFiles

TRUST_DOMAIN_DEFAULT: Final = "courtlist.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """How a process is reached and reaches others.

    Attributes:
        files: its certificate, key and trust bundle; None: plaintext.
        trust_domain: the SPIFFE trust domain whose names are believed.
        word: metadata by which the process presents itself in plaintext, where it is believed.
        connection_age_s: a server lets no connection grow older, give or take a tenth: who comes back
            makes another handshake, by what is trusted then.
    """

    files: TlsFiles | None
    trust_domain: str = TRUST_DOMAIN_DEFAULT
    word: tuple[tuple[str, str], ...] = ()
    connection_age_s: float = CONNECTION_AGE_S

    @property
    def is_plaintext(self) -> bool:
        """Whether nothing is encrypted and no peer is proven."""
        return self.files is None

    @property
    def own_name(self) -> str:
        """The host name in this process's certificate; empty in plaintext, or where it has none."""
        names = () if self.files is None else self.files.current().names
        return names[0] if names else ""

    def saying(self, key: str, value: str) -> "Transport":
        """The same, presenting itself by this word in plaintext; under TLS the certificate speaks."""
        return self if self.files is not None else replace(self, word=((key, value),))

    def server_credentials(self) -> grpc.ServerCredentials | None:
        """What a server's port is opened with; None: in plaintext.

        The files are looked at anew at every handshake; connections that stand are left alone.
        """
        if self.files is None:
            return None
        served = _Served(self.files)
        return grpc.dynamic_ssl_server_credentials(
            served.first,
            served.newer,  # type: ignore[arg-type] # the stub forgets None: as before
            require_client_authentication=True,
        )


PLAINTEXT: Final = Transport(files=None)
"""Nothing is encrypted: for tests of what lies behind the door."""


class _Served:
    """What a server shows, handed to gRPC again only when it has changed."""

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self._shown = files.current()
        self.first = _server_side(self._shown)

    def newer(self) -> grpc.ServerCertificateConfiguration | None:
        """Asked at every handshake, from a thread of gRPC's; None: as before."""
        current = self._files.for_handshake()
        if current is self._shown:
            return None
        self._shown = current
        return _server_side(current)


def channel_credentials(material: Material) -> grpc.ChannelCredentials:
    """What a client shows and whom it believes."""
    return grpc.ssl_channel_credentials(
        root_certificates=material.trust,
        private_key=material.key,
        certificate_chain=material.certificate,
    )


def _server_side(material: Material) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration(
        [(material.key, material.certificate)], root_certificates=material.trust
    )
