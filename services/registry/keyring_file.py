"""Changing keyring files: keys are added and dropped one by one, each time the whole file at once.

A file is written beside the old one, synced, and put in its place: whoever reads it sees the one or the
other. Nothing here asks whether a dropped key is still needed; see keyring_command.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from registry.keyring import (
    Keyring,
    KeyringError,
    digest_keys_of,
    encoded,
    gate_content,
    new_digest_key,
    new_seal_key,
    purpose_of,
    read_content,
    unusable,
)

_PURPOSES: Final = ("registry", "partners")


def add_seal_key(path: Path) -> str:
    """Add the key that seals from now on; returns its id. Raises KeyringError, OSError."""
    content = _whole(path)
    key = new_seal_key()
    content["seal_keys"].append(key)
    _replace(path, content)
    return str(key["key_id"])


def add_digest_key(path: Path, gate_file: Path | None) -> int:
    """Add a key for the epoch after the last, here and in the gates' file; returns its epoch.

    Raises KeyringError, OSError.
    """
    content = _whole(path)
    epoch = digest_keys_of(content)[-1].epoch + 1
    content["digest_keys"].append(new_digest_key(epoch))
    _replace(path, content)
    if gate_file is not None:
        _replace(gate_file, gate_content(content))
    return epoch


def export_gate_keys(path: Path, gate_file: Path) -> None:
    """Write what gates need of a registry's keyring. Raises KeyringError, OSError."""
    _replace(gate_file, gate_content(_whole(path)))


def drop_seal_key(path: Path, key_id: str) -> None:
    """Take out a key that nothing is sealed by any more. Raises KeyringError, OSError."""
    content = _whole(path)
    keys = content["seal_keys"]
    if key_id not in [key["key_id"] for key in keys]:
        raise KeyringError(f"{path}: holds no seal key {key_id}; look with `keyring show`")
    if keys[-1]["key_id"] == key_id:
        raise KeyringError(f"{path}: {key_id} is the newest seal key; add another one first")
    content["seal_keys"] = [key for key in keys if key["key_id"] != key_id]
    _replace(path, content)


def drop_digest_key(path: Path, epoch: int, gate_file: Path | None) -> None:
    """Take out the key of an epoch that is closed, here and in the gates' file.

    Raises KeyringError, OSError.
    """
    content = _whole(path)
    keys = digest_keys_of(content)
    if epoch not in [key.epoch for key in keys]:
        raise KeyringError(
            f"{path}: holds no digest key of epoch {epoch}; look with `keyring show`"
        )
    if keys[-1].epoch == epoch:
        raise KeyringError(f"{path}: epoch {epoch} is the newest; add another digest key first")
    content["digest_keys"] = [key for key in content["digest_keys"] if int(key["epoch"]) != epoch]
    _replace(path, content)
    if gate_file is not None:
        _replace(gate_file, gate_content(content))


def show(path: Path) -> dict[str, Any]:
    """The keys by their names: never a secret. Raises KeyringError."""
    content = _whole(path)
    return {
        "seal_keys": [
            {"key_id": key["key_id"], "algorithm": key["algorithm"]} for key in content["seal_keys"]
        ],
        "digest_keys": [
            {"epoch": key.epoch, "key_id": key.key_id, "algorithm": key.algorithm}
            for key in digest_keys_of(content)
        ],
        "purposes": sorted(content["purposes"]),
    }


def _whole(path: Path) -> dict[str, Any]:
    """The file's content, known to be usable; the purposes of an older file are made explicit."""
    Keyring.load(path)
    content = read_content(path)
    try:
        content["purposes"] = {
            purpose: encoded(purpose_of(content, purpose)) for purpose in _PURPOSES
        }
    except (ValueError, KeyError, TypeError):
        raise unusable(path) from None
    return content


def _replace(path: Path, content: dict[str, Any]) -> None:
    """Put the file in place of the old one in one step, readable by its owner only."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            beside.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
