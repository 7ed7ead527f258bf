"""A small authority of the tests' own: certificates for whatever a peer may show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from authority.peer import Peer
from chassis.tls.files import TlsFiles
from chassis.tls.transport import TRUST_DOMAIN_DEFAULT, Transport

_DAY = timedelta(days=1)


# What an authority's certificate says of itself (RFC 5280 §4.2.1.9, §4.2.1.3).
AUTHORITYS: Final[Mapping[str, x509.ExtensionType]] = {
    "CA:TRUE": x509.BasicConstraints(ca=True, path_length=None),
    "keyCertSign": x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    ),
}


@dataclass(frozen=True)
class Issued:
    """A certificate and its key, in PEM."""

    certificate: bytes
    key: bytes
    serial: int


class Issuer:
    """Signs whatever it is asked to."""

    def __init__(self, name: str = "test authority") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._certificate = self._sign(
            self._builder(self._name, self._key.public_key()).add_extension(
                x509.BasicConstraints(ca=True, path_length=None), critical=True
            )
        )

    @classmethod
    def holding(cls, certificate: bytes, key: bytes) -> "Issuer":
        """An authority that there is already, from its PEM: what it signs counts where it counts."""
        issuer = cls.__new__(cls)
        issuer._certificate = x509.load_pem_x509_certificate(certificate)
        issuer._name = issuer._certificate.subject
        loaded = serialization.load_pem_private_key(key, password=None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        issuer._key = loaded
        return issuer

    @property
    def trust(self) -> bytes:
        """What believes this authority."""
        return _pem(self._certificate)

    @property
    def own(self) -> Issued:
        """Its own certificate, which nobody but itself has signed, with its key."""
        return Issued(self.trust, _key_pem(self._key), self._certificate.serial_number)

    def issue(
        self,
        peer: Peer,
        *,
        trust_domain: str = TRUST_DOMAIN_DEFAULT,
        lasts: timedelta = _DAY,
        began: timedelta = 10 * _DAY,
        uris: tuple[str, ...] | None = None,
        hosts: tuple[str, ...] | None = None,
        signs: x509.ExtensionType | None = None,
    ) -> Issued:
        """A certificate for `peer`; `lasts` may lie in the past, `began`, its age, in the future (negative);
        `uris` and `hosts` replace the peer's own; `signs` is what would let it sign others.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test peer")])
        served = (peer.host_name(trust_domain),) if hosts is None else hosts
        names: list[x509.GeneralName] = [x509.DNSName(host) for host in served]
        said = (peer.spiffe_id(trust_domain),) if uris is None else uris
        names += [x509.UniformResourceIdentifier(uri) for uri in said]
        builder = (
            self._builder(name, key.public_key(), lasts, began)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(
                x509.ExtendedKeyUsage(
                    [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
                ),
                critical=False,
            )
        )
        certificate = self._sign(
            builder if signs is None else builder.add_extension(signs, critical=True)
        )
        return Issued(
            certificate=_pem(certificate),
            key=_key_pem(key),
            serial=certificate.serial_number,
        )

    def _builder(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        lasts: timedelta = _DAY,
        began: timedelta = 10 * _DAY,
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - began)
            .not_valid_after(now + lasts)
        )

    def _sign(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        return builder.sign(self._key, hashes.SHA256())


@dataclass(frozen=True)
class Wallet:
    """The files of one process, which a test may replace while it runs."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, issued: Issued, trust: bytes) -> "Wallet":
        """A fresh folder with all three files."""
        folder.mkdir()
        wallet = cls(folder)
        wallet.put(issued)
        wallet.put_trust(trust)
        return wallet

    def put(self, issued: Issued) -> None:
        """Another certificate and key."""
        self.write("certificate.pem", issued.certificate)
        self.write("key.pem", issued.key)

    def put_trust(self, trust: bytes) -> None:
        """Another trust bundle."""
        self.write("trust.pem", trust)

    def write(self, name: str, content: bytes) -> None:
        """Put a file in place whole, as a rotation does."""
        fresh = self.folder / f".{name}"
        fresh.touch(0o600)
        fresh.write_bytes(content)
        fresh.replace(self.folder / name)

    def files(self, **options: object) -> TlsFiles:
        """The files as a process reads them."""
        certificate, key, trust = (
            self.folder / name for name in ("certificate.pem", "key.pem", "trust.pem")
        )
        return TlsFiles(certificate=certificate, key=key, trust=trust, **options)  # type: ignore[arg-type]

    def transport(self) -> Transport:
        """What a process with these files speaks."""
        return Transport(files=self.files())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
