import json
from pathlib import Path

import pytest

from cli import keys
from cli.app import main
from cli.errors import UsageError


def test_a_new_key_is_for_its_owner_alone_and_its_public_part_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "clerk-1.pem"
    assert main(("--json", "keys", "new", "--out", str(path)), {"HOME": str(tmp_path)}) == 0
    said = json.loads(capsys.readouterr().out)
    public = keys.read_private(path).public_key()
    assert keys.read_public(said["key"]) == public
    assert said["keyId"] == keys.key_id_of(public)
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_key_is_overwritten_and_none_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "clerk-1.pem"
    assert main(("keys", "new", "--out", str(path)), {"HOME": str(tmp_path)}) == 0
    before = path.read_bytes()
    assert main(("keys", "new", "--out", str(path)), {"HOME": str(tmp_path)}) == 1
    assert path.read_bytes() == before
    said = capsys.readouterr()
    assert "PRIVATE" not in said.out + said.err
    assert before.splitlines()[1].decode() not in said.out + said.err


@pytest.mark.parametrize(
    "text", ["", "ed25519:", "ed25519:AAAA", "rsa:" + "A" * 43, "ed25519:" + "%" * 43, "A" * 43]
)
def test_what_is_no_public_key_says_what_one_is(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        keys.read_public(text)
    assert "courtlist keys new" in caught.value.next_step


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_key_that_others_can_read_is_not_used_and_how_to_close_it_is_said(
    tmp_path: Path, mode: int
) -> None:
    path = tmp_path / "clerk-1.pem"
    keys.make_private(path)
    path.chmod(mode)
    with pytest.raises(UsageError) as caught:
        keys.read_private(path)
    assert f"{mode:04o}" in caught.value.message
    assert f"chmod 600 {path}" in caught.value.next_step
    path.chmod(0o600)
    keys.read_private(path)


def test_what_is_no_private_key_is_named_by_its_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.pem"
    path.touch(0o600)
    path.write_text("secret words")
    with pytest.raises(UsageError) as caught:
        keys.read_private(path)
    assert "secret" not in caught.value.message
