"""A president signs a paper at her own console; a clerk sends it with what she has signed."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from authority.signature import check
from cli import keys
from cli.app import main
from cli.errors import CliError, RefusedError, UsageError
from cli.papers import files, reading, signatures
from courtlist.registry.v1 import import_service_pb2 as imports
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.keys import sign_key, sign_key_id

PRESIDENT: Final = "president-1"
PROFILE: Final = f"""
[addresses]
registry = "127.0.0.1:1"
[[people]]
person = "{PRESIDENT}"
role = "president"
court = "京0199"
sign_key = "sign.pem"
sign_key_id = "{sign_key_id(PRESIDENT)}"
[[people]]
person = "clerk-1"
role = "clerk"
court = "京0199"
"""

KINDS: dict[str, Any] = {
    "enter.toml": rpc.EnterListingRequest,
    "restrict.toml": rpc.IssueOrderRequest,
    "pass.toml": rpc.GrantPassRequest,
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a president's profile and key, and an example of each paper."""
    (tmp_path / "courtlist.toml").write_text(PROFILE)
    (tmp_path / "sign.pem").touch(0o600)
    (tmp_path / "sign.pem").write_bytes(keys.private_pem(sign_key(PRESIDENT)))
    for name in KINDS:
        (tmp_path / name).write_text(files.example(name))
    return tmp_path


def run(desk: Path, *arguments: str) -> int:
    return main((*arguments, "--profile", str(desk / "courtlist.toml")), {"HOME": str(desk)})


def sign(desk: Path, name: str, *options: str) -> Path:
    """Have the president sign a paper; the signature's file."""
    assert run(desk, "sign", str(desk / name), "--as", PRESIDENT, "--yes", *options) == 0
    return desk / f"{name}.signature"


def paper(desk: Path, name: str) -> Any:
    return reading.fill(KINDS[name], files.load(str(desk / name)), what=name)


def attached(desk: Path, name: str, given: Path | None = None) -> Any:
    request = paper(desk, name)
    signatures.attach(request, str(desk / name), given)
    return request


def refused(call: Callable[[], Any]) -> CliError:
    with pytest.raises((UsageError, RefusedError)) as caught:
        call()
    assert caught.value.next_step
    return caught.value


# ----------------------------------------------------------------------------------- signing


@pytest.mark.parametrize("name", KINDS)
def test_each_paper_is_signed_and_sent_with_its_signature(desk: Path, name: str) -> None:
    sign(desk, name)
    request = attached(desk, name)
    found = check(request, request.signature, sign_key(PRESIDENT).public_key())
    assert (found.is_read, found.differing, found.is_genuine) == (True, (), True)
    assert request.signature.key_id == sign_key_id(PRESIDENT)


def test_a_manifest_is_signed_as_a_paper(desk: Path) -> None:
    (desk / "manifest.json").write_text(json.dumps({"importId": "i-1", "manifestHash": "7a" * 32}))
    request = imports.SignImportRequest(
        request_id="r-1", import_id="i-1", manifest_hash=bytes.fromhex("7a" * 32)
    )
    signatures.attach(request, "the manifest", sign(desk, "manifest.json"))
    assert request.signature.key_id == sign_key_id(PRESIDENT)


