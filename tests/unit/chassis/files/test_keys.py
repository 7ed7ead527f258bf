"""Who may be able to read a file that holds a key, and what becomes of one that others can."""

from pathlib import Path

import pytest

from chassis.config import ConfigError, Environment
from chassis.files.keys import KeyReaders, LooseKeyFileError, read_key_file, read_key_readers

_OWN, _GROUP, _ANY = KeyReaders.OWNER, KeyReaders.GROUP, KeyReaders.ANYONE


def key_of(folder: Path, mode: int) -> Path:
    path = folder / "key.pem"
    path.write_bytes(b"secret words")
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("mode", "readers"),
    [
        (0o600, _OWN),
        (0o400, _OWN),
        (0o640, _GROUP),
        (0o440, _GROUP),
        (0o600, _GROUP),
        (0o644, _ANY),
        (0o444, _ANY),
    ],
)
def test_a_key_is_read_that_only_those_can_read_who_may(
    tmp_path: Path, mode: int, readers: KeyReaders
) -> None:
    assert read_key_file(key_of(tmp_path, mode), readers) == b"secret words"


@pytest.mark.parametrize(
    ("mode", "readers", "remedy"),
    [
        (0o640, _OWN, "chmod 600"),
        (0o604, _OWN, "chmod 600"),
        (0o620, _OWN, "chmod 600"),
        (0o644, _GROUP, "chmod 640"),
        (0o660, _GROUP, "chmod 640"),
        (0o602, _GROUP, "chmod 640"),
    ],
)
def test_a_key_that_others_can_get_at_is_not_read(
    tmp_path: Path, mode: int, readers: KeyReaders, remedy: str
) -> None:
    path = key_of(tmp_path, mode)
    with pytest.raises(LooseKeyFileError) as refused:
        read_key_file(path, readers)
    assert f"{remedy} {path}" in str(refused.value)
    assert f"{mode:04o}" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("values", "readers"),
    [({}, _OWN), *(({"COURTLIST_KEY_READERS": one.value}, one) for one in KeyReaders)],
)
def test_the_owner_alone_may_read_it_unless_another_is_said(
    values: dict[str, str], readers: KeyReaders
) -> None:
    environment = Environment(values)
    assert read_key_readers(environment) is readers
    environment.finish()


def test_nobody_else_is_known() -> None:
    environment = Environment({"COURTLIST_KEY_READERS": "everybody"})
    read_key_readers(environment)
    with pytest.raises(ConfigError, match="owner, group, anyone"):
        environment.finish()
