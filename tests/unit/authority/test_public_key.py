"""A key under which anybody can sign is nobody's key."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from authority.public_key import is_public_key
from stack.keys import assert_key

_SMALL = [
    bytes(32),
    bytes([1]) + bytes(31),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes([0xEC]) + bytes([0xFF]) * 30 + bytes([0x7F]),
]


def _is_forged(public: bytes, message: bytes) -> bool:
    """Whether a signature made without any private key verifies."""
    nobodys = bytes([1]) + bytes(31) + bytes(32)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(nobodys, message)
    except InvalidSignature:
        return False
    return True


def test_a_persons_key_is_taken() -> None:
    public = assert_key("judge-1").public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert is_public_key(public)
    assert not any(_is_forged(public, bytes([count])) for count in range(100))


@pytest.mark.parametrize("public", _SMALL, ids=bytes.hex)
@pytest.mark.parametrize("sign", [0, 0x80], ids=["plus", "minus"])
def test_a_key_for_which_anybody_can_sign_is_refused(public: bytes, sign: int) -> None:
    turned = public[:-1] + bytes([public[-1] | sign])
    assert any(_is_forged(public, bytes([count])) for count in range(100)), "it is such a key"
    assert not is_public_key(turned)


@pytest.mark.parametrize("length", [0, 31, 33, 44, 64])
def test_a_key_has_32_bytes(length: int) -> None:
    assert not is_public_key(b"k" * length)
