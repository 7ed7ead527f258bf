"""The registry's secret: every keyed use but sealing and the digests of gates hangs on it, each by a key of its own.

What an import keys is told apart by a domain instead (importing: checking/drawing, checking/manifest, calls/completion).
The keyring holds versions of it. The one in use makes values; a value of any version that is held is still understood,
so that whoever comes with one goes on (decisions/0034).
"""

import hashlib
from dataclasses import dataclass, field

from document.digest import ALGORITHM_BLAKE2B_128, DigestKey


@dataclass(frozen=True, slots=True)
class RegistrySecret:
    """One version. Versions count from 1; `secret` has 16 bytes or more.

    Wherever several are handed on, the one in use comes first.
    """

    version: int
    secret: bytes = field(repr=False)

    @property
    def page_key(self) -> bytes:
        """Seals page tokens."""
        return hashlib.blake2b(key=self.secret, person=b"courtlist.pages").digest()

    @property
    def ending_key(self) -> bytes:
        """Seals what the registry tells of endings: followers hand it back after a restore."""
        return hashlib.blake2b(key=self.secret, person=b"courtlist.ending").digest()

    @property
    def cache_key(self) -> DigestKey:
        """Digests documents whose records are cached. The version tells whose digest a key of the cache is."""
        secret = hashlib.blake2b(
            key=self.secret, digest_size=32, person=b"courtlist.cache"
        ).digest()
        return DigestKey(
            epoch=self.version, algorithm=ALGORITHM_BLAKE2B_128, key_id="cache", secret=secret
        )

    @property
    def request_key(self) -> bytes:
        """Keys the fingerprints by which a repeated request is known."""
        return hashlib.sha256(b"courtlist.request.v1" + self.secret).digest()

    @property
    def signature_key(self) -> bytes:
        """Keys the digests by which a used signature is known."""
        return hashlib.sha256(b"courtlist.signature.v1" + self.secret).digest()

    @property
    def misfit_key(self) -> bytes:
        """Keys the digests of names that do not fit."""
        return hashlib.sha256(b"courtlist.misfit.v1" + self.secret).digest()
