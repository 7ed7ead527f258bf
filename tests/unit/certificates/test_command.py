import tomllib
from pathlib import Path

import pytest

from authority.peer import Peer, PeerKind
from certificates.command import development, execute
from certificates.folder import CertificateFolder
from cli.papers import files
from stack.client_profile import EXAMPLE_PARTNERS, EXAMPLE_PEOPLE
from stack.layout import IMPORTER, ours


def test_one_command_makes_the_certificates_of_a_whole_system(tmp_path: Path) -> None:
    assert execute(["--out", str(tmp_path)]) == 0
    made = CertificateFolder(tmp_path, trust_domain="courtlist.example")
    assert set(made.peers()) == set(development())
    services = {peer.name for peer in development() if peer.kind == "service"}
    assert services == {service.name for service in (*ours(), IMPORTER)}


def test_whoever_the_example_of_init_names_gets_a_certificate() -> None:
    example = tomllib.loads(files.example("init.toml"))
    named = {Peer(PeerKind.COURT, one["code"]) for one in example["courts"]}
    named |= {Peer(PeerKind.PARTNER, one["id"]) for one in example["partners"]}
    assert named == {peer for peer in development() if peer.kind in {"court", "partner"}}
    assert {office.court for office in EXAMPLE_PEOPLE} == {one["code"] for one in example["courts"]}
    assert list(EXAMPLE_PARTNERS) == [one["id"] for one in example["partners"]]


def test_one_identity_is_renewed_and_no_other(tmp_path: Path) -> None:
    out = ["--out", str(tmp_path)]
    execute([*out, "service/registry", "service/travel"])
    before = {path: path.read_bytes() for path in (tmp_path / "service").iterdir()}
    assert execute([*out, "--renew", "service/travel"]) == 0
    changed = [path.name for path, content in before.items() if path.read_bytes() != content]
    assert sorted(changed) == ["travel.key", "travel.pem"]


def test_a_ca_is_replaced_in_three_steps(tmp_path: Path) -> None:
    out = ["--out", str(tmp_path)]
    execute([*out, "service/registry", "court/京0199"])
    assert [execute([*out, "--ca", step]) for step in ("begin", "switch", "end")] == [0, 0, 0]
    assert (tmp_path / "trust.pem").read_bytes() == (tmp_path / "ca/current.pem").read_bytes()


@pytest.mark.parametrize("text", ["registry", "king/arthur", "court/", "court/a/b", "partner/a b"])
def test_what_is_no_identity_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    assert execute(["--out", str(tmp_path), text]) == 2
    assert "KIND/NAME" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_no_key_is_ever_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    execute(["--out", str(tmp_path), "service/registry"])
    said = capsys.readouterr()
    assert "PRIVATE KEY" not in said.out + said.err


def test_a_folder_that_cannot_be_used_is_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(["--out", str(tmp_path), "service/registry"])
    (tmp_path / "ca/current.key").unlink()
    assert execute(["--out", str(tmp_path), "service/travel"]) == 1
    assert "never overwritten" in capsys.readouterr().err
