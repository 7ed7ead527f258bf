"""Who acts at a court and with which keys, without names."""

from dataclasses import dataclass
from typing import Final

from chassis.postgres import Postgres
from chassis.stores.queries import NamedQueries
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry.errors import not_found

OFFICERS_MAX: Final = 1_000
KEYS_MAX: Final = 5_000


@dataclass(frozen=True, slots=True)
class _OfficerQueries:
    court_is_known: str
    list_officers: str
    list_keys: str


class OfficerList:
    """Reads a court's people, with those who have left, always from the primary."""

    def __init__(self, *, postgres: Postgres) -> None:
        self._postgres = postgres
        self._queries = NamedQueries.load("registry", "sql/officers.sql").into(_OfficerQueries)

    async def read(self, court_code: str) -> rpc.ListOfficersResponse:
        """By person and role. Raises ServiceError NOT_FOUND, STORE_UNAVAILABLE."""
        async with self._postgres.connection() as connection:
            if not await connection.fetchval(self._queries.court_is_known, court_code):
                raise not_found("court", "court_code")
            officers = await connection.fetch(self._queries.list_officers, court_code, OFFICERS_MAX)
            keys = await connection.fetch(self._queries.list_keys, court_code, KEYS_MAX)
        return rpc.ListOfficersResponse(
            officers=[
                rpc.Officer(
                    person_id=row["person_id"],
                    role=pb.Role.ValueType(row["role"]),
                    start_position=row["position"],
                    end_position=row["ended_position"] or 0,
                )
                for row in officers
            ],
            keys=[
                rpc.OfficerKey(
                    key_id=row["key_id"],
                    person_id=row["person_id"],
                    purpose=pb.KeyPurpose.ValueType(row["purpose"]),
                    start_position=row["position"],
                    end_position=row["ended_position"] or 0,
                )
                for row in keys
            ],
        )
