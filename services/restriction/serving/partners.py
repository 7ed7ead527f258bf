"""The digests that one partner alone can read."""

import hashlib
from collections.abc import Callable
from typing import Any, Final

_DIGEST_BYTES: Final = 16
_PERSON_KEY: Final = b"courtlist.ptnkey"
_PERSON_DIGEST: Final = b"courtlist.ptndig"


class PartnerDigests:
    """Keyed hashes of inner digests, derived when sent and stored nowhere (design §3.3).

    Each partner has a secret of its own, so that two partners cannot join what they hold. BLAKE2b
    (RFC 7693), keyed, 16 bytes, with a person string for each use.
    """

    def __init__(self, *, secret_of: Callable[[int], bytes]) -> None:
        """`secret_of` is the partners' secret of a version, from which each partner's is derived."""
        self._secret_of = secret_of

    def for_partner(self, partner: str, version: int) -> Callable[[bytes], bytes]:
        """The function from an inner digest to the partner's, by a version of the secret.

        Raises what `secret_of` raises where that version is not here.
        """
        secret = hashlib.blake2b(
            partner.encode(), digest_size=32, key=self._secret_of(version), person=_PERSON_KEY
        ).digest()
        keyed = hashlib.blake2b(digest_size=_DIGEST_BYTES, key=secret, person=_PERSON_DIGEST)

        def derive(digest: bytes) -> bytes:
            state: Any = keyed.copy()
            state.update(digest)
            return bytes(state.digest())

        return derive
