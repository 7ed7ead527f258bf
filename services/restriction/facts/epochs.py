"""What the engine asks of its store about digest epochs, promise by promise; errors as in store.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEpoch:
    """An epoch that changes have told of and that is not closed.

    Attributes:
        switched_position: where it came in force; None while it has not.
        loaded: the digest of every document that was known when it was opened is here.
        loaded_to: the last document asked for while they are read.
    """

    epoch: int
    switched_position: int | None
    loaded: bool
    loaded_to: str


class EpochStore(Protocol):
    """Digests beside the changes, of any generation."""

    async def read_epochs(self, generation: int) -> Sequence[KnownEpoch]:
        """Epochs that are not closed, oldest first."""

    async def lacks_digests(self, generation: int, epoch: int) -> bool:
        """Whether a document that is known by another epoch's digest is not known by this one's."""

    async def add_digests(
        self,
        generation: int,
        epoch: int,
        digests: Mapping[str, bytes],
        *,
        loaded_to: str,
        is_last: bool,
    ) -> None:
        """Keep those of documents that are bound; the same again changes nothing."""

    async def rekey_queries(self, generation: int, limit: int) -> int:
        """Key records of checks that a closed epoch keys as their documents are keyed now; returns how many.

        One whose document is known no more keeps no digest.
        """

    async def closed_epochs(self, generation: int) -> Sequence[int]:
        """Epochs that are closed, oldest first."""

    async def drop_closed_digests(self, generation: int, limit: int) -> int:
        """Drop digests of epochs that are closed; returns how many."""

    async def redeliver(self, generation: int, now: datetime, limit: int) -> int:
        """After a switch: number what partners hold by digests of the epoch before, subject by subject.

        Returns how many subjects were looked at; 0 when nothing is left.
        """
