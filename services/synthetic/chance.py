"""Chance that follows from a key and a place: the same on every machine and in every process."""

import hashlib


class Chance:
    """Draws whole numbers that follow from a key, a purpose and an index.

    Not `random`: seeding it costs more than a row may, and its choices are not promised to stay the
    same from one Python to the next.
    """

    __slots__ = ("_left",)

    def __init__(self, key: bytes, index: int) -> None:
        """Key of up to 64 bytes; index below 2^63. Good for about 30 draws."""
        digest = hashlib.blake2b(index.to_bytes(8, "big"), digest_size=32, key=key).digest()
        self._left = int.from_bytes(digest, "big")

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        self._left, drawn = divmod(self._left, limit)
        return drawn


def key_of(seed: int, purpose: str) -> bytes:
    """The key for one purpose under a seed."""
    return hashlib.blake2b(f"{purpose}/{seed}".encode(), digest_size=32).digest()
