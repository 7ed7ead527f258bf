"""The registry's keys in one file, and the part of them that gates need in another."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from document.digest import DigestKey
from registry.sealing import ALGORITHM as SEAL_ALGORITHM
from registry.sealing import Sealer, SealKey

REGISTRY_FILE: Final = "registry.keyring.json"
GATE_FILE: Final = "gate.keyring.json"
_DIGEST_ALGORITHM: Final = "blake2b-128"
_SECRET_BYTES: Final = 32


class KeyringError(Exception):
    """A keyring file cannot be used. The message names the file and the next step, never a key."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """What the registry needs to seal personal text and to digest documents.

    `digest_keys` are ordered by epoch; the last is the one under which new documents are filed.
    """

    sealer: Sealer
    digest_keys: tuple[DigestKey, ...]

    @classmethod
    def load(cls, path: Path) -> "Keyring":
        """Read `path` (JSON). Raises KeyringError."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            sealing = [_seal_key(one) for one in content["seal_keys"]]
            return cls(Sealer(sealing), _digest_keys(content["digest_keys"]))
        except OSError as error:
            raise KeyringError(
                f"{path}: {error.strerror}; make one with `python -m registry keyring --out DIR`"
            ) from None
        except (ValueError, KeyError, TypeError):
            raise KeyringError(
                f"{path}: not a keyring; restore it from its backup - without its keys the "
                "sealed records cannot be read"
            ) from None


def generate(folder: Path) -> tuple[Path, Path]:
    """Write a fresh keyring for the registry and its digest keys for the gates; mode 0600.

    An existing keyring is never overwritten: FileExistsError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest_keys = [
        {"epoch": 1, "algorithm": _DIGEST_ALGORITHM, "key_id": _new_id(), "secret": _new_secret()}
    ]
    seal_keys = [{"algorithm": SEAL_ALGORITHM, "key_id": _new_id(), "secret": _new_secret()}]
    registry_file, gate_file = folder / REGISTRY_FILE, folder / GATE_FILE
    _write_new(registry_file, {"seal_keys": seal_keys, "digest_keys": digest_keys})
    _write_new(gate_file, {"digest_keys": digest_keys})
    return registry_file, gate_file


def _write_new(path: Path, content: dict[str, Any]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)


def _seal_key(entry: dict[str, Any]) -> SealKey:
    if entry["algorithm"] != SEAL_ALGORITHM:
        raise ValueError("unknown sealing algorithm")
    return SealKey(entry["key_id"], base64.b64decode(entry["secret"], validate=True))


def _digest_keys(entries: list[dict[str, Any]]) -> tuple[DigestKey, ...]:
    """The digest keys by epoch; at least one."""
    if not entries:
        raise ValueError("no digest key")
    return tuple(sorted(map(_digest_key, entries), key=lambda key: key.epoch))


def _digest_key(entry: dict[str, Any]) -> DigestKey:
    return DigestKey(
        epoch=int(entry["epoch"]),
        algorithm=entry["algorithm"],
        key_id=entry["key_id"],
        secret=base64.b64decode(entry["secret"], validate=True),
    )


def _new_id() -> str:
    return secrets.token_hex(4)


def _new_secret() -> str:
    return base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
