"""Who pulls restrictions, and the digests that this partner alone can read."""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from chassis.errors import FieldViolation, invalid_request
from document import DigestKey

PARTNER_HEADER: Final = "courtlist-partner"
_PARTNER: Final = re.compile(r"[a-z0-9-]{1,63}")
_DIGEST_BYTES: Final = 16
_PERSON_KEY: Final = b"courtlist.ptnkey"
_PERSON_DIGEST: Final = b"courtlist.ptndig"


class PartnerIdentity(Protocol):
    """Tells which partner makes a call."""

    def partner_of(self, metadata: Sequence[tuple[str, str | bytes]]) -> str:
        """The partner's id; raises ServiceError when the call does not say."""


class HeaderIdentity:
    """Takes the partner's word, from the header `courtlist-partner`; certificates replace this."""

    def partner_of(self, metadata: Sequence[tuple[str, str | bytes]]) -> str:
        """The header's value."""
        for key, value in metadata:
            if key == PARTNER_HEADER and isinstance(value, str) and _PARTNER.fullmatch(value):
                return value
        raise invalid_request(
            [
                FieldViolation(
                    f"metadata[{PARTNER_HEADER}]",
                    "FIELD_REQUIRED",
                    "the call does not say which partner reads; send 1 to 63 of a-z, 0-9 and hyphen",
                )
            ]
        )


class PartnerDigests:
    """Keyed hashes of inner digests, derived when sent and stored nowhere (design §3.3).

    Each partner has a secret of its own, so that two partners cannot join what they hold. BLAKE2b
    (RFC 7693), keyed, 16 bytes, with a person string for each use.
    """

    def __init__(self, *, key: DigestKey) -> None:
        self._master = key.secret

    def for_partner(self, partner: str) -> Callable[[bytes], bytes]:
        """The function from an inner digest to the partner's."""
        secret = hashlib.blake2b(
            partner.encode(), digest_size=32, key=self._master, person=_PERSON_KEY
        ).digest()
        keyed = hashlib.blake2b(digest_size=_DIGEST_BYTES, key=secret, person=_PERSON_DIGEST)

        def derive(digest: bytes) -> bytes:
            state: Any = keyed.copy()
            state.update(digest)
            return bytes(state.digest())

        return derive
