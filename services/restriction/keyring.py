"""The digest keys of a gate: a JSON file that the registry writes for it.

    {"digest_keys": [{"epoch": 1, "algorithm": "blake2b-128", "key_id": "…", "secret": "<base64>"}],
     "purposes": {"partners": "<base64>"}}

It holds no key that could read an identity number back.
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from chassis.current_file import CurrentFile
from chassis.key_files import KeyReaders, read_key_file
from document import DigestKey


class KeyringError(ValueError):
    """The file cannot be used. The text says what to do and repeats nothing of the file."""


@dataclass(frozen=True, slots=True)
class GateKeys:
    """The keys of a gate.

    Attributes:
        digest_keys: of the epochs at work, newest first.
        partner_secret: partners' digests are derived from it; it stays when keys change.
    """

    digest_keys: tuple[DigestKey, ...]
    partner_secret: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        """A file from before there were purposes used its only digest key: partners' digests stay."""
        if not self.partner_secret:
            object.__setattr__(self, "partner_secret", self.digest_keys[-1].secret)


class CurrentGateKeys:
    """The keys of a running gate, which follow the file."""

    def __init__(
        self,
        keys: GateKeys,
        *,
        path: Path | None = None,
        readers: KeyReaders = KeyReaders.OWNER,
    ) -> None:
        """`readers` may be able to read the file."""
        self.epoch_in_force: int | None = None
        """Of what the index holds: its key is not given up for a file that lacks it."""
        self._file = CurrentFile(keys, path=path, read=partial(self._read_after, readers))

    def of(self, epoch: int | None) -> DigestKey | None:
        """The key of an epoch, if it is here."""
        for key in self._file.value.digest_keys:
            if key.epoch == epoch:
                return key
        return None

    @property
    def digest_keys(self) -> tuple[DigestKey, ...]:
        """Those of every epoch at work, newest first."""
        return self._file.value.digest_keys

    def look(self) -> bool:
        """Read the file if it changed; True when the keys are others."""
        return self._file.look()

    async def watch(self) -> None:
        """Follow the file until cancelled."""
        await self._file.watch()

    def _read_after(self, readers: KeyReaders, path: Path, before: GateKeys) -> GateKeys:
        """The file's keys. Raises KeyringError for those by which nobody would be found."""
        keys = parse_keyring(read_key_file(path, readers))
        _require_no_other(keys, before)
        epoch = self.epoch_in_force
        if self.of(epoch) is not None and epoch not in {key.epoch for key in keys.digest_keys}:
            raise KeyringError(
                f"the keyring lacks the key of digest epoch {epoch}, which is in force here; the one that "
                "was read before stays in use; have the registry write the file anew"
            )
        return keys


def parse_keyring(content: bytes) -> GateKeys:
    """The keys of every active epoch, newest first, and the partners' secret.

    Raises:
        KeyringError: no JSON, no key, a weak or unknown key, or two keys of one epoch.
    """
    try:
        fields = json.loads(content)
        keys = [_key(entry) for entry in fields["digest_keys"]]
        partners = fields.get("purposes", {}).get("partners", "")
        partner_secret = _decoded(partners)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise KeyringError(
            "the keyring is not as the registry writes it; have the registry write it anew"
        ) from error
    if not keys:
        raise KeyringError("the keyring holds no digest key; have the registry write it anew")
    if len({key.epoch for key in keys}) != len(keys):
        raise KeyringError("the keyring holds two keys of one epoch; have the registry mend it")
    newest_first = tuple(sorted(keys, key=lambda key: key.epoch, reverse=True))
    return GateKeys(newest_first, partner_secret)


def _require_no_other(keys: GateKeys, before: GateKeys) -> None:
    """Raise KeyringError where a key that both have is another: nobody would be found under it."""
    known = {key.epoch: key for key in before.digest_keys}
    if keys.partner_secret != before.partner_secret or any(
        known.get(key.epoch, key) != key for key in keys.digest_keys
    ):
        raise KeyringError("the keyring holds another key of a known epoch; restore the file")


def _key(entry: Any) -> DigestKey:
    return DigestKey(
        epoch=int(entry["epoch"]),
        algorithm=str(entry["algorithm"]),
        key_id=str(entry["key_id"]),
        secret=_decoded(entry["secret"]),
    )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("the secret is not base64") from error