def test_everything_that_is_signed_is_shown_before_it_is(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sign(desk, "enter.toml")
    said = capsys.readouterr().out
    for part in (
        "a debtor is entered",
        "测试甲",
        "000000195001010001",
        "10000.00",
        "ABLE_BUT_REFUSES",
    ):
        assert part in said
    assert "proofReference" not in said, "how it is served is not signed"


def test_a_program_is_told_where_the_signature_is_and_nothing_of_the_paper(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sign(desk, "enter.toml", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said == {
        "file": str(path),
        "keyId": sign_key_id(PRESIDENT),
        "request": "EnterListingRequest",
    }


def test_a_signature_lies_beside_its_paper_for_its_owner_alone(desk: Path) -> None:
    old_mask = os.umask(0)
    try:
        path = sign(desk, "enter.toml")
    finally:
        os.umask(old_mask)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    assert sign(desk, "enter.toml").read_bytes() == before, "an earlier one gives way"
    assert sorted(one.name for one in desk.iterdir() if ".signature" in one.name) == [path.name]


def test_a_signature_is_written_where_it_is_asked_for(desk: Path) -> None:
    elsewhere = desk / "outbox.json"
    sign(desk, "enter.toml", "--out", str(elsewhere))
    assert attached(desk, "enter.toml", elsewhere).signature.key_id == sign_key_id(PRESIDENT)


def test_nothing_is_signed_where_nobody_can_be_asked(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(desk, "sign", str(desk / "enter.toml"), "--as", PRESIDENT) == 2
    assert "--yes" in capsys.readouterr().err
    assert not (desk / "enter.toml.signature").exists()


def test_who_has_no_key_is_told_where_it_is_named(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(desk, "sign", str(desk / "enter.toml"), "--as", "clerk-1", "--yes") == 2
    assert "sign_key" in capsys.readouterr().err


def test_a_paper_that_cannot_be_read_is_not_signed(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "enter.toml").write_text("listing = { grund = 1 }")
    assert run(desk, "sign", str(desk / "enter.toml"), "--as", PRESIDENT, "--yes") == 2
    assert "did you mean ground?" in capsys.readouterr().err


# ----------------------------------------------------------------------------------- sending


def test_a_paper_without_a_signature_is_not_sent_but_may_be_tried_out(desk: Path) -> None:
    error = refused(lambda: attached(desk, "enter.toml"))
    assert "courtlist sign" in error.next_step
    request = paper(desk, "enter.toml")
    request.validate_only = True
    for name in (str(desk / "enter.toml"), files.STDIN):
        signatures.attach(request, name, None)
        assert not request.HasField("signature")


def test_a_paper_that_was_changed_after_it_was_signed_is_not_sent(desk: Path) -> None:
    sign(desk, "enter.toml")
    file = desk / "enter.toml"
    file.write_text(
        file.read_text().replace('"10000.00"', '"20000.00"').replace("测试甲", "测试乙")
    )
    error = refused(lambda: attached(desk, "enter.toml"))
    assert error.reason == "NOT_SIGNED"
    assert [one.field for one in error.problems] == ["subject", "obligation_terms"]
    assert "测试" not in repr(error.data())


def test_how_a_paper_was_served_may_be_filled_in_after_it_was_signed(desk: Path) -> None:
    file = desk / "restrict.toml"
    whole = file.read_text()
    file.write_text(whole[: whole.index("[order.service]")])
    sign(desk, "restrict.toml")
    file.write_text(whole)
    assert attached(desk, "restrict.toml").order.service.proof_reference


def test_another_paper_s_signature_is_none(desk: Path) -> None:
    error = refused(lambda: attached(desk, "enter.toml", sign(desk, "restrict.toml")))
    assert "signs no courtlist.registry.v1.EnterListingRequest" in error.message


def test_a_paper_from_standard_input_names_its_signature(desk: Path) -> None:
    error = refused(lambda: signatures.attach(paper(desk, "enter.toml"), files.STDIN, None))
    assert "--signature" in error.next_step


def test_a_paper_may_hold_its_signature_itself(desk: Path) -> None:
    request = paper(desk, "enter.toml")
    request.signature.key_id = "k-1"
    signatures.attach(request, str(desk / "enter.toml"), None)
    assert request.signature.key_id == "k-1"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"request": 7}', "\0", '"x"'])
def test_what_is_no_signature_is_told_and_not_sent(desk: Path, content: str) -> None:
    path = desk / "enter.toml.signature"
    path.write_text(content)
    assert str(path) in refused_at(desk).message


def refused_at(desk: Path) -> CliError:
    with pytest.raises(UsageError) as caught:
        attached(desk, "enter.toml")
    return caught.value


def test_a_garbled_signature_names_its_field(desk: Path) -> None:
    path = sign(desk, "enter.toml")
    path.write_text(json.dumps({**json.loads(path.read_text()), "content": "nothing", "x": 1}))
    assert {one.field for one in refused_at(desk).problems} == {"content", "x"}
