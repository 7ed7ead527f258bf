"""What a profile proves, and what it says where it cannot."""

from pathlib import Path

import pytest

from authority.caller import Actor
from authority.peer import Peer, PeerKind
from certificates.folder import CertificateFolder
from cli import keys
from cli.errors import UsageError
from cli.profile import Profile, read
from courtlist.ledger.v1 import change_pb2

COURT = Peer(PeerKind.COURT, "京0199")
OPERATOR = Peer(PeerKind.OPERATOR, "operator-1")
RAIL = Peer(PeerKind.PARTNER, "rail-1")
CLERK = Actor(person_id="clerk-1", role=change_pb2.ROLE_CLERK, court_code="京0199")

_PROFILE = """
[tls]
trust = "certificates/trust.pem"
[acting]
person = "operator-1"
role = "operator"
certificate = "{operator.certificate}"
key = "{operator.key}"
[[people]]
person = "clerk-1"
role = "clerk"
court = "京0199"
certificate = "{court.certificate}"
key = "{court.key}"
assertion_key = "clerk-1.pem"
[[people]]
person = "judge-1"
role = "judge"
court = "京0199"
[partners.rail-1]
certificate = "{rail.certificate}"
key = "{rail.key}"
"""


def profile(folder: Path, text: str) -> Profile:
    path = folder / "courtlist.toml"
    path.write_text(text)
    return read(path, is_needed=True)


@pytest.fixture
def complete(tmp_path: Path) -> Profile:
    made = CertificateFolder(tmp_path / "certificates", trust_domain="courtlist.example")
    for peer in (COURT, OPERATOR, RAIL):
        made.ensure(peer)
    keys.make_private(tmp_path / "clerk-1.pem")
    pairs = {name: made.pair_of(peer) for name, peer in (("court", COURT), ("operator", OPERATOR))}
    return profile(tmp_path, _PROFILE.format(**pairs, rail=made.pair_of(RAIL)))


@pytest.mark.parametrize("peer", [COURT, OPERATOR, RAIL], ids=lambda peer: peer.kind)
def test_each_peer_shows_its_own_certificate(complete: Profile, peer: Peer) -> None:
    transport = complete.proofs.transport_of(peer)
    assert transport.files is not None
    assert transport.files.certificate.parent.name == peer.kind


def test_a_person_signs_with_the_key_that_lies_beside_the_profile(
    complete: Profile, tmp_path: Path
) -> None:
    held = complete.proofs.key_of(CLERK)
    public = keys.read_private(tmp_path / "clerk-1.pem").public_key()
    assert held.private_key.public_key() == public
    assert held.key_id == keys.key_id_of(public)


def test_a_person_without_a_key_is_told_how_to_get_one(complete: Profile) -> None:
    judge = Actor(person_id="judge-1", role=change_pb2.ROLE_JUDGE, court_code="京0199")
    with pytest.raises(UsageError, match="judge-1") as caught:
        complete.proofs.key_of(judge)
    assert "courtlist keys new" in caught.value.next_step


def test_a_peer_without_a_certificate_is_told_where_it_belongs(complete: Profile) -> None:
    for peer, place in ((Peer(PeerKind.PARTNER, "x"), "partners.x"), (OPERATOR, "acting")):
        missing = profile(complete.path.parent, '[tls]\ntrust = "certificates/trust.pem"')  # type: ignore[union-attr]
        with pytest.raises(UsageError, match="no certificate") as caught:
            missing.proofs.transport_of(peer)
        assert place in caught.value.next_step


def test_files_that_do_not_fit_are_named_and_never_shown(complete: Profile) -> None:
    pair = complete.proofs.pairs[OPERATOR]
    pair.key.write_bytes(complete.proofs.pairs[RAIL].key.read_bytes())
    with pytest.raises(UsageError) as caught:
        complete.proofs.transport_of(OPERATOR)
    assert str(pair.key) in caught.value.message
    assert "PRIVATE" not in caught.value.message + caught.value.next_step
    assert "certificates show" in caught.value.next_step


def test_plaintext_is_spoken_only_where_the_profile_says_so(tmp_path: Path) -> None:
    assert profile(tmp_path, "[tls]\nplaintext = true").proofs.transport_of(COURT).is_plaintext
    with pytest.raises(UsageError, match="plaintext"):
        profile(tmp_path, 'partner = "rail-1"').proofs.transport_of(COURT)


def test_every_problem_of_what_proves_is_named(tmp_path: Path) -> None:
    text = (
        '[tls]\ntrust = "t"\nplaintext = true\nca = "x"\n'
        '[acting]\nperson = "o"\nrole = "operator"\ncertificate = "c"\n[partners]\nrail = "x"\n'
    )
    with pytest.raises(UsageError) as caught:
        profile(tmp_path, text)
    assert {one.field for one in caught.value.problems} == {
        "tls.ca",
        "tls.plaintext",
        "acting",
        "partners.rail",
    }
