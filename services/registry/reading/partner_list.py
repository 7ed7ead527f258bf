"""Partners as operators and courts see them, with the ratings of their sites."""

from dataclasses import dataclass
from typing import Any

from chassis.postgres import Postgres
from chassis.queries import NamedQueries
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry.messages import day_message


@dataclass(frozen=True, slots=True)
class _PartnerQueries:
    list_partners: str


class PartnerList:
    """Reads every partner that is not retired, always from the primary."""

    def __init__(self, *, postgres: Postgres) -> None:
        self._postgres = postgres
        self._queries = NamedQueries.load("registry", "sql/partners.sql").into(_PartnerQueries)

    async def read(self) -> rpc.ListPartnersResponse:
        """In order of their ids; ratings newest record first. Raises ServiceError STORE_UNAVAILABLE."""
        async with self._postgres.connection() as connection:
            found = await connection.fetch(self._queries.list_partners)
        return rpc.ListPartnersResponse(partners=[_partner(row) for row in found])


def _partner(row: Any) -> rpc.Partner:
    return rpc.Partner(
        partner_id=row["partner_id"],
        name=row["name"],
        fields=row["fields"],
        push_address=row["push_address"],
        ratings=[_rating(one) for one in row["ratings"]],
    )


def _rating(row: Any) -> rpc.Rating:
    site_code, stars, first_on, last_on = row
    return rpc.Rating(
        site_code=site_code,
        stars=stars,
        first_day=day_message(first_on),
        last_day=day_message(last_on),
    )
