"""The index and the key by which what is in it was digested. They move together, in one step."""

from collections.abc import Iterable

from document import Document, digest
from restriction.facts.store import IndexChange
from restriction.index import Index
from restriction.keyring import CurrentGateKeys
from restriction.ledger import Inquiry


class KeyMissingError(Exception):
    """The key of the digest epoch in force is not in the keyring: nobody can be looked up."""


class Lookup:
    """Looks documents up in the epoch in force.

    Finding waits for nothing, so a check is digested by one epoch's key and looked up among that epoch's
    digests, whatever moves before or after it.
    """

    def __init__(self, *, index: Index, keys: CurrentGateKeys, epoch: int | None = None) -> None:
        """`epoch` is of what the index holds; None while it has never held anything."""
        self._index = index
        self._keys = keys
        self._hold(epoch)

    def find(self, document: Document, name: str = "") -> Inquiry | None:
        """What to ask of the store about a document, with the name given; None when nobody is listed
        under it.

        Raises KeyMissingError.
        """
        if self.epoch is None:
            return None
        key = self._keys.of(self.epoch)
        if key is None:
            raise KeyMissingError(
                f"no key of digest epoch {self.epoch}; write the gate's keyring anew"
            )
        value = digest(document, key)
        return Inquiry(key.epoch, value, name) if self._index.contains(value) else None

    async def load(self, digests: Iterable[bytes], epoch: int | None) -> None:
        """Hold exactly these, of this epoch. Until they are in place the former pair answers."""
        await self._index.replace(digests)
        self._hold(epoch)

    def move(self, change: IndexChange) -> None:
        """Bring in what a batch has changed; one that switches epochs is loaded instead."""
        for digest_ in change.added:
            self._index.add(digest_)
        for digest_ in change.removed:
            self._index.remove(digest_)
        self._hold(change.epoch)

    def _hold(self, epoch: int | None) -> None:
        self.epoch = epoch
        self._keys.epoch_in_force = epoch

    @property
    def is_blind(self) -> bool:
        """Whether the key of the epoch in force is missing."""
        return self.epoch is not None and self._keys.of(self.epoch) is None

    def __len__(self) -> int:
        """How many digests the index holds."""
        return len(self._index)
