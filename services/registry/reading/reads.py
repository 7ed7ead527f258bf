"""Reading the record: what callers may rely on, and the reader that asks Postgres each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from chassis.stores.queries import NamedQueries
from courtlist.registry.v1 import (
    listing_pb2,
    obligation_pb2,
    order_pb2,
    registry_service_pb2,
)
from document import DigestKey, Document, digest
from registry.errors import not_found
from registry.reading.freshness import Freshness, Place, includes, not_reached
from registry.reading.search import Conditions, ListingSearch, Page
from registry.reading.states import instant, stamp, stamp_standing
from registry.reading.views import Views


class Reads(Protocol):
    """The court's own reading of the record.

    Every answer is one moment of the ledger, named in `as_of`; every state in it is computed for
    `as_of_time`. An answer includes every act that this process had done before it was asked, and
    every act whatsoever that was done 60 s before. All raise ServiceError STORE_UNAVAILABLE; those
    that take a Freshness also POSITION_NOT_REACHED.
    """

    async def get_listing(self, listing_id: UUID, freshness: Freshness) -> listing_pb2.Listing:
        """One listing, ended or not. Raises NOT_FOUND."""
        ...

    async def get_order(self, order_id: UUID, freshness: Freshness) -> order_pb2.Order:
        """One order, ended or not. Raises NOT_FOUND."""
        ...

    async def get_obligation(self, obligation_id: UUID) -> obligation_pb2.Obligation:
        """One obligation, always from the primary: payments are decided on. Raises NOT_FOUND."""
        ...

    async def get_standing(
        self, document: Document, freshness: Freshness
    ) -> registry_service_pb2.GetStandingResponse:
        """What is pending, in force or unsettled against the subject behind a document.

        A document that is bound to nobody gets an empty answer, not an error.
        """
        ...

    async def search(
        self, conditions: Conditions, page: Page
    ) -> registry_service_pb2.SearchListingsResponse:
        """A page of one court's listings, newest first, always from the primary.

        Raises PAGE_TOKEN_INVALID, INVALID_REQUEST.
        """
        ...


@dataclass(frozen=True, slots=True)
class _FreshnessQueries:
    head: str
    openings: str


class PostgresReads:
    """Reads from the primary; states are computed by the database's clock, read with the record."""

    def __init__(
        self,
        *,
        postgres: Postgres,
        views: Views,
        search: ListingSearch,
        digest_keys: Sequence[DigestKey],
    ) -> None:
        self._postgres = postgres
        self._views = views
        self._search = search
        self._digest_keys = digest_keys
        self._queries = NamedQueries.load("registry", "sql/freshness.sql").into(_FreshnessQueries)

    async def get_listing(self, listing_id: UUID, freshness: Freshness) -> listing_pb2.Listing:
        """See Reads."""
        async with self._postgres.connection() as connection:
            await self._require(connection, freshness)
            listing = await self._views.listing(connection, listing_id)
        if listing is None:
            raise not_found("listing", "listing_id")
        stamp(listing, instant(listing.as_of_time))
        return listing

    async def get_order(self, order_id: UUID, freshness: Freshness) -> order_pb2.Order:
        """See Reads."""
        async with self._postgres.connection() as connection:
            await self._require(connection, freshness)
            order = await self._views.order(connection, order_id)
        if order is None:
            raise not_found("order", "order_id")
        stamp(order, instant(order.as_of_time))
        return order

    async def get_obligation(self, obligation_id: UUID) -> obligation_pb2.Obligation:
        """See Reads."""
        async with self._postgres.connection() as connection:
            obligation = await self._views.obligation(connection, obligation_id)
        if obligation is None:
            raise not_found("obligation", "obligation_id")
        return obligation

    async def get_standing(
        self, document: Document, freshness: Freshness
    ) -> registry_service_pb2.GetStandingResponse:
        """See Reads."""
        digests = [(key.epoch, digest(document, key)) for key in self._digest_keys]
        async with self._postgres.connection() as connection:
            await self._require(connection, freshness)
            standing = await self._views.standing(connection, digests)
        stamp_standing(standing, instant(standing.as_of_time))
        return standing

    async def search(
        self, conditions: Conditions, page: Page
    ) -> registry_service_pb2.SearchListingsResponse:
        """See Reads."""
        return await self._search.page(conditions, page)

    async def _require(self, connection: Connection, freshness: Freshness) -> None:
        """Refuse before reading: the head only grows, so what is read afterwards includes the place."""
        wanted = freshness.at_least
        if wanted is None:
            return
        row = await connection.fetchrow(self._queries.head)
        assert row is not None, "the ledger has a head from its first migration"
        head = Place(row["incarnation"], row["position"])
        openings: list[bytes] = []
        if wanted.incarnation != head.incarnation:
            openings = [one["body"] for one in await connection.fetch(self._queries.openings)]
        if not includes(head, wanted, openings):
            raise not_reached()
