"""The in-memory index: is a document possibly subject to anything? No I/O.

It may err only towards the slow path (design §3.7): an answer "not in it" is final, so a digest
that is live must never be missing; an answer "in it" is looked up.
"""

from collections.abc import Iterable
from typing import Final, Protocol

from chassis.work.turns import in_turns

FINGERPRINT_BITS = 64
BUILT_AT_ONCE: Final = 2_000
"""Digests that are taken in before a check has its turn: about a millisecond."""


class Index(Protocol):
    """A set of digests, seen through their fingerprints."""

    def contains(self, digest: bytes) -> bool:
        """False only when the digest is in the set for certain not."""

    def add(self, digest: bytes) -> None:
        """Take a digest in. Each live digest is added exactly once."""

    def remove(self, digest: bytes) -> None:
        """Let a digest go that was added before and not removed since."""

    async def replace(self, digests: Iterable[bytes]) -> None:
        """Hold exactly these from now on; readers see the old set or the new, never a mixture.

        Nobody adds or removes meanwhile. Once the new set is in place nothing is waited for any more: whatever
        the caller does next is one step with it.
        """

    def __len__(self) -> int:
        """How many digests it holds."""


class CountedIndex:
    """Fingerprints with the number of live digests behind each.

    A fingerprint goes only with the last digest that shares it: dropping it with the first was seen
    to clear restricted strangers.
    """

    def __init__(self, *, bits: int = FINGERPRINT_BITS) -> None:
        assert 1 <= bits <= 64
        self._shift = 64 - bits
        self._counts: dict[int, int] = {}
        self._size = 0

    def contains(self, digest: bytes) -> bool:
        """Whether any live digest has this one's fingerprint."""
        return self._fingerprint(digest) in self._counts

    def add(self, digest: bytes) -> None:
        """Count one more digest behind its fingerprint."""
        fingerprint = self._fingerprint(digest)
        self._counts[fingerprint] = self._counts.get(fingerprint, 0) + 1
        self._size += 1

    def remove(self, digest: bytes) -> None:
        """Count one less; the fingerprint goes with the last."""
        fingerprint = self._fingerprint(digest)
        count = self._counts.get(fingerprint, 0)
        assert count > 0, "a digest is removed that was never added: rebuild from the store"
        self._size -= 1
        if count == 1:
            del self._counts[fingerprint]
        else:
            self._counts[fingerprint] = count - 1

    async def replace(self, digests: Iterable[bytes]) -> None:
        """Build the new counts aside, in turns with whoever is checked, and put them in place in one step."""
        counts: dict[int, int] = {}
        size = 0
        async for digest in in_turns(digests, every=BUILT_AT_ONCE):
            fingerprint = self._fingerprint(digest)
            counts[fingerprint] = counts.get(fingerprint, 0) + 1
            size += 1
        self._counts = counts
        self._size = size

    def __len__(self) -> int:
        """How many digests are behind all fingerprints."""
        return self._size

    def _fingerprint(self, digest: bytes) -> int:
        return int.from_bytes(digest[:8], "big") >> self._shift
