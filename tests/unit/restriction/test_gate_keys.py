"""The keys of a running gate follow the file, but never to a file by which nobody would be found."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path

from structlog.testing import capture_logs

from restriction.index import CountedIndex
from restriction.keyring import CurrentGateKeys, parse_keyring
from restriction.lookup import Lookup


def _content(epochs: Sequence[int]) -> bytes:
    def text(secret: int) -> str:
        return base64.b64encode(bytes([secret]) * 32).decode()

    keys = [
        {"epoch": one, "algorithm": "blake2b-128", "key_id": f"k{one}", "secret": text(one)}
        for one in epochs
    ]
    return json.dumps({"digest_keys": keys, "purposes": {"partners": text(9)}}).encode()


def _write(path: Path, epochs: Sequence[int]) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(_content(epochs))


def test_a_file_without_the_key_in_force_is_not_taken_until_another_is_in_force(
    tmp_path: Path,
) -> None:
    path = tmp_path / "gate.keyring.json"
    _write(path, (1, 2))
    keys = CurrentGateKeys(parse_keyring(path.read_bytes()), path=path)
    lookup = Lookup(index=CountedIndex(), keys=keys)
    lookup.load([], 1)
    _write(path, (2, 3))
    with capture_logs() as lines:
        assert not keys.look()
        assert not keys.look()
    assert not lookup.is_blind
    assert [line["event"] for line in lines] == ["file_unusable"]
    assert "epoch 1" in lines[0]["why"]
    lookup.load([], 2)
    assert keys.look()
    assert [key.epoch for key in keys.digest_keys] == [3, 2]


def test_a_gate_that_lacks_the_key_in_force_takes_what_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "gate.keyring.json"
    _write(path, (1,))
    keys = CurrentGateKeys(parse_keyring(path.read_bytes()), path=path)
    Lookup(index=CountedIndex(), keys=keys, epoch=3)
    _write(path, (1, 2))
    assert keys.look()
