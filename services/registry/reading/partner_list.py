"""Partners as operators and courts see them, with what they may ask and the ratings of their sites."""

from dataclasses import dataclass
from typing import Any, Final

from chassis.postgres import Postgres
from chassis.stores.queries import NamedQueries
from chassis.wire.pages import PageTokens, page_size
from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry.messages import day_message
from registry.reading.search import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, Page

_QUERY: Final = b"partners"


@dataclass(frozen=True, slots=True)
class _PartnerQueries:
    list_partners: str


class PartnerList:
    """Pages of the partners that are not retired, always from the primary.

    Who joins or leaves while somebody pages is on the pages that follow, or is not.
    """

    def __init__(self, *, postgres: Postgres, page_tokens: PageTokens) -> None:
        self._postgres = postgres
        self._page_tokens = page_tokens
        self._queries = NamedQueries.load("registry", "sql/partners.sql").into(_PartnerQueries)

    async def page(self, page: Page) -> rpc.ListPartnersResponse:
        """One page, in order of ids. Raises ServiceError INVALID_REQUEST, PAGE_TOKEN_INVALID, STORE_UNAVAILABLE."""
        size = page_size(page.size, default=PAGE_SIZE_DEFAULT, most=PAGE_SIZE_MAX)
        after = self._page_tokens.read(page.token, query=_QUERY) or b""
        async with self._postgres.connection() as connection:
            found = await connection.fetch(self._queries.list_partners, after.decode(), size + 1)
        answer = rpc.ListPartnersResponse(partners=[_partner(row) for row in found[:size]])
        if len(found) > size:
            last = found[size - 1]["partner_id"].encode()
            answer.next_page_token = self._page_tokens.issue(query=_QUERY, cursor=last)
        return answer


def _partner(row: Any) -> rpc.Partner:
    enrolled = _enrolment(row["body"])
    return rpc.Partner(
        partner_id=row["partner_id"],
        name=row["name"],
        fields=row["fields"],
        push_address=row["push_address"],
        ratings=[_rating(one) for one in row["ratings"]],
        checks_per_s=enrolled.checks_per_s,
        checks_per_day=enrolled.checks_per_day,
    )


def _enrolment(body: bytes) -> change_pb2.PartnerEnrolled:
    """What was agreed is read where the fields read it: no release has kept it anywhere else."""
    effects = change_pb2.ChangeBody.FromString(body).effects
    return next(one.partner_enrolled for one in effects if one.HasField("partner_enrolled"))


def _rating(row: Any) -> rpc.Rating:
    site_code, stars, first_on, last_on = row
    return rpc.Rating(
        site_code=site_code,
        stars=stars,
        first_day=day_message(first_on),
        last_day=day_message(last_on),
    )
