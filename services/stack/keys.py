"""Keys of people who do not exist: from a label and the id, so that every process of the story and
the tests derives the same. For nobody real: whoever knows the id knows the key.
"""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def assert_key(person_id: str) -> Ed25519PrivateKey:
    """The key with which the person says that she acts."""
    return _derived("assert", person_id)


def assert_key_id(person_id: str) -> str:
    """Its id."""
    return f"assert.{person_id}"


def sign_key(person_id: str) -> Ed25519PrivateKey:
    """A president's own key, which signs decisions."""
    return _derived("sign", person_id)


def sign_key_id(person_id: str) -> str:
    """Its id."""
    return f"sign.{person_id}"


def _derived(purpose: str, person_id: str) -> Ed25519PrivateKey:
    seed = hashlib.sha256(f"courtlist.example.{purpose}\0{person_id}".encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)
