"""Public keys of people, as they are enrolled: raw bytes, with the name of their algorithm."""

from typing import Final

KEY_ALGORITHM: Final = "ed25519"
KEY_BYTES: Final = 32

# The seven encodings of points of small order, without the sign bit (RFC 8032 §5.1, RFC 7748 §7): under
# such a key anybody makes signatures that verify, so nobody could be held to hers.
_SMALL_ORDER: Final = frozenset(
    bytes.fromhex(one)
    for one in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


def is_public_key(raw: bytes) -> bool:
    """Whether these bytes can be one person's ed25519 key."""
    return len(raw) == KEY_BYTES and raw[:-1] + bytes([raw[-1] & 0x7F]) not in _SMALL_ORDER
