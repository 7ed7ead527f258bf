"""The courts' people as this field's copy of the ledger has them: their roles, their keys, and used words."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from authority.assertion import AssertKey, Claims
from authority.caller import Actor
from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from chassis.stores.queries import NamedQueries


@dataclass(frozen=True, slots=True)
class _Statements:
    find_assert_key: str
    find_office: str
    claim_nonce: str
    forget_nonces: str


class PostgresEnrolments:
    """authority.people.Enrolments. Looked up for every call: few people ask who asked, and seldom."""

    def __init__(self, *, postgres: Postgres) -> None:
        self._postgres = postgres
        self._sql = NamedQueries.load("restriction", "sql/people.sql").into(_Statements)

    async def assert_key(self, key_id: str) -> AssertKey | None:
        """The key, while it and its court count."""
        async with self._postgres.connection() as connection:
            row = await connection.fetchrow(self._sql.find_assert_key, key_id)
        if row is None:
            return None
        return AssertKey(
            person_id=row["person_id"],
            court_code=row["court_code"],
            public_key=Ed25519PublicKey.from_public_bytes(row["public_key"]),
        )

    async def is_enrolled(self, actor: Actor) -> bool:
        """Whether the person holds the role at the court, as far as the ledger was followed."""
        office = (actor.person_id, actor.role, actor.court_code)
        async with self._postgres.connection() as connection:
            return bool(await connection.fetchval(self._sql.find_office, *office))

    async def claim(self, claims: Claims) -> bool:
        """Every process of the field meets at the primary key."""
        nonce = bytes.fromhex(claims.nonce)
        used = (claims.actor.person_id, nonce, claims.refused_from)

        async def work(connection: Connection) -> bool:
            return bool(await connection.fetchval(self._sql.claim_nonce, *used))

        return await self._postgres.transaction(work)

    async def forget_nonces(self, before: datetime) -> None:
        """Drop what is refused as expired since before an instant."""

        async def work(connection: Connection) -> None:
            await connection.execute(self._sql.forget_nonces, before)

        await self._postgres.transaction(work)
