"""Filling an opened epoch: a digest for every document that was bound before, batch by batch.

How far it has come is kept with the epoch, so it goes on where it was cut off.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from document import DigestKey, Document, DocumentKind, digest
from registry.epochs.queries import EpochQueries
from registry.epochs.rules import EpochRecord
from registry.resealing.counting import COUNTED_MAX
from registry.sealing import Sealer

BATCH: Final = 500


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
        self.filed = 0
        self.dropped = 0

    async def work(self) -> bool:
        """One batch; False when nothing is left to fill or to drop."""
        async with self._postgres.connection() as connection:
            found = await connection.fetch(self._queries.all_epochs)
        for epoch in (EpochRecord(**row) for row in found):
            key = self._key(epoch)
            if epoch.closed_position is None and not epoch.filled and key is not None:
                return await self._fill(key)
        if any(row["closed_position"] is not None for row in found):
            return await self._drop()
        return False

    async def count_left(self) -> int:
        """How many documents have no digest of an epoch that is opened; COUNTED_MAX may be more."""
        async with self._postgres.connection() as connection:
            found = await connection.fetch(self._queries.all_epochs)
            return sum(
                [
                    await connection.fetchval(
                        self._queries.count_missing, row["epoch"], COUNTED_MAX
                    )
                    for row in found
                    if row["closed_position"] is None and not row["filled"]
                ]
            )

    def _key(self, epoch: EpochRecord) -> DigestKey | None:
        """Its key; None while the keyring of this process lacks it."""
        for key in self._digest_keys:
            if key.epoch == epoch.epoch and key.key_id == epoch.key_id:
                return key
        return None

    async def _fill(self, key: DigestKey) -> bool:
        """The next documents, or the note that there are none; False where an act holds the very next one."""

        async def work(connection: Connection) -> tuple[Sequence[Any], set[UUID], set[UUID]]:
            rows: Sequence[Any] = await connection.fetch(
                self._queries.next_documents, key.epoch, self._batch
            )
            lacking = {row["document_id"] for row in rows if row["lacks"]}
            held = await connection.fetch(self._queries.hold_documents, sorted(lacking))
            await connection.execute(
                self._queries.file_documents,
                key.epoch,
                [digest(self._document(row), key) for row in held],
                [row["document_id"] for row in held],
            )
            return rows, lacking, {row["document_id"] for row in held}

        rows, lacking, filed = await self._postgres.transaction(work)
        self.filed += len(filed)
        reached = None
        for row in rows:
            if row["document_id"] in lacking - filed:
                # Held by an act, or unbound just now: looked at again.
                break
            reached = row["document_id"]
        async with self._postgres.connection() as connection:
            if reached is not None:
                await connection.execute(self._queries.note_filled_to, key.epoch, reached)
            elif not rows:
                await connection.execute(self._queries.note_filled, key.epoch)
        return reached is not None or not rows

    async def _drop(self) -> bool:
        async with self._postgres.connection() as connection:
            dropped: int = await connection.fetchval(self._queries.drop_digests, self._batch)
        self.dropped += dropped
        return dropped > 0

    def _document(self, row: Any) -> Document:
        sealed, document_id = row["number_sealed"], row["document_id"]
        number = self._sealer.unseal(sealed, f"document/{document_id}").decode()
        return Document(DocumentKind(row["kind"]), row["issuing_state"], number, None)
