"""The list for the judge: endings that a follower saw and a restore lost."""

import json
from typing import Any, Final
from uuid import UUID

from chassis.errors import FieldViolation, invalid_request
from chassis.postgres import Postgres
from chassis.wire.pages import PageTokens, page_size
from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry.feed.feed_queries import FeedQueries
from registry.law.case_number import is_court_code

_PAGE_DEFAULT: Final = 100
_PAGE_MAX: Final = 500
_START: Final = ("", str(UUID(int=0)))


class UnsettledList:
    """Pages of the list, by court and basis."""

    def __init__(
        self, *, postgres: Postgres, queries: FeedQueries, page_tokens: PageTokens
    ) -> None:
        self._postgres = postgres
        self._queries = queries
        self._page_tokens = page_tokens

    async def page(
        self, request: rpc.ListUnsettledEndingsRequest
    ) -> rpc.ListUnsettledEndingsResponse:
        """One page. Raises ServiceError INVALID_REQUEST, PAGE_TOKEN_INVALID, STORE_UNAVAILABLE."""
        if request.court_code and not is_court_code(request.court_code):
            raise invalid_request(
                [FieldViolation("court_code", "FIELD_INVALID", "is no court's code; leave it out")]
            )
        size = page_size(request.page_size, default=_PAGE_DEFAULT, most=_PAGE_MAX)
        query = b"unsettled-endings\x00" + request.court_code.encode()
        cursor = self._page_tokens.read(request.page_token, query=query)
        court_code, basis_id = _START if cursor is None else json.loads(cursor)
        async with self._postgres.connection() as connection:
            found = await connection.fetch(
                self._queries.list_unsettled,
                request.court_code,
                court_code,
                UUID(basis_id),
                size + 1,
            )
        response = rpc.ListUnsettledEndingsResponse(endings=[_ending(row) for row in found[:size]])
        if len(found) > size:
            last = found[size - 1]
            place = json.dumps([last["court_code"], str(last["basis_id"])]).encode()
            response.next_page_token = self._page_tokens.issue(query=query, cursor=place)
        return response


def _ending(row: Any) -> rpc.UnsettledEnding:
    ending = rpc.UnsettledEnding(
        basis_id=str(row["basis_id"]),
        measure=change_pb2.Measure.ValueType(row["measure"]),
        court_code=row["court_code"],
        case_number=row["case_number"],
        reported_by=row["reported_by"],
        document_id=str(row["document_id"] or ""),
    )
    ending.lost_position.incarnation = str(row["lost_incarnation"])
    ending.lost_position.position = row["lost_position"]
    return ending
