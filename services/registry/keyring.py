"""The registry's keys in one file, and the part of them that gates need in another.

    {"seal_keys":   [{"algorithm": "aes-256-gcm", "key_id": "…", "secret": "<base64>"}],
     "digest_keys": [{"epoch": 1, "algorithm": "blake2b-128", "key_id": "…", "secret": "<base64>"}],
     "purposes":    {"registry": "<base64>", "partners": "<base64>"},
     "partner_secrets":  [{"version": 1, "secret": "<base64>"}, ...],
     "registry_secrets": [{"version": 1, "secret": "<base64>", "in_use_since": "<instant>"}, ...]}

The last seal key seals; digest keys belong to epochs. The secrets by purpose outlive both: what hangs
on them (fingerprints of requests, page tokens, partners' digests) must not change with a key. Each has versions
and is changed by itself, the partners' with everything that partners hold: the list of its versions is there
once it was, and `purposes` holds the one of them that is in use.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from chassis.files.keys import KeyReaders, LooseKeyFileError, read_key_file
from document.digest import ALGORITHM_BLAKE2B_128, DigestKey
from registry.registry_secret import RegistrySecret
from registry.sealing import ALGORITHM as SEAL_ALGORITHM
from registry.sealing import Sealer, SealKey

REGISTRY_FILE: Final = "registry.keyring.json"
GATE_FILE: Final = "gate.keyring.json"
PARTNER_SECRETS: Final = "partner_secrets"
REGISTRY_SECRETS: Final = "registry_secrets"
_SECRET_BYTES: Final = 32


class KeyringError(ValueError):
    """A keyring file cannot be used. The message names the file and the next step, never a key."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """What the registry needs to seal personal text and to digest documents.

    Attributes:
        sealer: seals under the newest key, opens under any.
        digest_keys: by epoch; at least one.
        secrets: from which every other keyed use is derived; the version in use first, then the
            others, newest first.
    """

    sealer: Sealer
    digest_keys: tuple[DigestKey, ...]
    secrets: tuple[RegistrySecret, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """A file from before there were purposes used its first digest key: its values must stay."""
        if not self.secrets:
            first = RegistrySecret(1, self.digest_keys[0].secret)
            object.__setattr__(self, "secrets", (first,))

    @property
    def cache_keys(self) -> tuple[DigestKey, ...]:
        """The keys under which cached records of documents are found, as `secrets` are ordered.

        Digest keys are none of them: processes see a changed keyring file up to seconds apart, and each must
        forget what another keeps. A version is understood everywhere before it is used.
        """
        return tuple(one.cache_key for one in self.secrets)

    @classmethod
    def load(cls, path: Path, readers: KeyReaders = KeyReaders.OWNER) -> "Keyring":
        """Read `path` (JSON), which `readers` may be able to read. Raises KeyringError."""
        content = read_content(path, readers)
        try:
            sealing = [_seal_key(one) for one in content["seal_keys"]]
            return cls(Sealer(sealing), digest_keys_of(content), registry_secrets_of(content))
        except (ValueError, KeyError, TypeError):
            raise unusable(path) from None

    @classmethod
    def load_after(
        cls, path: Path, before: "Keyring", *, readers: KeyReaders = KeyReaders.OWNER
    ) -> "Keyring":
        """Read `path` while `before` is in use.

        Raises KeyringError where a key that both have is not the same in both, or the newest secret is
        gone: what was made by it would not be known any more.
        """
        ring = cls.load(path, readers)
        keys = {key.epoch: key for key in before.digest_keys}
        versions = {one.version: one for one in before.secrets}
        if any(keys.get(key.epoch, key) != key for key in ring.digest_keys) or any(
            versions.get(one.version, one) != one for one in ring.secrets
        ):
            raise KeyringError(f"{path}: holds another key under a known name; restore the file")
        if max(one.version for one in ring.secrets) < max(versions):
            raise KeyringError(f"{path}: lacks the registry's newest secret; restore the file")
        return ring

    def digest_key(self, epoch: int) -> DigestKey | None:
        """The key of an epoch, if it is here."""
        return next((key for key in self.digest_keys if key.epoch == epoch), None)


def generate(folder: Path) -> tuple[Path, Path]:
    """Write a fresh keyring for the registry and its digest keys for the gates; mode 0600.

    An existing keyring is never overwritten: FileExistsError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "seal_keys": [new_seal_key()],
        "digest_keys": [new_digest_key(1)],
        "purposes": {"registry": _new_secret(), "partners": _new_secret()},
    }
    registry_file, gate_file = folder / REGISTRY_FILE, folder / GATE_FILE
    _write_new(registry_file, content)
    _write_new(gate_file, gate_content(content))
    return registry_file, gate_file


