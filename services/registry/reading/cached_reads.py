"""Reading the record through the cache."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

from chassis.clock import Clock
from courtlist.registry.v1 import (
    listing_pb2,
    obligation_pb2,
    order_pb2,
    registry_service_pb2,
)
from document import DigestKey, Document, digest
from registry.reading.freshness import Freshness
from registry.reading.reads import Reads
from registry.reading.record_cache import (
    R,
    Record,
    RecordCache,
    listing_key,
    order_key,
    standing_key,
)
from registry.reading.search import Conditions, Page
from registry.reading.states import instant, stamp, stamp_standing


class CachedReads:
    """Answers from the cache where the freshness asked allows it, else from `inner`, and keeps that.

    States in a cached answer are computed by this process's clock. What is not there (NOT_FOUND) is
    not kept; that nothing stands against a document is: a person newly entered is shown at once, as
    the act makes the cache forget, or after 60 s if the cache could not be told or an import brought
    the person.
    """

    def __init__(
        self,
        *,
        inner: Reads,
        cache: RecordCache,
        digest_keys: Sequence[DigestKey],
        clock: Clock,
    ) -> None:
        """Documents are digested by the first of `digest_keys`, whichever that is by then."""
        self._inner = inner
        self._cache = cache
        self._digest_keys = digest_keys
        self._clock = clock

    async def get_listing(self, listing_id: UUID, freshness: Freshness) -> listing_pb2.Listing:
        """See Reads."""
        key = listing_key(listing_id)
        held = await self._held(key, listing_pb2.Listing, freshness)
        if held is not None:
            stamp(held, self._now(held))
            return held
        return await self._read(
            key, freshness, lambda: self._inner.get_listing(listing_id, freshness)
        )

    async def get_order(self, order_id: UUID, freshness: Freshness) -> order_pb2.Order:
        """See Reads."""
        key = order_key(order_id)
        held = await self._held(key, order_pb2.Order, freshness)
        if held is not None:
            stamp(held, self._now(held))
            return held
        return await self._read(key, freshness, lambda: self._inner.get_order(order_id, freshness))

    async def get_obligation(self, obligation_id: UUID) -> obligation_pb2.Obligation:
        """See Reads."""
        return await self._inner.get_obligation(obligation_id)

    async def get_standing(
        self, document: Document, freshness: Freshness
    ) -> registry_service_pb2.GetStandingResponse:
        """See Reads."""
        in_use = self._digest_keys[0]
        key = standing_key(in_use.epoch, digest(document, in_use))
        held = await self._held(key, registry_service_pb2.GetStandingResponse, freshness)
        if held is not None:
            stamp_standing(held, self._now(held))
            return held
        return await self._read(
            key, freshness, lambda: self._inner.get_standing(document, freshness)
        )

    async def search(
        self, conditions: Conditions, page: Page
    ) -> registry_service_pb2.SearchListingsResponse:
        """See Reads."""
        return await self._inner.search(conditions, page)

    async def _held(self, key: str, kind: type[R], freshness: Freshness) -> R | None:
        if freshness.from_primary:
            return None
        return await self._cache.get(key, kind, freshness.at_least)

    async def _read(self, key: str, freshness: Freshness, read: Callable[[], Awaitable[R]]) -> R:
        began_s = self._clock.monotonic()
        record = await read()
        if not freshness.from_primary:
            await self._cache.put(key, record, began_s=began_s)
        return record

    def _now(self, held: Record) -> datetime:
        """This process's clock, but never before the database's when it read the record."""
        return max(self._clock.now(), instant(held.as_of_time))
