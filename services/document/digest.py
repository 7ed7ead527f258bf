"""The keyed digest a document is matched by wherever its number must not be."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Final

from document.kind import DocumentKind
from document.number import Document

ALGORITHM_BLAKE2B_128: Final = "blake2b-128"
"""BLAKE2b (RFC 7693), keyed, 16-byte digest, personalised for this use."""

_DIGEST_SIZE: Final = 16
_PERSON: Final = b"courtlist.doc.v1"
_SECRET_LENGTH_MIN: Final = 32

# The three kinds of citizen number share one name, so a later change in how their kind is told
# apart changes no stored digest.
_NAMESPACES: Final = {
    DocumentKind.RESIDENT_ID: b"CITIZEN|",
    DocumentKind.HMT_RESIDENCE_PERMIT: b"CITIZEN|",
    DocumentKind.PERMANENT_RESIDENCE: b"CITIZEN|",
    DocumentKind.PASSPORT: b"PASSPORT|",
    DocumentKind.EXIT_ENTRY_PERMIT: b"EXIT_ENTRY|",
    DocumentKind.HOME_RETURN_PERMIT: b"HOME_RETURN|",
    DocumentKind.TAIWAN_PERMIT: b"TAIWAN|",
    DocumentKind.USCC: b"USCC|",
}


@dataclass(frozen=True, kw_only=True)
class DigestKey:
    """A secret that makes digests, and the epoch in which they hold.

    Keyed, because identity numbers are few: a bare hash of all of them can be made in hours and
    read backwards. With epochs, because a key that can never be changed is a key that leaks for
    good: the ledger opens an epoch by a change, the digests of the next key are filled in beside
    the old ones, and gates switch at a position (design §3.3).

    Attributes:
        epoch: number of the epoch, from 1.
        algorithm: name of the algorithm, now always ALGORITHM_BLAKE2B_128.
        key_id: name of the key, safe to print.
        secret: 32 to 64 random bytes; never printed.
    """

    epoch: int
    algorithm: str
    key_id: str
    secret: bytes = field(repr=False)
    _keyed: hashlib.blake2b = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a weak or unknown key at start, and absorb the secret once.

        Raises:
            ValueError: the epoch, the algorithm or the secret's length is not usable.
        """
        if self.epoch < 1:
            message = "epoch must be 1 or more"
            raise ValueError(message)
        if self.algorithm != ALGORITHM_BLAKE2B_128:
            message = f"algorithm must be {ALGORITHM_BLAKE2B_128}"
            raise ValueError(message)
        if not _SECRET_LENGTH_MIN <= len(self.secret) <= hashlib.blake2b.MAX_KEY_SIZE:
            message = "secret must have 32 to 64 bytes"
            raise ValueError(message)
        keyed = hashlib.blake2b(digest_size=_DIGEST_SIZE, key=self.secret, person=_PERSON)
        object.__setattr__(self, "_keyed", keyed)

    def __reduce__(self) -> tuple[Callable[[], "DigestKey"], tuple[()]]:
        """A process may hand it to one of its own; the secret is absorbed anew there."""
        parts = {one.name: getattr(self, one.name) for one in fields(self) if one.init}
        return partial(DigestKey, **parts), ()

    def digest_of(self, encoded: bytes) -> bytes:
        """Return the 16-byte keyed digest of an encoded document."""
        # A copy of the keyed state costs a third of keying anew.
        state = self._keyed.copy()
        state.update(encoded)
        return state.digest()


def digest(document: Document, key: DigestKey) -> bytes:
    """Return the 16 bytes that stand for `document` in the epoch of `key`.

    The encoding is `NAMESPACE|STATE|NUMBER`. State and number are `A-Z0-9` without `|`, so no two
    documents encode alike; the citizen numbers of every kind share one namespace.
    """
    text = f"{document.issuing_state}|{document.number}"
    return key.digest_of(_NAMESPACES[document.kind] + text.encode("ascii"))
