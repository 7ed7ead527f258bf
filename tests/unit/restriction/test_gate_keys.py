"""The keys of a running gate follow the file, but never to a file by which nobody would be found."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from restriction.index import CountedIndex
from restriction.keyring import (
    CurrentGateKeys,
    KeyringError,
    PartnerSecretMissingError,
    parse_keyring,
)
from restriction.lookup import Lookup


def _text(secret: int) -> str:
    return base64.b64encode(bytes([secret]) * 32).decode()


def _content(epochs: Sequence[int]) -> bytes:
    keys = [
        {"epoch": one, "algorithm": "blake2b-128", "key_id": f"k{one}", "secret": _text(one)}
        for one in epochs
    ]
    return json.dumps({"digest_keys": keys, "purposes": {"partners": _text(9)}}).encode()


def _write(path: Path, epochs: Sequence[int]) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(_content(epochs))


async def test_a_file_without_the_key_in_force_is_not_taken_until_another_is_in_force(
    tmp_path: Path,
) -> None:
    path = tmp_path / "gate.keyring.json"
    _write(path, (1, 2))
    keys = CurrentGateKeys(parse_keyring(path.read_bytes()), path=path)
    lookup = Lookup(index=CountedIndex(), keys=keys)
    await lookup.load([], 1)
    _write(path, (2, 3))
    with capture_logs() as lines:
        assert not keys.look()
        assert not keys.look()
    assert not lookup.is_blind
    assert [line["event"] for line in lines] == ["file_unusable"]
    assert "epoch 1" in lines[0]["why"]
    await lookup.load([], 2)
    assert keys.look()
    assert [key.epoch for key in keys.digest_keys] == [3, 2]


def test_a_gate_that_lacks_the_key_in_force_takes_what_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "gate.keyring.json"
    _write(path, (1,))
    keys = CurrentGateKeys(parse_keyring(path.read_bytes()), path=path)
    Lookup(index=CountedIndex(), keys=keys, epoch=3)
    _write(path, (1, 2))
    assert keys.look()


def _write_secrets(path: Path, in_use: int, **secrets: int) -> None:
    """A file with these versions (`v1=9`) of the partners' secret."""
    content = json.loads(_content((1,)))
    content["purposes"]["partners"] = _text(in_use)
    content["partner_secrets"] = [
        {"version": int(name[1:]), "secret": _text(secret)} for name, secret in secrets.items()
    ]
    path.touch(mode=0o600)
    path.write_text(json.dumps(content))


def _current(path: Path) -> CurrentGateKeys:
    return CurrentGateKeys(parse_keyring(path.read_bytes()), path=path)


def test_a_partners_secret_is_understood_from_when_it_is_added_and_used_from_when_it_is_said(
    tmp_path: Path,
) -> None:
    path = tmp_path / "gate.keyring.json"
    _write(path, (1,))
    keys = _current(path)
    assert keys.partner_version == 1
    _write_secrets(path, 9, v1=9, v2=8)
    assert keys.look()
    assert (keys.partner_version, keys.partner_secret(2)) == (1, bytes([8]) * 32)
    _write_secrets(path, 8, v1=9, v2=8)
    assert keys.look()
    assert keys.partner_version == 2
    assert keys.partner_secrets == [bytes([8]) * 32, bytes([9]) * 32]


def test_a_partners_secret_by_which_is_still_sent_is_kept_when_the_file_drops_it_too_early(
    tmp_path: Path,
) -> None:
    path = tmp_path / "gate.keyring.json"
    _write_secrets(path, 9, v1=9, v2=8)
    keys = _current(path)
    assert keys.partner_secret(1) == bytes([9]) * 32
    _write_secrets(path, 8, v2=8)
    assert keys.look()
    assert keys.partner_secret(1) == bytes([9]) * 32
    assert keys.partner_secret(2) == bytes([8]) * 32
    _write_secrets(path, 7, v2=8, v3=7)
    assert keys.look()
    with pytest.raises(PartnerSecretMissingError, match="version 1"):
        keys.partner_secret(1)


def test_another_partners_secret_of_a_known_version_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "gate.keyring.json"
    _write_secrets(path, 9, v1=9)
    keys = _current(path)
    _write_secrets(path, 7, v1=7, v2=8)
    assert not keys.look()
    assert keys.partner_secret(1) == bytes([9]) * 32


def test_a_partners_secret_in_use_that_has_no_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gate.keyring.json"
    _write_secrets(path, 7, v1=9)
    with pytest.raises(KeyringError, match="partners' secret"):
        parse_keyring(path.read_bytes())
