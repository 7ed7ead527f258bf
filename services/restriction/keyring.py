"""The digest keys of a gate: a JSON file that the registry writes for it.

    {"digest_keys": [{"epoch": 1, "algorithm": "blake2b-128", "key_id": "…", "secret": "<base64>"}],
     "purposes": {"partners": "<base64>"},
     "partner_secrets": [{"version": 1, "secret": "<base64>"}, ...]}

It holds no key that could read an identity number back. `purposes.partners` is the partners' secret in use;
`partner_secrets` is there once it was changed, and holds that one and those that are still understood.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from chassis.files.current import CurrentFile
from chassis.files.keys import KeyReaders, read_key_file
from document import DigestKey

FIRST_PARTNER_VERSION: Final = 1
"""Of the partners' secret that was never changed."""


class PartnerSecretMissingError(Exception):
    """The file lacks the partners' secret by which deliveries are keyed: none can be sent from here."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the gates' keyring lacks version {version} of the partners' secret")


class KeyringError(ValueError):
    """The file cannot be used. The text says what to do and repeats nothing of the file."""


@dataclass(frozen=True, slots=True)
class GateKeys:
    """The keys of a gate.

    Attributes:
        digest_keys: of the epochs at work, newest first.
        partner_secret: partners' digests are derived from the one in use; it stays when digest keys change.
        partner_secrets: that one and the others that are understood, by version; versions only grow.
    """

    digest_keys: tuple[DigestKey, ...]
    partner_secret: bytes = field(default=b"", repr=False)
    partner_secrets: Mapping[int, bytes] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """A file from before there were purposes used its only digest key: partners' digests stay."""
        if not self.partner_secret:
            object.__setattr__(self, "partner_secret", self.digest_keys[-1].secret)
        if not self.partner_secrets:
            first = {FIRST_PARTNER_VERSION: self.partner_secret}
            object.__setattr__(self, "partner_secrets", first)

    @property
    def partner_version(self) -> int:
        """That of the secret in use."""
        return next(
            version
            for version, secret in self.partner_secrets.items()
            if secret == self.partner_secret
        )


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
        self.partner_version_in_force: int | None = None
        """By which deliveries were last keyed here: it is kept in memory when the file drops it too early."""
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

    @property
    def partner_version(self) -> int:
        """Of the partners' secret that the file has in use."""
        return self._file.value.partner_version

    @property
    def partner_secrets(self) -> Sequence[bytes]:
        """Those that are understood, the one in use first."""
        held = self._file.value
        others = [one for one in held.partner_secrets.values() if one != held.partner_secret]
        return [held.partner_secret, *others]

    def partner_secret(self, version: int) -> bytes:
        """The partners' secret of a version. Raises PartnerSecretMissingError."""
        if version not in self._file.value.partner_secrets:
            # Another process may have seen the file a moment before this one.
            self.look()
        secret = self._file.value.partner_secrets.get(version)
        if secret is None:
            raise PartnerSecretMissingError(version)
        self.partner_version_in_force = version
        return secret

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
        kept = before.partner_secrets.get(self.partner_version_in_force or 0)
        if kept is None or self.partner_version_in_force in keys.partner_secrets:
            return keys
        secrets = {**keys.partner_secrets, self.partner_version_in_force or 0: kept}
        return replace(keys, partner_secrets=secrets)


def parse_keyring(content: bytes) -> GateKeys:
    """The keys of every active epoch, newest first, and the partners' secret.

    Raises:
        KeyringError: no JSON, no key, a weak or unknown key, or two keys of one epoch.
    """
    try:
        fields = json.loads(content)
        keys = [_key(entry) for entry in fields["digest_keys"]]
        partner_secret = _decoded(fields.get("purposes", {}).get("partners", ""))
        partner_secrets = {
            int(one["version"]): _decoded(one["secret"])
            for one in fields.get("partner_secrets", ())
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise KeyringError(
            "the keyring is not as the registry writes it; have the registry write it anew"
        ) from error
    if not keys:
        raise KeyringError("the keyring holds no digest key; have the registry write it anew")
    if len({key.epoch for key in keys}) != len(keys):
        raise KeyringError("the keyring holds two keys of one epoch; have the registry mend it")
    if partner_secrets and partner_secret not in partner_secrets.values():
        raise KeyringError(
            "the keyring lists no version of the partners' secret in use; have the registry write it anew"
        )
    newest_first = tuple(sorted(keys, key=lambda key: key.epoch, reverse=True))
    return GateKeys(newest_first, partner_secret, partner_secrets)


def _require_no_other(keys: GateKeys, before: GateKeys) -> None:
    """Raise KeyringError where a key that both have is another: nobody would be found under it."""
    known = {key.epoch: key for key in before.digest_keys}
    if any(known.get(key.epoch, key) != key for key in keys.digest_keys):
        raise KeyringError("the keyring holds another key of a known epoch; restore the file")
    secrets = before.partner_secrets
    if any(secrets.get(one, secret) != secret for one, secret in keys.partner_secrets.items()):
        raise KeyringError(
            "the keyring holds another partners' secret of a known version; restore the file"
        )


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
