from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509 import verification

from authority.peer import Peer, PeerKind
from certificates.folder import CertificateError, CertificateFolder

NOW = datetime(2099, 3, 1, 12, tzinfo=UTC)
DOMAIN = "courtlist.example"
COURT = Peer(PeerKind.COURT, "京0199")
TRAVEL = Peer(PeerKind.SERVICE, "travel")


def folder(path: Path, *, days: int = 0, domain: str = DOMAIN) -> CertificateFolder:
    """The folder as it is found `days` later."""
    return CertificateFolder(path, trust_domain=domain, now=NOW + timedelta(days=days))


def trusted(made: CertificateFolder, peer: Peer, *, days: int = 0) -> bool:
    """Whether a peer's certificate is verified by whom everybody trusts, `days` later."""
    store = verification.Store(x509.load_pem_x509_certificates(made.trust.read_bytes()))
    verifier = (
        verification.PolicyBuilder()
        .store(store)
        .time(NOW + timedelta(days=days))
        .build_client_verifier()
    )
    leaf = x509.load_pem_x509_certificate(made.pair_of(peer).certificate.read_bytes())
    try:
        verifier.verify(leaf, [])
    except verification.VerificationError:
        return False
    return True


def content(path: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(path)): one.read_bytes() for one in path.rglob("*") if one.is_file()
    }


def test_what_is_there_already_stays(tmp_path: Path) -> None:
    assert folder(tmp_path).ensure(COURT)
    before = content(tmp_path)
    assert not folder(tmp_path, days=50).ensure(COURT)
    assert content(tmp_path) == before
    assert folder(tmp_path).peers() == (COURT,)


def test_what_has_little_of_its_life_left_is_made_anew_and_so_is_what_is_asked_for(
    tmp_path: Path,
) -> None:
    made = folder(tmp_path)
    made.ensure(COURT)
    first = made.pair_of(COURT).certificate.read_bytes()
    assert folder(tmp_path, days=61).ensure(COURT)
    second = made.pair_of(COURT).certificate.read_bytes()
    assert folder(tmp_path, days=61).ensure(COURT, renew=True)
    assert len({first, second, made.pair_of(COURT).certificate.read_bytes()}) == 3
    assert trusted(made, COURT, days=61)


def test_keys_are_for_their_owner_alone_and_nothing_is_left_beside_them(tmp_path: Path) -> None:
    made = folder(tmp_path / "certificates")
    made.ensure(COURT)
    modes = {path.name: path.stat().st_mode & 0o777 for path in made.path.rglob("*.*")}
    assert modes["current.key"] == modes[made.pair_of(COURT).key.name] == 0o600
    assert modes["trust.pem"] == 0o644
    assert made.path.stat().st_mode & 0o777 == 0o700
    assert not list(made.path.rglob("*.new"))


def test_a_file_is_named_so_that_every_program_can_say_it(tmp_path: Path) -> None:
    assert folder(tmp_path).pair_of(COURT).certificate.name.isascii()


@pytest.mark.parametrize("lost", ["ca/current.pem", "ca/current.key"])
def test_half_a_ca_is_never_replaced_by_another(tmp_path: Path, lost: str) -> None:
    folder(tmp_path).ensure(COURT)
    (tmp_path / lost).unlink()
    before = content(tmp_path)
    with pytest.raises(CertificateError, match=r"current\.pem"):
        folder(tmp_path).ensure(TRAVEL)
    assert content(tmp_path) == before


def test_a_ca_that_others_trust_is_not_made_again(tmp_path: Path) -> None:
    folder(tmp_path).ensure(COURT)
    (tmp_path / "ca/current.pem").unlink()
    (tmp_path / "ca/current.key").unlink()
    with pytest.raises(CertificateError, match="is gone"):
        folder(tmp_path).ensure(TRAVEL)


def test_a_ca_of_another_trust_domain_signs_nothing_here(tmp_path: Path) -> None:
    folder(tmp_path).ensure(COURT)
    with pytest.raises(CertificateError, match="trust-domain"):
        folder(tmp_path, domain="court.example").ensure(COURT)


def test_a_ca_that_has_run_out_says_how_it_is_replaced(tmp_path: Path) -> None:
    folder(tmp_path).ensure(COURT)
    late = folder(tmp_path, days=400)
    with pytest.raises(CertificateError, match="--ca begin"):
        late.ensure(COURT, renew=True)
    late.begin_ca()
    late.switch_ca()
    assert late.ensure(COURT)


def test_while_the_ca_is_replaced_there_is_no_moment_in_which_anybody_is_refused(
    tmp_path: Path,
) -> None:
    made = folder(tmp_path)
    made.ensure(COURT)
    made.ensure(TRAVEL)
    old = made.trust.read_bytes()

    made.begin_ca()
    assert old in made.trust.read_bytes()
    made.switch_ca()
    assert trusted(made, COURT)
    assert made.ensure(COURT), "what the former CA signed is made anew"
    assert trusted(made, COURT)
    assert trusted(made, TRAVEL)

    with pytest.raises(CertificateError, match="renew it first"):
        made.end_ca()
    made.ensure(TRAVEL)
    made.end_ca()
    assert old not in made.trust.read_bytes()
    assert trusted(made, COURT)
    assert trusted(made, TRAVEL)


def test_a_switch_that_was_cut_short_goes_on_where_it_was(tmp_path: Path) -> None:
    made = folder(tmp_path)
    made.ensure(COURT)
    made.begin_ca()
    (tmp_path / "ca/next.key").replace(tmp_path / "ca/current.key")
    with pytest.raises(CertificateError, match="--ca switch"):
        made.ensure(TRAVEL)
    made.switch_ca()
    assert made.ensure(TRAVEL)
    assert trusted(made, TRAVEL)


def test_nothing_is_switched_to_that_nobody_trusts_yet(tmp_path: Path) -> None:
    folder(tmp_path).ensure(COURT)
    with pytest.raises(CertificateError, match="begin first"):
        folder(tmp_path).switch_ca()
