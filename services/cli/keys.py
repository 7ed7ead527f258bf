"""People's Ed25519 keys: private ones in PEM files (RFC 8410), public ones as one word."""

import base64
import binascii
import hashlib
import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis.files.keys import LooseKeyFileError, read_key_file
from cli.errors import UsageError

ALGORITHM: Final = "ed25519"
_KEY_BYTES: Final = 32
_ID_CHARS: Final = 16
_NEXT_STEP: Final = "make a key with `courtlist keys new --out FILE`, which prints its public part"


def make_private(path: Path) -> Ed25519PrivateKey:
    """A new key in a new file of mode 0600. Raises FileExistsError, OSError."""
    private = Ed25519PrivateKey.generate()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(private_pem(private))
    except BaseException:
        # Half a key would stand in the way of a whole one.
        path.unlink()
        raise
    return private


def private_pem(private: Ed25519PrivateKey) -> bytes:
    """The key as its file holds it (PKCS #8, no password: the file's mode guards it)."""
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def read_private(path: Path) -> Ed25519PrivateKey:
    """The key in a file. Raises UsageError."""
    try:
        read = serialization.load_pem_private_key(read_key_file(path), password=None)
    except LooseKeyFileError as error:
        raise UsageError(f"{path} {error}", next_step=loose_next_step(path)) from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", next_step=_NEXT_STEP) from None
    except (ValueError, TypeError):
        read = None
    if not isinstance(read, Ed25519PrivateKey):
        raise UsageError(
            f"{path}: holds no Ed25519 private key in PEM without a password", next_step=_NEXT_STEP
        )
    return read


def loose_next_step(path: Path) -> str:
    """What to do about a key that others may have read."""
    return f"chmod 600 {path}; where others may have read it meanwhile, have the key retired and make another"


def raw(public: Ed25519PublicKey) -> bytes:
    """The 32 bytes that are enrolled."""
    return public.public_bytes_raw()


def key_id_of(public: Ed25519PublicKey) -> str:
    """The id under which a key is enrolled unless another is named: of its public part alone."""
    return hashlib.sha256(raw(public)).hexdigest()[:_ID_CHARS]


def public_text(public: Ed25519PublicKey) -> str:
    """The public part as one word, for a message to whoever enrols it."""
    return f"{ALGORITHM}:{base64.urlsafe_b64encode(raw(public)).rstrip(b'=').decode()}"


def read_public(text: str) -> Ed25519PublicKey:
    """The public part in `text`, as `public_text` writes it. Raises UsageError."""
    algorithm, _, encoded = text.strip().partition(":")
    try:
        content = base64.b64decode(
            encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, ValueError):
        content = b""
    if algorithm != ALGORITHM or len(content) != _KEY_BYTES:
        raise UsageError(
            f"a public key is {ALGORITHM}: and 43 characters after it", next_step=_NEXT_STEP
        )
    return Ed25519PublicKey.from_public_bytes(content)
