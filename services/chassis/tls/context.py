"""Mutual TLS 1.3 for what is served without gRPC, from the same files and renewed as they are."""

import ssl
from typing import Any

import structlog
from cryptography import x509

from chassis.tls.files import Material, TlsFiles

_log = structlog.get_logger()


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """A context whose every handshake uses the files as they are then."""
    newest = _Newest(files)
    first = newest.context

    def choose(session: ssl.SSLObject, _name: str | None, _first: ssl.SSLContext) -> None:
        # Certificate, key and trust of a handshake are those of the context it is given here.
        session.context = newest.look()

    first.sni_callback = choose
    return first


def uris_of(session: ssl.SSLObject) -> tuple[str, ...]:
    """The URIs in the peer's certificate; none of an authority's."""
    content = session.getpeercert(binary_form=True)
    if content is None or is_authority(x509.load_der_x509_certificate(content)):
        return ()
    certificate: dict[str, Any] = session.getpeercert() or {}
    names: tuple[tuple[str, str], ...] = certificate.get("subjectAltName", ())
    return tuple(value for kind, value in names if kind == "URI")


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may sign others (RFC 5280 §4.2.1.9, §4.2.1.3): then it is nobody's own (X.509-SVID §5.2).

    Of one whose extensions cannot be read it is not known, and it is nobody's either.
    """
    try:
        extensions = certificate.extensions
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return True
    try:
        if extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return True
    except x509.ExtensionNotFound:
        pass
    try:
        return extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return False


class _Newest:
    """The context of the newest good files."""

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self._material = files.current()
        self.context = _context(files, self._material)

    def look(self) -> ssl.SSLContext:
        """A new one where the files have changed."""
        material = self._files.current()
        if material is not self._material:
            try:
                self.context = _context(self._files, material)
            except (ssl.SSLError, OSError) as error:
                # They have changed again since they were found good; the next handshake looks anew.
                _log.warning("tls_files_moving", fault=type(error).__name__)
                return self.context
            self._material = material
        return self.context


def _context(files: TlsFiles, material: Material) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    # No session outlives its handshake: the next one shows its certificate again.
    context.num_tickets = 0
    context.load_verify_locations(cadata=material.trust.decode("ascii"))
    # The library reads a key from a file only.
    context.load_cert_chain(files.certificate, files.key)
    return context
