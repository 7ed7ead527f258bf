"""The digest keys of a gate: a JSON file that the registry writes for it.

    {"digest_keys": [{"epoch": 1, "algorithm": "blake2b-128", "key_id": "…", "secret": "<base64>"}]}

It holds no key that could read an identity number back.
"""

import base64
import binascii
import json
from typing import Any

from document import DigestKey


class KeyringError(Exception):
    """The file cannot be used. The text says what to do and repeats nothing of the file."""


def parse_keyring(content: bytes) -> tuple[DigestKey, ...]:
    """The keys of every active epoch, newest first.

    Raises:
        KeyringError: no JSON, no key, a weak or unknown key, or two keys of one epoch.
    """
    try:
        entries = json.loads(content)["digest_keys"]
        keys = [_key(entry) for entry in entries]
    except (KeyError, TypeError, ValueError) as error:
        raise KeyringError(
            "the keyring is not as the registry writes it; have the registry write it anew"
        ) from error
    if not keys:
        raise KeyringError("the keyring holds no digest key; have the registry write it anew")
    if len({key.epoch for key in keys}) != len(keys):
        raise KeyringError("the keyring holds two keys of one epoch; have the registry mend it")
    return tuple(sorted(keys, key=lambda key: key.epoch, reverse=True))


def _key(entry: Any) -> DigestKey:
    try:
        secret = base64.b64decode(entry["secret"], validate=True)
    except binascii.Error as error:
        raise ValueError("the secret is not base64") from error
    return DigestKey(
        epoch=int(entry["epoch"]),
        algorithm=str(entry["algorithm"]),
        key_id=str(entry["key_id"]),
        secret=secret,
    )
