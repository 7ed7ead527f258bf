"""Filling an opened epoch: a digest for every document that was bound before, batch by batch.

What has none is what is left to do, so a batch that was cut off leaves nothing to mend.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from chassis.faults import Connection
from chassis.postgres import Postgres
from document import DigestKey, Document, DocumentKind, digest
from registry.epochs.queries import EpochQueries
from registry.epochs.rules import EpochRecord
from registry.sealing import Sealer

BATCH: Final = 500
_FIRST: Final = UUID(int=0)


class Filling:
    """Files documents under epochs that are opened, and drops digests of those that are closed.

    `filed` and `dropped` count digests since the start.
    """

    def __init__(
        self,
        *,
        postgres: Postgres,
        sealer: Sealer,
        digest_keys: Sequence[DigestKey],
        batch: int = BATCH,
    ) -> None:
        self._postgres = postgres
        self._sealer = sealer
        self._digest_keys = digest_keys
        self._batch = batch
        self._queries = EpochQueries.load()
        self._after: dict[int, UUID] = {}
        self.filed = 0
        self.dropped = 0

    async def work(self) -> bool:
        """One batch; False when nothing is left to fill or to drop."""
        async with self._postgres.connection() as connection:
            found = await connection.fetch(self._queries.all_epochs)
        for epoch in (EpochRecord(**row) for row in found):
            key = self._key(epoch)
            if epoch.closed_position is None and not epoch.filled and key is not None:
                await self._fill(key)
                return True
        if any(row["closed_position"] is not None for row in found):
            return await self._drop()
        return False

    def _key(self, epoch: EpochRecord) -> DigestKey | None:
        """Its key; None while the keyring of this process lacks it."""
        for key in self._digest_keys:
            if key.epoch == epoch.epoch and key.key_id == epoch.key_id:
                return key
        return None

    async def _fill(self, key: DigestKey) -> None:
        """The next documents, or the note that there are none."""
        after = self._after.get(key.epoch, _FIRST)

        async def work(connection: Connection) -> Sequence[Any]:
            rows: Sequence[Any] = await connection.fetch(
                self._queries.unfiled_documents, key.epoch, after, self._batch
            )
            if rows:
                await connection.execute(
                    self._queries.file_documents,
                    key.epoch,
                    [digest(self._document(row), key) for row in rows],
                    [row["document_id"] for row in rows],
                )
            return rows

        rows = await self._postgres.transaction(work)
        self.filed += len(rows)
        if rows:
            self._after[key.epoch] = rows[-1]["document_id"]
            return
        # The end of a pass. Documents that acts held were passed over: begin anew while there are any.
        self._after.pop(key.epoch, None)
        async with self._postgres.connection() as connection:
            if not await connection.fetchval(self._queries.is_missing, key.epoch):
                await connection.execute(self._queries.note_filled, key.epoch)

    async def _drop(self) -> bool:
        async with self._postgres.connection() as connection:
            dropped: int = await connection.fetchval(self._queries.drop_digests, self._batch)
        self.dropped += dropped
        return dropped > 0

    def _document(self, row: Any) -> Document:
        sealed, document_id = row["number_sealed"], row["document_id"]
        number = self._sealer.unseal(sealed, f"document/{document_id}").decode()
        return Document(DocumentKind(row["kind"]), row["issuing_state"], number, None)
