"""A folder of certificates: the CA's, one pair for each identity, and the bundle that everybody trusts.

trust.pem                      CA certificates that count; two while the CA is being replaced
ca/current.pem, .key           signs; ca/next.* has not signed yet, ca/former.pem signs no more
service/registry.pem, .key     one pair for each identity, by its SPIFFE path
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from authority.peer import Peer, PeerKind, read_spiffe_id
from certificates.issuing import (
    LEAF_LIFE,
    Issued,
    is_signed_by,
    make_ca,
    make_leaf,
    uri_of,
)

# What has less than this part of its life left is made anew.
_RENEWED_IN_LAST: Final = 1 / 3
_KEY_MODE: Final = 0o600
_CERTIFICATE_MODE: Final = 0o644


class CertificateError(Exception):
    """The folder cannot be used so. The message names the file and the next step, never a key."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The two files of one identity."""

    certificate: Path
    key: Path


class CertificateFolder:
    """Makes what is missing, and never a second CA where there was one.

    Args:
        path: of the folder; made when it is not there.
        trust_domain: of every identity.
        now: the time to go by; None for the clock's.
    """

    def __init__(self, path: Path, *, trust_domain: str, now: datetime | None = None) -> None:
        self.path = path
        self.trust_domain = trust_domain
        self._now = now
        self._current = _pair(path / "ca", "current")
        self._next = _pair(path / "ca", "next")
        self._former = path / "ca" / "former.pem"

    @property
    def trust(self) -> Path:
        """The bundle of CA certificates."""
        return self.path / "trust.pem"

    def pair_of(self, peer: Peer) -> Pair:
        """Where the pair of `peer` lies."""
        path = peer.spiffe_id(self.trust_domain).removeprefix(f"spiffe://{self.trust_domain}/")
        kind, _, name = path.partition("/")
        return _pair(self.path / kind, name)

    def peers(self) -> tuple[Peer, ...]:
        """Whose certificates are here."""
        found = []
        for kind in PeerKind:
            for path in sorted((self.path / kind).glob("*.pem")):
                uri = f"spiffe://{self.trust_domain}/{kind}/{path.stem}"
                peer = read_spiffe_id(uri, self.trust_domain)
                if peer is not None:
                    found.append(peer)
        return tuple(found)

    def ensure(self, peer: Peer, *, renew: bool = False, life: timedelta = LEAF_LIFE) -> bool:
        """See to a certificate of `peer`; returns whether one was made.

        One of the current CA that has a third of its life left stays, unless `renew`.
        Raises CertificateError.
        """
        with self._alone():
            ca = self._ca()
            pair = self.pair_of(peer)
            if not renew and self._stays(pair, ca, peer):
                return False
            leaf = make_leaf(ca, peer, self.trust_domain, now=self._time(), life=life)
            # A reader between the two has a pair that does not fit, and keeps the one it holds.
            _write(pair.key, leaf.key_pem(), _KEY_MODE)
            _write(pair.certificate, leaf.certificate_pem(), _CERTIFICATE_MODE)
            return True

    def begin_ca(self) -> None:
        """Make the next CA and have it trusted; it signs nothing yet. Raises CertificateError."""
        with self._alone():
            self._ca(may_have_ended=True)
            if not self._next.certificate.exists():
                self._keep_ca(self._next, make_ca(self.trust_domain, now=self._time()))
            self._write_trust()

    def switch_ca(self) -> None:
        """Let the next CA sign from now on; the former is trusted still. Raises CertificateError."""
        with self._alone():
            if not self._next.certificate.exists():
                raise CertificateError(f"{self._next.certificate}: there is none; begin first")
            if self._next.key.exists():
                _write(self._former, self._current.certificate.read_bytes(), _CERTIFICATE_MODE)
                self._next.key.replace(self._current.key)
            # Ended between the two, the next run goes on here.
            self._next.certificate.replace(self._current.certificate)
            self._write_trust()

    def end_ca(self) -> None:
        """Trust the former CA no more. Raises CertificateError."""
        with self._alone():
            ca = self._ca()
            for peer in self.peers():
                if not self._stays(self.pair_of(peer), ca, peer):
                    raise CertificateError(
                        f"{self.pair_of(peer).certificate}: is not of the current CA, or runs out; "
                        "renew it first"
                    )
            self._former.unlink(missing_ok=True)
            self._write_trust()

    def _ca(self, *, may_have_ended: bool = False) -> Issued:
        """The CA that signs; made where there never was one."""
        pair = self._current
        if not pair.certificate.exists() and not pair.key.exists():
            if self.peers() or self.trust.exists():
                raise CertificateError(
                    f"{pair.certificate}: is gone, and others trust it; restore it, or make a new "
                    "folder and replace every certificate"
                )
            self._keep_ca(pair, make_ca(self.trust_domain, now=self._time()))
        ca = _read(pair)
        if ca is None or not ca.fits:
            raise CertificateError(
                f"{pair.certificate}: this CA and its key cannot be used together; a CA is never "
                "overwritten: restore both, or go on with --ca switch if one was cut short"
            )
        if uri_of(ca.certificate) != f"spiffe://{self.trust_domain}":
            raise CertificateError(
                f"{pair.certificate}: is of {uri_of(ca.certificate)}; name its --trust-domain, or "
                "another folder"
            )
        if ca.certificate.not_valid_after_utc <= self._time() and not may_have_ended:
            raise CertificateError(
                f"{pair.certificate}: has run out; replace the CA: --ca begin, then switch"
            )
        if not self.trust.exists():
            self._write_trust()
        return ca

    def _stays(self, pair: Pair, ca: Issued, peer: Peer) -> bool:
        leaf = _read(pair)
        if leaf is None or not leaf.fits or not is_signed_by(leaf.certificate, ca.certificate):
            return False
        if uri_of(leaf.certificate) != peer.spiffe_id(self.trust_domain):
            return False
        last = leaf.certificate.not_valid_after_utc
        life = last - leaf.certificate.not_valid_before_utc
        return last - self._time() > life * _RENEWED_IN_LAST

    def _keep_ca(self, pair: Pair, ca: Issued) -> None:
        _write(pair.key, ca.key_pem(), _KEY_MODE)
        _write(pair.certificate, ca.certificate_pem(), _CERTIFICATE_MODE)

    def _write_trust(self) -> None:
        # One that has run out proves nothing.
        paths = (self._current.certificate, self._next.certificate, self._former)
        count = [
            path.read_bytes()
            for path in paths
            if path.exists() and _last(path.read_bytes()) > self._time()
        ]
        _write(self.trust, b"".join(count), _CERTIFICATE_MODE)

    def _time(self) -> datetime:
        return self._now or datetime.now(UTC)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two who write at once would pair one's key with the other's certificate."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _pair(folder: Path, name: str) -> Pair:
    return Pair(folder / f"{name}.pem", folder / f"{name}.key")


def _read(pair: Pair) -> Issued | None:
    """The pair; None where either is missing or is not what it should be."""
    try:
        certificate = x509.load_pem_x509_certificate(pair.certificate.read_bytes())
        key = serialization.load_pem_private_key(pair.key.read_bytes(), password=None)
    except (FileNotFoundError, ValueError):
        return None
    return Issued(certificate, key) if isinstance(key, ec.EllipticCurvePrivateKey) else None


def _last(pem: bytes) -> datetime:
    return x509.load_pem_x509_certificate(pem).not_valid_after_utc


def _write(path: Path, content: bytes, mode: int) -> None:
    """Put `content` in the file's place at once: a reader sees the old or the new, never a part."""
    path.parent.mkdir(mode=0o755, exist_ok=True)
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
