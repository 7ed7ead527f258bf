"""Certificates are judged by cryptography's own verifier, which knows nothing of how they were made."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID

from authority.peer import Peer, PeerKind, read_spiffe_id
from certificates.issuing import CA_LIFE, LEAF_LIFE, Issued, make_ca, make_leaf, uri_of

NOW = datetime(2099, 3, 1, 12, tzinfo=UTC)
DOMAIN = "courtlist.example"
REGISTRY = Peer(PeerKind.SERVICE, "registry")
COURT = Peer(PeerKind.COURT, "京0199")


@pytest.fixture(scope="module")
def ca() -> Issued:
    return make_ca(DOMAIN, now=NOW)


def leaf_of(ca: Issued, peer: Peer, life: timedelta = LEAF_LIFE) -> x509.Certificate:
    return make_leaf(ca, peer, DOMAIN, now=NOW, life=life).certificate


def policy(ca: Issued, at: datetime = NOW) -> verification.PolicyBuilder:
    return verification.PolicyBuilder().store(verification.Store([ca.certificate])).time(at)


def test_a_service_is_verified_as_a_server_of_its_name_and_as_a_client(ca: Issued) -> None:
    leaf = leaf_of(ca, REGISTRY)
    host = x509.DNSName("registry.service.courtlist.example")
    policy(ca).build_server_verifier(host).verify(leaf, [])
    verified = policy(ca).build_client_verifier().verify(leaf, [])
    assert x509.UniformResourceIdentifier("spiffe://courtlist.example/service/registry") in (
        verified.subjects or []
    )


def test_a_service_is_no_server_of_another_name(ca: Issued) -> None:
    host = x509.DNSName("travel.service.courtlist.example")
    with pytest.raises(verification.VerificationError):
        policy(ca).build_server_verifier(host).verify(leaf_of(ca, REGISTRY), [])


@pytest.mark.parametrize("peer", [COURT, Peer(PeerKind.OPERATOR, "operator-1")], ids=str)
def test_courts_and_operators_connect_and_are_connected_to_by_nobody(
    ca: Issued, peer: Peer
) -> None:
    leaf = leaf_of(ca, peer)
    policy(ca).build_client_verifier().verify(leaf, [])
    uses = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.CLIENT_AUTH]


@pytest.mark.parametrize(
    "peer", [COURT, REGISTRY, Peer(PeerKind.PARTNER, "rail-1"), Peer(PeerKind.OPERATOR, "o.1_a")]
)
def test_the_uri_names_the_peer_and_no_other(ca: Issued, peer: Peer) -> None:
    assert read_spiffe_id(uri_of(leaf_of(ca, peer)), DOMAIN) == peer


def test_nobody_of_another_ca_is_verified(ca: Issued) -> None:
    stranger = leaf_of(make_ca(DOMAIN, now=NOW), REGISTRY)
    with pytest.raises(verification.VerificationError):
        policy(ca).build_client_verifier().verify(stranger, [])


def test_a_certificate_runs_out_with_its_life_and_with_its_ca_at_the_latest(ca: Issued) -> None:
    assert leaf_of(ca, REGISTRY).not_valid_after_utc == NOW + timedelta(days=90)
    assert leaf_of(ca, REGISTRY, timedelta(days=999)).not_valid_after_utc == NOW + CA_LIFE
    verifier = policy(ca, NOW + timedelta(days=91)).build_client_verifier()
    with pytest.raises(verification.VerificationError):
        verifier.verify(leaf_of(ca, REGISTRY), [])


def test_keys_are_of_p_256_and_no_two_alike(ca: Issued) -> None:
    pair, other = (make_leaf(ca, COURT, DOMAIN, now=NOW, life=LEAF_LIFE) for _ in range(2))
    assert isinstance(pair.key.curve, ec.SECP256R1)
    assert pair.fits
    assert pair.key_pem() != other.key_pem()
    assert pair.certificate.serial_number != other.certificate.serial_number
