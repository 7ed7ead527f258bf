"""What a certificate says: pure X.509 (RFC 5280), names as SPIFFE wants them (X.509-SVID)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from authority.peer import Peer, PeerKind

CA_LIFE: Final = timedelta(days=365)
LEAF_LIFE: Final = timedelta(days=90)
# A peer whose clock is a little behind accepts what was made just now.
_BACKDATED: Final = timedelta(minutes=5)
# Who is connected to; people and courts only connect.
_SERVERS: Final = frozenset({PeerKind.SERVICE, PeerKind.PARTNER})


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def fits(self) -> bool:
        """Whether the key is the certificate's."""
        return self.certificate.public_key() == self.key.public_key()

    def certificate_pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self) -> bytes:
        """The key as PEM (PKCS #8), not encrypted: the file's mode guards it."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def make_ca(trust_domain: str, *, now: datetime) -> Issued:
    """A certification authority that signs certificates of peers and of no further authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"{trust_domain} {now:%Y-%m-%d}")
    certificate = (
        _builder(name, name, key, now - _BACKDATED, now + CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(_uris(f"spiffe://{trust_domain}"), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Issued(certificate, key)


def make_leaf(
    ca: Issued, peer: Peer, trust_domain: str, *, now: datetime, life: timedelta
) -> Issued:
    """A certificate of `peer`; it ends with the CA's at the latest."""
    key = ec.generate_private_key(ec.SECP256R1())
    hosts = [peer.host_name(trust_domain)] if peer.kind in _SERVERS else []
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH]
    if peer.kind in _SERVERS:
        uses.insert(0, ExtendedKeyUsageOID.SERVER_AUTH)
    last = min(now + life, ca.certificate.not_valid_after_utc)
    uri = peer.spiffe_id(trust_domain)
    # A common name is for people who read it, and for a PostgreSQL that maps it to a role; no program of ours looks at
    # it. It has room for 64 characters.
    subject = _name(uri.removeprefix(f"spiffe://{trust_domain}/")[:64])
    certificate = (
        _builder(subject, ca.certificate.subject, key, now - _BACKDATED, last)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(_uris(uri, *hosts), critical=False)
        .add_extension(_issuer_key(ca.certificate), critical=False)
        .sign(ca.key, hashes.SHA256())
    )
    return Issued(certificate, key)


def is_signed_by(leaf: x509.Certificate, ca: x509.Certificate) -> bool:
    """Whether the CA's key has signed the certificate."""
    return leaf.extensions.get_extension_for_class(
        x509.AuthorityKeyIdentifier
    ).value == _issuer_key(ca)


def uri_of(leaf: x509.Certificate) -> str:
    """The URI that the certificate names."""
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return next(iter(names.get_values_for_type(x509.UniformResourceIdentifier)), "")


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    first: datetime,
    last: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _uris(uri: str, *hosts: str) -> x509.SubjectAlternativeName:
    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri)]
    return x509.SubjectAlternativeName([*names, *map(x509.DNSName, hosts)])


def _issuer_key(ca: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    own = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
