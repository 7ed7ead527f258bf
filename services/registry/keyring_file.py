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
    PARTNER_SECRETS,
    Keyring,
    KeyringError,
    digest_keys_of,
    encoded,
    gate_content,
    new_digest_key,
    new_partner_secret,
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
    _replace_both(path, gate_file, content)
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
    _replace_both(path, gate_file, content)


def add_partner_secret(path: Path, gate_file: Path | None) -> int:
    """Add a further version of the partners' secret, here and in the gates' file; returns it.

    It is understood from now on, and used by nobody. Raises KeyringError, OSError.
    """
    content = _whole(path)
    held = _partner_secrets(content)
    version = int(held[-1]["version"]) + 1
    content[PARTNER_SECRETS] = [*held, new_partner_secret(version)]
    _replace_both(path, gate_file, content)
    return version


def use_partner_secret(path: Path, version: int, gate_file: Path | None) -> None:
    """Have the fields key what partners are sent by this version, the newest. Raises KeyringError, OSError."""
    content = _whole(path)
    newest = _partner_secrets(content)[-1]
    if int(newest["version"]) != version:
        raise KeyringError(
            f"{path}: {version} is not the newest partners' secret, {newest['version']} is; none goes back to "
            "a former one"
        )
    content[PARTNER_SECRETS] = _partner_secrets(content)
    content["purposes"]["partners"] = newest["secret"]
    _replace_both(path, gate_file, content)


def drop_partner_secret(path: Path, version: int, gate_file: Path | None) -> None:
    """Take out a version that is not in use, here and in the gates' file. Raises KeyringError, OSError."""
    content = _whole(path)
    held = _partner_secrets(content)
    dropped = next((one for one in held if int(one["version"]) == version), None)
    if dropped is None:
        raise KeyringError(f"{path}: holds no partners' secret {version}; look with `keyring show`")
    if dropped["secret"] == content["purposes"]["partners"] or dropped is held[-1]:
        raise KeyringError(
            f"{path}: partners' secret {version} is in use, or the newest; add another one and use it first"
        )
    content[PARTNER_SECRETS] = [one for one in held if one is not dropped]
    _replace_both(path, gate_file, content)


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
        "partner_secrets": [
            {
                "version": int(one["version"]),
                "in_use": one["secret"] == content["purposes"]["partners"],
            }
            for one in _partner_secrets(content)
        ],
        "purposes": sorted(content["purposes"]),
    }


def _partner_secrets(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of a whole file, oldest first; the one of a file that never changed it is the first."""
    held = content.get(PARTNER_SECRETS)
    if held is None:
        return [{"version": 1, "secret": content["purposes"]["partners"]}]
    return sorted(held, key=lambda one: int(one["version"]))


def _whole(path: Path) -> dict[str, Any]:
    """The file's content, known to be usable; the purposes of an older file are made explicit."""
    Keyring.load(path)
    content = read_content(path)
    try:
        content["purposes"] = {
            purpose: encoded(purpose_of(content, purpose)) for purpose in _PURPOSES
        }
        listed = [one["secret"] for one in _partner_secrets(content)]
    except (ValueError, KeyError, TypeError):
        raise unusable(path) from None
    if content["purposes"]["partners"] not in listed:
        raise unusable(path)
    return content


def _replace_both(path: Path, gate_file: Path | None, content: dict[str, Any]) -> None:
    """The registry's file, then the gates' where one is given."""
    _replace(path, content)
    if gate_file is not None:
        _replace(gate_file, gate_content(content))


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
