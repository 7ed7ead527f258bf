"""Searching a court's listings, a page at a time."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from chassis.stores.queries import NamedQueries
from chassis.wire.pages import PageTokens, page_size
from courtlist.registry.v1 import registry_service_pb2
from document import DigestKey, Document, digest
from registry.reading.states import stamp
from registry.reading.views import Views

PAGE_SIZE_DEFAULT: Final = 50
PAGE_SIZE_MAX: Final = 200

_CURSOR: Final = struct.Struct(">Q16s")  # entered_position, listing_id: the order of the pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Conditions that must all hold; None is no condition.

    `case_number` is canonical, `ground` and `state` are the protos' numbers; `state` is that of now.
    """

    court_code: str
    case_number: str | None = None
    document: Document | None = None
    ground: int | None = None
    state: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Which page, as asked: size 0 is the default, an empty token the first page."""

    size: int = 0
    token: str = ""


@dataclass(frozen=True, slots=True)
class _SearchQueries:
    search: str


class ListingSearch:
    """Finds listings by case, document, ground and state, newest first.

    Each page is one snapshot. A listing entered while somebody pages is on none of the pages that
    follow; none is sent twice, whatever ends or is entered meanwhile.
    """

    def __init__(
        self,
        *,
        postgres: Postgres,
        views: Views,
        digest_keys: Sequence[DigestKey],
        page_tokens: PageTokens,
    ) -> None:
        self._postgres = postgres
        self._views = views
        self._digest_keys = digest_keys
        self._page_tokens = page_tokens
        self._queries = NamedQueries.load("registry", "sql/search.sql").into(_SearchQueries)

    async def page(
        self, conditions: Conditions, page: Page
    ) -> registry_service_pb2.SearchListingsResponse:
        """One page. Raises ServiceError INVALID_REQUEST, PAGE_TOKEN_INVALID, STORE_UNAVAILABLE."""
        digests = self._digests(conditions.document)
        query = _query_bytes(conditions, digests)
        size = page_size(page.size, default=PAGE_SIZE_DEFAULT, most=PAGE_SIZE_MAX)
        cursor = self._page_tokens.read(page.token, query=query)
        position, listing_id = (None, None) if cursor is None else _CURSOR.unpack(cursor)
        arguments = (
            conditions.court_code,
            conditions.case_number,
            None if digests is None else [one for _, one in digests],
            None if digests is None else [epoch for epoch, _ in digests],
            conditions.ground,
            conditions.state,
            position,
            None if listing_id is None else UUID(bytes=listing_id),
            size + 1,
        )
        # One snapshot for both statements: what was found by its state is shown in that state.
        answer, last = await self._postgres.transaction(
            lambda connection: self._read(connection, arguments, size),
            isolation="repeatable_read",
            readonly=True,
        )
        if last is not None:
            answer.next_page_token = self._page_tokens.issue(query=query, cursor=last)
        return answer

    async def _read(
        self, connection: Connection, arguments: tuple[Any, ...], size: int
    ) -> tuple[registry_service_pb2.SearchListingsResponse, bytes | None]:
        """The page, and the place of its last listing where more follow."""
        found = await connection.fetch(self._queries.search, *arguments)
        shown = found[:size]
        listings = await self._views.listings(connection, [row["listing_id"] for row in shown])
        for listing in listings:
            stamp(listing, found[0]["now"])
        answer = registry_service_pb2.SearchListingsResponse(listings=listings)
        if len(found) == len(shown):
            return answer, None
        return answer, _CURSOR.pack(shown[-1]["entered_position"], shown[-1]["listing_id"].bytes)

    def _digests(self, document: Document | None) -> list[tuple[int, bytes]] | None:
        if document is None:
            return None
        return [(key.epoch, digest(document, key)) for key in self._digest_keys]


def _query_bytes(conditions: Conditions, digests: list[tuple[int, bytes]] | None) -> bytes:
    """Everything that decides a search's result: a page token belongs to it and to no other."""
    parts = (
        conditions.court_code,
        conditions.case_number or "",
        "" if digests is None else digests[-1][1].hex(),
        str(conditions.ground or 0),
        str(conditions.state or 0),
    )
    return "\x1f".join(parts).encode()
