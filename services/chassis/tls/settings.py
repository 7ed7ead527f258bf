"""Which transport a process is told to speak, by its environment."""

from pathlib import Path
from typing import Final

import structlog

from chassis.config import Environment, Problem
from chassis.files.keys import KeyReaders, read_key_readers
from chassis.limits import CONNECTION_AGE_S
from chassis.tls.files import TlsFiles, TlsFilesError
from chassis.tls.transport import TRUST_DOMAIN_DEFAULT, Transport

_NO_FILE: Final = Path()


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
        files = TlsFiles(
            certificate=certificate,
            key=key,
            trust=trust,
            readers=may_read,
            log=structlog.get_logger(),
        )
    except TlsFilesError as error:
        environment.refuse(Problem("COURTLIST_TLS_CERTIFICATE", str(error), "mend the files"))
        return in_plaintext
    return Transport(files=files, trust_domain=trust_domain, connection_age_s=connection_age_s)
