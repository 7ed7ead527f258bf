"""What a process speaks on its ports and to its peers: mutual TLS, or plaintext where that is said.

Both sides show a certificate that an authority of the trust bundle signed. A server is believed only by
the name its client expects, so that no certificate of another process passes for it.
"""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import grpc
import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from chassis.config import Environment, Problem
from chassis.key_files import KeyReaders, read_key_readers
from chassis.limits import CONNECTION_AGE_S
from chassis.metrics import Reading, counter, gauge
from chassis.tls_files import Material, TlsFiles, TlsFilesError

TRUST_DOMAIN_DEFAULT: Final = "courtlist.example"
_NO_FILE: Final = Path()
# Often enough to be read in whatever part of a log somebody looks at.
_COMPLAIN_EVERY_S: Final = 3_600.0


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


def read_transport(environment: Environment, readers: KeyReaders | None = None) -> Transport:
    """Read the settings; a process that is told neither files nor plaintext does not start.

    `readers` is for who has read that setting already.
    """
    may_read = read_key_readers(environment) if readers is None else readers
    plaintext = environment.flag(
        "COURTLIST_PLAINTEXT",
        default=False,
        about="speak plaintext and take callers at their word: for development only",
    )
    trust_domain = environment.text(
        "COURTLIST_TRUST_DOMAIN",
        default=TRUST_DOMAIN_DEFAULT,
        about="SPIFFE trust domain of every certificate",
    )
    certificate, key, trust = (
        environment.path(name, about=about, default=_NO_FILE if plaintext else None)
        for name, about in (
            ("COURTLIST_TLS_CERTIFICATE", "PEM: this process's certificate, then its issuers'"),
            ("COURTLIST_TLS_KEY", "PEM: the certificate's private key"),
            ("COURTLIST_TLS_TRUST", "PEM: the authorities whose peers are believed"),
        )
    )
    connection_age_s = environment.number(
        "COURTLIST_CONNECTION_AGE_S",
        default=CONNECTION_AGE_S,
        least=1,
        most=86_400,
        about="age at which a peer's connection makes way for a new one, with another handshake; no call is "
        "lost by it, and an authority that was taken out of the bundle counts no longer than this",
    )
    in_plaintext = Transport(
        files=None, trust_domain=trust_domain, connection_age_s=connection_age_s
    )
    if plaintext:
        if (certificate, key, trust) != (_NO_FILE,) * 3:
            environment.refuse(
                Problem("COURTLIST_PLAINTEXT", "is set beside COURTLIST_TLS_*", "unset one of them")
            )
        return in_plaintext
    if _NO_FILE in {certificate, key, trust}:
        return in_plaintext
    try:
        files = TlsFiles(certificate=certificate, key=key, trust=trust, readers=may_read)
    except TlsFilesError as error:
        environment.refuse(Problem("COURTLIST_TLS_CERTIFICATE", str(error), "mend the files"))
        return in_plaintext
    return Transport(files=files, trust_domain=trust_domain, connection_age_s=connection_age_s)


def certificate_reading(transport: Transport, clock: Clock) -> Reading:
    """How long the process's certificate is good for still; nothing in plaintext."""

    def left_s() -> float | None:
        if transport.files is None:
            return None
        return (transport.files.current().runs_out_at - clock.now()).total_seconds()

    return gauge("certificate_left_seconds", "Until this process's certificate runs out", left_s)


def handshake_reading(transport: Transport) -> Reading:
    """How many handshakes were begun on the port of the calls.

    gRPC tells nobody how one ended but by a line of its own on stderr. One that fails is no call: many of
    these beside few calls are somebody who is not believed.
    """

    def begun() -> float:
        return 0.0 if transport.files is None else float(transport.files.handshakes)

    return counter("tls_handshakes", "TLS handshakes begun; one that fails is no call", begun)


async def complain_of_plaintext(
    log: FilteringBoundLogger | None = None, *, every_s: float = _COMPLAIN_EVERY_S
) -> None:
    """Warn now and every hour, until cancelled."""
    chosen: FilteringBoundLogger = log or structlog.get_logger()
    while True:
        chosen.warning(
            "plaintext",
            risk="nothing is encrypted, and callers are taken at their word",
            next_step="set COURTLIST_TLS_CERTIFICATE, _KEY and _TRUST",
        )
        await asyncio.sleep(every_s)


def _server_side(material: Material) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration(
        [(material.key, material.certificate)], root_certificates=material.trust
    )
