"""Making the cache forget what an act changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from chassis.postgres import Postgres
from chassis.stores.queries import NamedQueries
from courtlist.ledger.v1 import position_pb2
from document import DigestKey, Document, DocumentKind, digest
from registry.plan import Touched
from registry.reading.record_cache import RecordCache, listing_key, order_key, standing_key
from registry.sealing import Sealer


@dataclass(frozen=True, slots=True)
class _CacheQueries:
    touched: str


_NOTHING: Final = Touched()


class Forgetting:
    """Makes the cache forget what an act touched, after its commit and before its answer.

    Touching a subject, a listing or an order touches all that is shown of that subject: its
    listings (they show its documents) and what stands against each of its documents.
    """

    def __init__(
        self,
        *,
        postgres: Postgres,
        cache: RecordCache,
        sealer: Sealer,
        digest_keys: Sequence[DigestKey],
    ) -> None:
        self._postgres = postgres
        self._cache = cache
        self._sealer = sealer
        self._digest_keys = digest_keys
        self._queries = NamedQueries.load("registry", "sql/cache.sql").into(_CacheQueries)

    async def keys_of(self, touched: Touched) -> frozenset[str]:
        """What a cache may hold of records that are about to go. Raises ServiceError."""
        return frozenset(await self._subject_keys(touched))

    async def drop(self, keys: Collection[str], position: position_pb2.Position) -> None:
        """Let nothing be answered under these keys that was read before `position`. Never raises."""
        await self._cache.floor(sorted(keys), position)

    async def __call__(self, touched: Touched, position: position_pb2.Position) -> None:
        """Never raises: the act is done, and its answer must say so."""
        keys = {listing_key(one) for one in touched.listing_ids}
        keys |= {order_key(one) for one in touched.order_ids}
        if touched != _NOTHING:
            try:
                keys |= await self._subject_keys(touched)
            except Exception as error:  # noqa: BLE001 - see above
                structlog.get_logger().warning("cache_distrusted", error_type=type(error).__name__)
                self._cache.distrust(position.position)
        await self.drop(keys, position)

    async def _subject_keys(self, touched: Touched) -> set[str]:
        async with self._postgres.connection() as connection:
            row = await connection.fetchrow(
                self._queries.touched,
                list(touched.subject_ids),
                list(touched.listing_ids),
                list(touched.order_ids),
            )
        assert row is not None, "the statement always gives one row"
        keys = {listing_key(one) for one in row["listing_ids"]}
        for document_id, kind, issuing_state, number_sealed in row["documents"]:
            number = self._sealer.unseal(number_sealed, f"document/{document_id}").decode()
            document = Document(DocumentKind(kind), issuing_state, number, None)
            # From the number, not from the digests filed: those of an unbound document are gone.
            keys |= {standing_key(key.epoch, digest(document, key)) for key in self._digest_keys}
        return keys
