"""Under which keys a document is filed: under that of every epoch which is open at its position."""

from collections.abc import Sequence

from chassis.stores.faults import Connection
from document import DigestKey
from registry.epochs.queries import EpochQueries


class KeyMissingError(Exception):
    """The keyring of this process lacks the key of an open epoch: nothing may be filed without it."""


class Filing:
    """Tells the keys of now, to whoever holds the ledger's head."""

    def __init__(self, *, digest_keys: Sequence[DigestKey]) -> None:
        self._digest_keys = digest_keys
        self._queries = EpochQueries.load()

    async def keys(self, connection: Connection) -> tuple[DigestKey, ...]:
        """The keys of all open epochs, oldest first.

        The caller holds the ledger's head: epochs are opened, switched and closed by changes, so none is
        before the caller's own commits. Filed under fewer, a person could pass a gate after a switch.

        Raises KeyMissingError.
        """
        rows = await connection.fetch(self._queries.open_epochs)
        if not rows:
            first = self._digest_keys[0]
            await connection.execute(
                self._queries.adopt_epoch, first.epoch, first.algorithm, first.key_id
            )
            return (first,)
        return tuple(self._key(row["epoch"], row["key_id"]) for row in rows)

    def _key(self, epoch: int, key_id: str) -> DigestKey:
        """The key of an epoch, by its id where one is noted."""
        for key in self._digest_keys:
            if key.epoch == epoch and key_id in ("", key.key_id):
                return key
        raise KeyMissingError(
            f"the keyring lacks the digest key of epoch {epoch}; restore the file"
        )
