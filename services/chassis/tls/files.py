"""Certificate, key and trust bundle of a process, as they lie in files, read again when they change.

A change is taken whole or not at all: a certificate may be replaced a moment before its key, and what is
half written must not end the service of a process whose old files were good.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from chassis.files.keys import KeyReaders, LooseKeyFileError, read_key_file

_SPKI: Final = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class TlsFilesError(Exception):
    """The files are no certificate, key and trust bundle that go together; never shows what they hold."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What the files hold, in PEM, checked to go together.

    Attributes:
        certificate: the leaf first, then whatever leads to the trust bundle of the others.
        key: the leaf's private key.
        trust: the certificates of every authority whose peers are believed.
        names: the leaf's DNS names.
        runs_out_at: after this instant the leaf is refused by every peer.
    """

    certificate: bytes
    key: bytes = field(repr=False)
    trust: bytes
    names: tuple[str, ...]
    runs_out_at: datetime


class FilesLog(Protocol):
    """Where a change of the files is told; a structlog logger is one."""

    def info(self, event: str, **facts: Any) -> Any:
        """They were read again."""

    def error(self, event: str, **facts: Any) -> Any:
        """They changed and are of no use."""


class TlsFiles:
    """The three files. `current` may be asked from any thread, and as often as one likes."""

    def __init__(
        self,
        *,
        certificate: Path,
        key: Path,
        trust: Path,
        readers: KeyReaders = KeyReaders.OWNER,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        log: FilesLog | None = None,
    ) -> None:
        """Read them. `readers` may be able to read the key; `log` hears of changes. Raises TlsFilesError."""
        self.certificate = certificate
        self.key = key
        self.trust = trust
        self._readers = readers
        self._now = now
        self._log = log
        self.handshakes = 0
        """How many handshakes a server has begun with them, since the start."""
        self._reading = threading.Lock()
        self._seen = self._marks()
        self._material = self._read()

    def for_handshake(self) -> Material:
        """The same, for a handshake of a server's, which is counted."""
        with self._reading:
            self.handshakes += 1
        return self.current()

    def current(self) -> Material:
        """The newest good content: the same object for as long as the files stay as they are."""
        with self._reading:
            marks = self._marks()
            if marks == self._seen:
                return self._material
            # Noted before they are read: what changes meanwhile is found changed the next time.
            self._seen = marks
            try:
                self._material = self._read()
            except TlsFilesError as error:
                if self._log is not None:
                    self._log.error(
                        "tls_files_unusable", problem=str(error), kept="the files before"
                    )
            else:
                if self._log is not None:
                    self._log.info(
                        "tls_files_read", runs_out_at=self._material.runs_out_at.isoformat()
                    )
            return self._material

    def _marks(self) -> tuple[tuple[int, int, int, int] | None, ...]:
        return tuple(_mark(path) for path in (self.certificate, self.key, self.trust))

    def _read(self) -> Material:
        certificate, trust = (_content(path) for path in (self.certificate, self.trust))
        key = _key(self.key, self._readers)
        leaf = _certificates(certificate, self.certificate)[0]
        _certificates(trust, self.trust)
        if leaf.public_key().public_bytes(*_SPKI) != _public_part(key, self.key):
            raise TlsFilesError(f"{self.key} is not the key of {self.certificate}")
        runs_out_at = leaf.not_valid_after_utc
        if runs_out_at <= self._now():
            raise TlsFilesError(f"{self.certificate} ran out at {runs_out_at.isoformat()}")
        return Material(certificate, key, trust, _dns_names(leaf), runs_out_at)


def _mark(path: Path) -> tuple[int, int, int, int] | None:
    """What changes with a file's content: also where a link is turned to another file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TlsFilesError(f"{path} cannot be read ({error.strerror})") from None


def _key(path: Path, readers: KeyReaders) -> bytes:
    try:
        return read_key_file(path, readers)
    except LooseKeyFileError as error:
        raise TlsFilesError(f"{path} {error}") from None
    except OSError as error:
        raise TlsFilesError(f"{path} cannot be read ({error.strerror})") from None


def _certificates(content: bytes, path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError:
        raise TlsFilesError(f"{path} holds no certificates in PEM") from None


def _public_part(content: bytes, path: Path) -> bytes:
    try:
        private = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError):
        raise TlsFilesError(f"{path} holds no private key in PEM without a password") from None
    return private.public_key().public_bytes(*_SPKI)


def _dns_names(leaf: x509.Certificate) -> tuple[str, ...]:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(names.value.get_values_for_type(x509.DNSName))