def read_content(path: Path, readers: KeyReaders = KeyReaders.OWNER) -> dict[str, Any]:
    """A keyring file's JSON as it stands. Raises KeyringError."""
    try:
        content = json.loads(read_key_file(path, readers).decode("utf-8"))
    except LooseKeyFileError as error:
        raise KeyringError(f"{path} {error}") from None
    except OSError as error:
        raise KeyringError(
            f"{path}: {error.strerror}; make one with `python -m registry keyring --out DIR`"
        ) from None
    except ValueError:
        raise unusable(path) from None
    if not isinstance(content, dict):
        raise unusable(path)
    return content


def gate_content(content: dict[str, Any]) -> dict[str, Any]:
    """What of a registry's keyring gates need: nothing that opens a sealed value."""
    needed = {
        "digest_keys": content["digest_keys"],
        "purposes": {"partners": encoded(purpose_of(content, "partners"))},
    }
    if PARTNER_SECRETS in content:
        needed[PARTNER_SECRETS] = content[PARTNER_SECRETS]
    return needed


def purpose_of(content: dict[str, Any], purpose: str) -> bytes:
    """A purpose's secret; for a file from before there were any, its first digest key's."""
    kept = content.get("purposes", {}).get(purpose)
    return digest_keys_of(content)[0].secret if kept is None else _decoded(kept)


def registry_secrets_of(content: dict[str, Any]) -> tuple[RegistrySecret, ...]:
    """The versions of the registry's secret, the one in use first; ValueError where it is not one of them."""
    in_use = purpose_of(content, "registry")
    if REGISTRY_SECRETS not in content:
        return (RegistrySecret(1, in_use),)
    listed = content[REGISTRY_SECRETS]
    held = {int(one["version"]): _decoded(one["secret"]) for one in listed}
    if len(held) != len(listed) or list(held.values()).count(in_use) != 1:
        raise ValueError("two secrets of one version, or none that is in use")
    others_last = sorted(held, key=lambda version: (held[version] != in_use, -version))
    return tuple(RegistrySecret(version, held[version]) for version in others_last)


def digest_keys_of(content: dict[str, Any]) -> tuple[DigestKey, ...]:
    """The digest keys by epoch; at least one, and one for each epoch."""
    keys = sorted(map(_digest_key, content["digest_keys"]), key=lambda key: key.epoch)
    if not keys or len({key.epoch for key in keys}) != len(keys):
        raise ValueError("no digest key, or two of one epoch")
    return tuple(keys)


def new_seal_key() -> dict[str, Any]:
    """A fresh seal key as the file has it."""
    return {"algorithm": SEAL_ALGORITHM, "key_id": _new_id(), "secret": _new_secret()}


def new_digest_key(epoch: int) -> dict[str, Any]:
    """A fresh digest key as the file has it."""
    return {
        "epoch": epoch,
        "algorithm": ALGORITHM_BLAKE2B_128,
        "key_id": _new_id(),
        "secret": _new_secret(),
    }


def new_secret(version: int) -> dict[str, Any]:
    """A fresh secret of a purpose as the file has it."""
    return {"version": version, "secret": _new_secret()}


def encoded(secret: bytes) -> str:
    """A secret as the file has it."""
    return base64.b64encode(secret).decode()


def unusable(path: Path) -> KeyringError:
    """What is in the file is no keyring."""
    return KeyringError(
        f"{path}: not a keyring; restore it from its backup - without its keys the "
        "sealed records cannot be read"
    )


def _write_new(path: Path, content: dict[str, Any]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)


def _seal_key(entry: dict[str, Any]) -> SealKey:
    if entry["algorithm"] != SEAL_ALGORITHM:
        raise ValueError("unknown sealing algorithm")
    return SealKey(entry["key_id"], _decoded(entry["secret"]))


def _digest_key(entry: dict[str, Any]) -> DigestKey:
    return DigestKey(
        epoch=int(entry["epoch"]),
        algorithm=entry["algorithm"],
        key_id=entry["key_id"],
        secret=_decoded(entry["secret"]),
    )


def _decoded(secret: str) -> bytes:
    return base64.b64decode(secret, validate=True)


def _new_id() -> str:
    return secrets.token_hex(4)


def _new_secret() -> str:
    return encoded(secrets.token_bytes(_SECRET_BYTES))
