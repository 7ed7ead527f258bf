"""Keys and settings: what cannot be used is refused at start, and nothing secret is repeated."""

import base64
import json
from pathlib import Path

import pytest

from chassis.config import ConfigError
from chassis.files.keys import KeyReaders
from restriction.config import read_config
from restriction.keyring import KeyringError, parse_keyring

SECRET = base64.b64encode(bytes(range(32))).decode()


def _entry(epoch: int = 1, **changed: object) -> dict[str, object]:
    return {
        "epoch": epoch,
        "algorithm": "blake2b-128",
        "key_id": f"key-{epoch}",
        "secret": SECRET,
        **changed,
    }


def _file(*entries: dict[str, object]) -> bytes:
    return json.dumps({"digest_keys": entries}).encode()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    keyring = tmp_path / "gate.keyring.json"
    keyring.touch(0o600)
    keyring.write_bytes(_file(_entry()))
    return {
        "COURTLIST_POSTGRES_DSN": "postgresql://u:p@127.0.0.1:5432/db",
        "COURTLIST_REGISTRY": "127.0.0.1:7010",
        "COURTLIST_PLAINTEXT": "true",
        "COURTLIST_KEYRING": str(keyring),
    }


def test_the_newest_epoch_comes_first() -> None:
    keys = parse_keyring(_file(_entry(1), _entry(3), _entry(2))).digest_keys
    assert [key.epoch for key in keys] == [3, 2, 1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        _file(),
        _file(_entry(), _entry()),
        _file(_entry(secret="not base64!")),
        _file(_entry(secret=base64.b64encode(b"short").decode())),
        _file(_entry(algorithm="md5")),
        _file(_entry(0)),
    ],
)
def test_a_keyring_that_cannot_be_used_is_refused_without_repeating_it(content: bytes) -> None:
    with pytest.raises(KeyringError) as refused:
        parse_keyring(content)
    assert SECRET not in str(refused.value)


def test_settings_have_the_defaults_that_the_design_gives(environment: dict[str, str]) -> None:
    config = read_config(environment, role="")
    assert config.max_staleness_s == 5
    assert config.stale_limit_s == 86_400
    assert config.confirm_timeout_ms == 500
    assert SECRET not in repr(config)
    assert "u:p" not in repr(config)


def test_every_missing_setting_is_reported_at_once() -> None:
    with pytest.raises(ConfigError) as refused:
        read_config({}, role="")
    assert {one.name for one in refused.value.problems} == {
        "COURTLIST_POSTGRES_DSN",
        "COURTLIST_REGISTRY",
        "COURTLIST_KEYRING",
        "COURTLIST_TLS_CERTIFICATE",
        "COURTLIST_TLS_KEY",
        "COURTLIST_TLS_TRUST",
    }


@pytest.mark.parametrize("role", ["engine", "gate", "nonsense"])
def test_a_role_that_does_not_exist_is_refused(environment: dict[str, str], role: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_config(environment, role=role)
    (problem,) = refused.value.problems
    assert problem.name == "COURTLIST_ROLE"


def test_the_command_lines_role_comes_before_the_environments(environment: dict[str, str]) -> None:
    assert read_config({**environment, "COURTLIST_ROLE": "gate"}, role="all").keys.digest_keys


def test_a_keyring_that_others_can_read_is_used_only_where_that_is_meant(
    environment: dict[str, str],
) -> None:
    Path(environment["COURTLIST_KEYRING"]).chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        read_config(environment, role="")
    config = read_config({**environment, "COURTLIST_KEY_READERS": "group"}, role="")
    assert config.key_readers is KeyReaders.GROUP
