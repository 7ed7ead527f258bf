import json
from pathlib import Path

from cli.bootstrap.steps import DONE, THERE, make_keys


def test_keys_are_made_once_and_never_again(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert make_keys(folder).outcome == DONE
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {"registry.keyring.json", "gate.keyring.json"} <= set(before)
    assert all(json.loads(content) for content in before.values())
    assert make_keys(folder).outcome == THERE
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_keys_of_another_make_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "gate.keyring.json").write_text("{}")
    step = make_keys(tmp_path)
    assert step.error is not None
    assert "not overwritten" in step.error.message


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    step = make_keys(tmp_path / "file" / "keys")
    assert step.error is not None
    assert "cannot be made" in step.error.message
