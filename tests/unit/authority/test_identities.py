"""The peer of a connection: from its certificate, or in plaintext from what the call says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from authority.identities import CertificateIdentities, WordOfMouth, identities_of
from authority.peer import Peer, PeerKind
from chassis.clock import HeldClock, SystemClock
from chassis.errors import ServiceError
from chassis.tls.transport import PLAINTEXT, TRUST_DOMAIN_DEFAULT
from courtlist.error.v1 import error_reason_pb2 as reasons
from tests.certificates import AUTHORITYS, Issuer

TRAVEL = Peer(PeerKind.SERVICE, "travel")
AUTHORITY = Issuer()


@dataclass
class Call:
    """A call's context, as far as an identity is read from it."""

    proven: Mapping[str, Any] = field(default_factory=dict)
    said: tuple[tuple[str, str | bytes], ...] = ()

    address: str = "ipv4:127.0.0.1:5000"
    readings: int = 0

    def auth_context(self) -> Mapping[str, Any]:
        self.readings += 1
        return self.proven

    def peer(self) -> str:
        return self.address

    def peer_identities(self) -> list[bytes] | None:
        return self.proven.get("peer_spiffe_id")

    def invocation_metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        return self.said


def over(peer: Peer, *, domain: str = TRUST_DOMAIN_DEFAULT) -> Call:
    """A call over a connection with a good certificate."""
    issued = AUTHORITY.issue(peer, trust_domain=domain, lasts=timedelta(hours=1))
    return Call(
        {
            "x509_pem_cert": [issued.certificate],
            "peer_spiffe_id": [peer.spiffe_id(domain).encode()],
        }
    )


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock(SystemClock().now())


@pytest.fixture
def identities(clock: HeldClock) -> CertificateIdentities:
    return CertificateIdentities(trust_domain=TRUST_DOMAIN_DEFAULT, clock=clock)


def refused(identities: Any, call: Call) -> bool:
    with pytest.raises(ServiceError) as error:
        identities.peer_of(call)
    return error.value.reason == reasons.ERROR_REASON_PEER_UNKNOWN


@pytest.mark.parametrize("kind", PeerKind)
def test_a_certificate_names_its_peer(identities: CertificateIdentities, kind: PeerKind) -> None:
    call = over(Peer(kind, "a1"))
    assert identities.peer_of(call) == Peer(kind, "a1")
    assert identities.peer_of(call) == Peer(kind, "a1")


# What it says of what it may sign is no such thing.
UNREADABLE = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.19"), b"\xff")


@pytest.mark.parametrize("signs", [*AUTHORITYS.values(), UNREADABLE], ids=[*AUTHORITYS, "garbage"])
def test_a_certificate_that_may_sign_others_is_nobodys(
    identities: CertificateIdentities, signs: x509.ExtensionType
) -> None:
    call, issued = over(TRAVEL), AUTHORITY.issue(TRAVEL, signs=signs)
    assert refused(identities, Call({**call.proven, "x509_pem_cert": [issued.certificate]}))


def test_a_certificate_of_another_trust_domain_is_nobodys(
    identities: CertificateIdentities,
) -> None:
    assert refused(identities, over(TRAVEL, domain="elsewhere.example"))


def test_a_connection_without_a_certificate_is_nobodys(identities: CertificateIdentities) -> None:
    assert refused(identities, Call())
    assert refused(identities, Call({"x509_pem_cert": [b""]}))


def test_a_word_is_nothing_under_tls(identities: CertificateIdentities) -> None:
    assert refused(identities, Call(said=(("courtlist-service", "travel"),)))
    call = over(TRAVEL)
    call.said = (("courtlist-service", "registry"), ("courtlist-partner", "rail-1"))
    assert identities.peer_of(call) == TRAVEL


def test_a_certificate_counts_until_the_instant_at_which_it_runs_out(
    identities: CertificateIdentities, clock: HeldClock
) -> None:
    call = over(TRAVEL)
    assert identities.peer_of(call) == TRAVEL
    clock.advance(3_590)
    assert identities.peer_of(call) == TRAVEL
    clock.advance(11)
    assert refused(identities, call)
    # A newer one of the same peer is known at once, be it from the same address.
    newer = AUTHORITY.issue(TRAVEL)
    renewed = Call(dict(call.proven) | {"x509_pem_cert": [newer.certificate]})
    assert identities.peer_of(renewed) == TRAVEL


def test_a_connections_certificate_is_read_once(identities: CertificateIdentities) -> None:
    call = over(TRAVEL)
    for _ in range(3):
        assert identities.peer_of(call) == TRAVEL
    assert call.readings == 1


def test_another_peer_from_the_same_address_is_another(identities: CertificateIdentities) -> None:
    first, second = over(TRAVEL), over(Peer(PeerKind.PARTNER, "rail-1"))
    assert identities.peer_of(first) == TRAVEL
    assert identities.peer_of(second) == Peer(PeerKind.PARTNER, "rail-1")


def test_whoever_is_unknown_is_looked_at_again(identities: CertificateIdentities) -> None:
    call = over(TRAVEL)
    stripped = Call({"x509_pem_cert": call.proven["x509_pem_cert"]}, address=call.address)
    assert refused(identities, stripped)
    assert identities.peer_of(call) == TRAVEL


SAID: dict[Peer, tuple[tuple[str, str | bytes], ...]] = {
    Peer(PeerKind.PARTNER, "rail-1"): (("courtlist-partner", "rail-1"),),
    TRAVEL: (("courtlist-service", "travel"),),
    Peer(PeerKind.OPERATOR, "op-1"): (
        ("courtlist-person", "op-1"),
        ("courtlist-role", "operator"),
    ),
    Peer(PeerKind.COURT, "京0105"): (
        ("courtlist-person", "clerk-1"),
        ("courtlist-role", "clerk"),
        ("courtlist-court-bin", "京0105".encode()),
    ),
}


@pytest.mark.parametrize("peer", SAID)
def test_in_plaintext_a_peer_is_taken_at_its_word(peer: Peer) -> None:
    identities = identities_of(PLAINTEXT, SystemClock())
    assert isinstance(identities, WordOfMouth)
    assert identities.peer_of(Call(said=SAID[peer])) == peer


@pytest.mark.parametrize(
    "said",
    [
        (),
        (("courtlist-partner", ""),),
        (("courtlist-partner", "a b"),),
        (("courtlist-partner", "x" * 64),),
        (("courtlist-partner", b"rail"),),
        (("courtlist-service", "../registry"),),
        (("courtlist-person", "op-1"),),
        (("courtlist-person", "Zhang San"), ("courtlist-role", "operator")),
        (("courtlist-court-bin", b""),),
        (("courtlist-court-bin", b"\xff\xfe"),),
        (("courtlist-court-bin", b"\x00"),),
        (("courtlist-court-bin", b"A" * 21),),
    ],
)
def test_in_plaintext_a_call_that_says_nothing_is_nobodys(
    said: tuple[tuple[str, str | bytes], ...],
) -> None:
    assert refused(WordOfMouth(), Call(said=said))


def test_in_plaintext_nobody_is_named_by_a_certificate() -> None:
    assert WordOfMouth().peer_named(TRAVEL.spiffe_id(TRUST_DOMAIN_DEFAULT)) is None
