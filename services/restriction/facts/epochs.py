"""What the engine asks of its store about digest epochs, promise by promise; errors as in store.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias


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


DigestPlace: TypeAlias = tuple[str, int]
"""A document and an epoch: digests are gone through in this order."""


class EpochStore(Protocol):
    """Digests beside the changes, of any generation."""

    async def read_epochs(self, generation: int) -> Sequence[KnownEpoch]:
        """Epochs that are not closed, oldest first."""

    async def is_loaded(self, generation: int, epoch: int) -> bool:
        """Whether every document that is known by another epoch's digest is known by this one's, too."""

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

    async def drop_closed_digests(
        self, generation: int, after: DigestPlace, limit: int
    ) -> tuple[int, DigestPlace | None]:
        """Of the next digests after one, drop those of epochs that are closed.

        Returns how many went, and the last one looked at; None when there is none after it.
        """

    async def take_partner_secret(self, version: int) -> int:
        """Key deliveries by this version of the partners' secret, and number all of them anew.

        Returns the version in force afterwards: a later one stays.
        """

    async def redeliver(self, generation: int, now: datetime, limit: int) -> int:
        """After a switch of epochs or of the partners' secret: number what partners hold by the former digests, subject by subject.

        Returns how many subjects were looked at; 0 when nothing is left.
        """
