"""Sealing personal text at rest: AES-256-GCM under a named key.

A sealed value says by which key it was made, so keys can be changed while old values stay readable:
`version (1) | length of key id (1) | key id | nonce (12) | ciphertext and tag`.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ALGORITHM: Final = "aes-256-gcm"
_VERSION: Final = 1
_NONCE_BYTES: Final = 12
_HEADER_BYTES: Final = 2


class UnsealError(Exception):
    """A sealed value cannot be opened: wrong key, altered bytes, or moved to another record."""


class UnknownKeyError(UnsealError):
    """It was sealed by a key that is not in the keyring."""


@dataclass(frozen=True, slots=True)
class SealKey:
    """A 32-byte key and the id that sealed values name it by."""

    key_id: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a key that AES-256 cannot use, when it is loaded and not at the first write."""
        if len(self.secret) != 32 or not 0 < len(self.key_id.encode()) < 256:
            raise ValueError(f"key {self.key_id!r} is no AES-256 key with a short id")


class Sealer:
    """Seals with the newest key and opens with any.

    `context` is bound to the value without being stored in it (for example `subject/<id>`): a sealed
    value copied into another record does not open there.
    """

    def __init__(self, keys: Sequence[SealKey]) -> None:
        if not keys:
            raise ValueError("a keyring needs at least one sealing key")
        self._keys = tuple(keys)
        self._newest = keys[-1].key_id.encode()
        self._ciphers: Mapping[bytes, AESGCM] = {
            key.key_id.encode(): AESGCM(key.secret) for key in keys
        }

    def __reduce__(self) -> tuple[type["Sealer"], tuple[tuple[SealKey, ...]]]:
        """The importer hands it to processes of its own; ciphers are made anew there."""
        return Sealer, (self._keys,)

    def knows(self, sealed: bytes) -> bool:
        """Whether the key that sealed it is among its keys; so it is of what is no sealed value: that opens nowhere."""
        if len(sealed) < _HEADER_BYTES:
            return True
        return sealed[_HEADER_BYTES : _HEADER_BYTES + sealed[1]] in self._ciphers

    def to_hand_on(self, sealed: bytes) -> "Sealer":
        """The sealer that goes to another process together with a value that is to be opened there."""
        del sealed
        return self

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of its keys; the last is the one that seals."""
        return tuple(key.key_id for key in self._keys)

    def seal(self, plain: bytes, context: str) -> bytes:
        """Seal `plain` under the newest key."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._newest].encrypt(nonce, plain, context.encode())
        return seal_prefix(self._newest.decode()) + nonce + sealed

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Open what `seal` made for the same `context`. Raises UnsealError."""
        if len(sealed) < _HEADER_BYTES or sealed[0] != _VERSION:
            raise UnsealError("not a sealed value of a known version")
        nonce_at = _HEADER_BYTES + sealed[1]
        text_at = nonce_at + _NONCE_BYTES
        cipher = self._ciphers.get(sealed[_HEADER_BYTES:nonce_at])
        if cipher is None:
            raise UnknownKeyError("sealed by a key that is not in the keyring")
        try:
            return cipher.decrypt(sealed[nonce_at:text_at], sealed[text_at:], context.encode())
        except InvalidTag:
            raise UnsealError("altered, or of another record") from None


def seal_prefix(key_id: str) -> bytes:
    """What every value sealed by this key begins with, and no other value does."""
    name = key_id.encode()
    return bytes((_VERSION, len(name))) + name
