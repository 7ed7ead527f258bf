"""Opaque page tokens: a place in one search, which no caller can alter or carry to another."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Final

from chassis.errors import FieldViolation, ServiceError, name_of
from courtlist.error.v1 import error_reason_pb2 as reasons

# Names the layout and the algorithm below; a token of an unknown layout is refused.
_LAYOUT: Final = b"\x01"  # HMAC-SHA-256 cut to 128 bits, over layout, query hash and cursor
_SEAL_BYTES: Final = 16
# Longer than any cursor of ours; bounds what is decoded before the seal is checked.
TOKEN_CHARS_MAX: Final = 1024


class PageTokens:
    """Makes and reads page tokens.

    `keys` are secrets shared by the replicas of a service: the first issues, and a token lives as long as the
    key of its time is among them. The
    cursor (the sort key of the last item sent) is sealed, not hidden: never put a number or a name
    into it.
    """

    def __init__(self, *, keys: Callable[[], Sequence[bytes]]) -> None:
        assert all(len(key) >= 16 for key in keys()), "a page token key has at least 16 bytes"
        self._keys = keys

    def issue(self, *, query: bytes, cursor: bytes) -> str:
        """The token for the page after `cursor` of the search described by `query`.

        `query` is everything that decides the result and its order, as bytes: usually the request
        serialised deterministically without page size and token.
        """
        token = _LAYOUT + _seal(self._keys()[0], query, cursor) + cursor
        return _text(token)

    def read(self, token: str, *, query: bytes) -> bytes | None:
        """The cursor in `token`; None for an empty token, which asks for the first page.

        Raises ServiceError PAGE_TOKEN_INVALID if the token was altered or made for another search.
        """
        if not token:
            return None
        try:
            if len(token) > TOKEN_CHARS_MAX:
                raise _refusal()
            raw = base64.b64decode(
                token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True
            )
        except (UnicodeEncodeError, binascii.Error) as error:
            raise _refusal() from error
        # Several texts of base64 may hold the same bytes; only one of them was issued.
        if _text(raw) != token:
            raise _refusal()
        seal, cursor = raw[1 : 1 + _SEAL_BYTES], raw[1 + _SEAL_BYTES :]
        expected = [_seal(key, query, cursor) for key in self._keys()]
        if raw[:1] != _LAYOUT or not any(hmac.compare_digest(seal, one) for one in expected):
            raise _refusal()
        return cursor


def _seal(key: bytes, query: bytes, cursor: bytes) -> bytes:
    bound = _LAYOUT + hashlib.sha256(query).digest() + cursor
    return hmac.new(key, bound, hashlib.sha256).digest()[:_SEAL_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def page_size(requested: int, *, default: int, most: int) -> int:
    """The number of items to send: `default` for 0, never more than `most` (AIP-158)."""
    if requested < 0:
        violation = FieldViolation(
            "page_size",
            name_of(reasons.ERROR_REASON_FIELD_INVALID),
            "is negative; give 0 for the default or a positive number",
        )
        raise ServiceError(
            reasons.ERROR_REASON_INVALID_REQUEST,
            "page_size is negative; give 0 for the default or a positive number",
            violations=[violation],
        )
    return min(requested or default, most)


def _refusal() -> ServiceError:
    reason = reasons.ERROR_REASON_PAGE_TOKEN_INVALID
    text = "was not issued for this search; start again without a page_token"
    return ServiceError(
        reason,
        f"page_token {text}",
        violations=[FieldViolation("page_token", name_of(reason), text)],
    )
