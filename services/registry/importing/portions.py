"""Cutting sound rows into batches that can be made ready while another is written. Pure."""

from collections.abc import Iterable

from registry.importing.papers.claims import Claim

Names = frozenset[object]
"""Case numbers and digests: what two rows must not both enter at once."""


def names_of(claims: Iterable[Claim]) -> Names:
    """The cases and documents that rows name."""
    return frozenset(name for claim in claims for name in (claim.case_number, *claim.keys))


class Portions:
    """Rows that wait, in order, and the batches that are taken of them.

    A row that names a case or a document of a batch on its way must find what that one enters: it
    waits for the batch after. So does every later row that shares a name with one that waits.
    `size`, the rows of a whole batch, may be set anew at any time.
    """

    def __init__(self, *, size: int) -> None:
        self.size = size
        self._waiting: list[Claim] = []

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether a whole batch waits."""
        return len(self._waiting) >= self.size

    def add(self, claims: Iterable[Claim]) -> None:
        """Further rows, in order."""
        self._waiting.extend(claims)

    def take(self, busy: Names, *, beside: int = 0) -> list[Claim]:
        """As many rows as fit `beside` others into a batch and share nothing with what is `busy`."""
        taken: list[Claim] = []
        left: list[Claim] = []
        blocked = set(busy)
        for place, claim in enumerate(self._waiting):
            if len(taken) + beside == self.size:
                left += self._waiting[place:]
                break
            names = (claim.case_number, *claim.keys)
            if blocked.isdisjoint(names):
                taken.append(claim)
            else:
                blocked.update(names)
                left.append(claim)
        self._waiting = left
        return taken
