"""Changing keyring files: keys are added and dropped one by one, each time the whole file at once.

A file is written beside the old one, synced, and put in its place: whoever reads it sees the one or the
other. Nothing here asks whether a dropped key is still needed; see keyring_changes.
"""

import json
import os
from contextlib import suppress
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

from registry.keyring import (
    PARTNER_SECRETS,
    REGISTRY_SECRETS,
    Keyring,
    KeyringError,
    digest_keys_of,
    encoded,
    gate_content,
    new_digest_key,
    new_seal_key,
    new_secret,
    purpose_of,
    read_content,
    unusable,
)

IN_USE_SINCE: Final = "in_use_since"


class Purpose(Enum):
    """What has a secret with versions: its key in the file, where the versions are listed, what one is called."""

    PARTNERS = ("partners", PARTNER_SECRETS, "partners' secret")
    REGISTRY = ("registry", REGISTRY_SECRETS, "registry's secret")

    def __init__(self, key: str, listed: str, called: str) -> None:
        self.key = key
        self.listed = listed
        self.called = called


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


def add_secret(path: Path, of: Purpose, gate_file: Path | None = None) -> int:
    """Add a further version of a purpose's secret, here and in the gates' file; returns it.

    It is understood from now on, and used by nobody. Raises KeyringError, OSError.
    """
    content = _whole(path)
    held = _versions(content, of)
    version = int(held[-1]["version"]) + 1
    content[of.listed] = [*held, new_secret(version)]
    _replace_both(path, gate_file, content)
    return version


def use_secret(
    path: Path, of: Purpose, version: int, gate_file: Path | None = None, *, at: datetime
) -> None:
    """Have values be made by this version, the newest, from the instant `at` on. Raises KeyringError, OSError."""
    content = _whole(path)
    held = _versions(content, of)
    newest = held[-1]
    if int(newest["version"]) != version:
        raise KeyringError(
            f"{path}: {version} is not the newest {of.called}, {newest['version']} is; none goes back to a former one"
        )
    if newest["secret"] != content["purposes"][of.key]:
        newest[IN_USE_SINCE] = at.isoformat()
    content[of.listed] = held
    content["purposes"][of.key] = newest["secret"]
    _replace_both(path, gate_file, content)


def drop_secret(path: Path, of: Purpose, version: int, gate_file: Path | None = None) -> None:
    """Take out a version that is not in use, here and in the gates' file. Raises KeyringError, OSError."""
    content = _whole(path)
    held = _versions(content, of)
    dropped = next((one for one in held if int(one["version"]) == version), None)
    if dropped is None:
        raise KeyringError(f"{path}: holds no {of.called} {version}; look with `keyring show`")
    if dropped["secret"] == content["purposes"][of.key] or dropped is held[-1]:
        raise KeyringError(
            f"{path}: {of.called} {version} is in use, or the newest; add another one and use it first"
        )
    content[of.listed] = [one for one in held if one is not dropped]
    _replace_both(path, gate_file, content)


def in_use_since(path: Path, of: Purpose) -> datetime | None:
    """Since when the version in use is; None for the first. Raises KeyringError."""
    content = _whole(path)
    in_use = content["purposes"][of.key]
    [since] = [one.get(IN_USE_SINCE) for one in _versions(content, of) if one["secret"] == in_use]
    try:
        return None if since is None else datetime.fromisoformat(since)
    except (TypeError, ValueError):
        raise unusable(path) from None


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
        **{
            of.listed: [
                {
                    "version": int(one["version"]),
                    "in_use": one["secret"] == content["purposes"][of.key],
                    **({IN_USE_SINCE: one[IN_USE_SINCE]} if IN_USE_SINCE in one else {}),
                }
                for one in _versions(content, of)
            ]
            for of in Purpose
        },
        "purposes": sorted(content["purposes"]),
    }


def _versions(content: dict[str, Any], of: Purpose) -> list[dict[str, Any]]:
    """Those of a whole file, oldest first; the one of a file that never changed it is the first."""
    held = content.get(of.listed)
    if held is None:
        return [{"version": 1, "secret": content["purposes"][of.key]}]
    return sorted(held, key=lambda one: int(one["version"]))


def _whole(path: Path) -> dict[str, Any]:
    """The file's content, known to be usable; the purposes of an older file are made explicit."""
    Keyring.load(path)
    content = read_content(path)
    try:
        content["purposes"] = {of.key: encoded(purpose_of(content, of.key)) for of in Purpose}
        listed = {of.key: [one["secret"] for one in _versions(content, of)] for of in Purpose}
    except (ValueError, KeyError, TypeError):
        raise unusable(path) from None
    if any(secret not in listed[name] for name, secret in content["purposes"].items()):
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
