"""Somebody who has copied one disk and nothing else, and tries to name a person by it.

She knows everything but keys: how the product makes digests and seals values, who lives where, and when
somebody was born. So she tries every number that such a person could have, under everything on the disk
that could be a key.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from document.check_character import resident_check_character
from tests.system.privacy.writings import documents_of, unkeyed_digests

# Digests are compared by so much of them.
_DIGEST_BYTES: Final = 16
_HEX: Final = re.compile(rb"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{2}){8,}(?![0-9a-fA-F])")
_BASE64: Final = re.compile(rb"[0-9A-Za-z+/_-]{22,}={0,2}")
_WORD: Final = re.compile(rb"[!-~]{16,64}")
_NONCE_BYTES: Final = 12
_PERSON: Final = b"courtlist.doc.v1"
# Version, and length of the key's id (registry/sealing.py).
_SEALED: Final = b"\x01\x08"


def numbers_of(region: str, born: date) -> Iterator[str]:
    """Every number that somebody born there on that day could have: a thousand."""
    for serial in range(1000):
        first_17 = f"{region}{born:%Y%m%d}{serial:03d}"
        yield first_17 + resident_check_character(first_17)


@dataclass(frozen=True)
class Sealed:
    """A sealed value (registry/sealing.py), and the context that it is bound to."""

    value: bytes
    context: str

    def opened_by(self, keys: Iterable[bytes]) -> bytes | None:
        """What it holds, if one of the keys opens it."""
        nonce_at = 2 + self.value[1]
        text_at = nonce_at + _NONCE_BYTES
        nonce, text = self.value[nonce_at:text_at], self.value[text_at:]
        for key in keys:
            with suppress(InvalidTag):
                return AESGCM(key).decrypt(nonce, text, self.context.encode())
        return None


@dataclass(frozen=True)
class Loot:
    """A copied disk.

    Attributes:
        written: rows and texts; bytes stand there in hexadecimal or in base64.
        raw: files of bytes.
    """

    written: bytes = b""
    raw: bytes = b""

    @cached_property
    def values(self) -> frozenset[bytes]:
        """Every value on it."""
        found = {bytes.fromhex(one.decode()) for one in _HEX.findall(self.written)}
        found |= set(_WORD.findall(self.written))
        for one in _BASE64.findall(self.written):
            text = one.rstrip(b"=").translate(bytes.maketrans(b"+/", b"-_"))
            with suppress(binascii.Error):
                found.add(base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4)))
        return frozenset({*found, self.raw})

    def windows(self, size: int) -> frozenset[bytes]:
        """Every so many bytes in a row of any value: whatever on it could be a key, or a digest.

        What is sealed is left out: there is nothing in it to use before it is opened.
        """
        return frozenset(
            one[start : start + size]
            for one in self.values
            if not one.startswith(_SEALED)
            for start in range(len(one) - size + 1)
        )

    @cached_property
    def _digests(self) -> frozenset[bytes]:
        return self.windows(_DIGEST_BYTES)

    def _holds(self, digest: bytes) -> bool:
        return digest[:_DIGEST_BYTES] in self._digests

    def named_without_a_key(self, numbers: Iterable[str]) -> set[str]:
        """Those of the numbers of which some digest that anybody can make is on the disk."""
        return {
            number
            for number in numbers
            for content in documents_of(number)
            if any(map(self._holds, unkeyed_digests(content)))
        }

    def named_by(self, keys: Iterable[bytes], numbers: Iterable[str]) -> set[str]:
        """Those of which a digest under one of the keys is on the disk."""
        contents = [(number, one) for number in numbers for one in documents_of(number)]
        return {
            number
            for key in keys
            for number, content in contents
            if any(map(self._holds, _keyed_digests(content, key)))
        }


def _keyed_digests(content: bytes, key: bytes) -> Iterator[bytes]:
    yield hmac.digest(key, content, "sha256")
    yield hashlib.blake2b(content, digest_size=16, key=key).digest()
    yield hashlib.blake2b(content, digest_size=16, key=key, person=_PERSON).digest()
