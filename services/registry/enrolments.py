"""Whether a key and an office count now, and whether an assertion is used for the first time."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from structlog.typing import FilteringBoundLogger

from authority.assertion import AssertKey, Claims
from authority.caller import Actor
from chassis.clock import Clock
from chassis.errors import ServiceError
from chassis.logs import describe_fault
from chassis.postgres import Postgres
from chassis.stores.queries import NamedQueries

K = TypeVar("K")
V = TypeVar("V")

BELIEVED_S: Final = 10.0
"""How long what was seen counts without looking again, where another process may have changed it."""
_BELIEVED_MAX: Final = 10_000
_SWEEP_S: Final = 60.0
# However far the clocks of two servers are apart, an assertion is refused as expired well before.
_NONCE_KEPT: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _AssertionQueries:
    find_assert_key: str
    find_enrolment: str
    claim_nonce: str
    forget_nonces: str


class _Beliefs(Generic[K, V]):
    """What was seen, for a while. What was not found is never kept: it is looked up anew."""

    def __init__(self) -> None:
        self._seen: dict[K, tuple[float, V]] = {}

    def get(self, key: K, now_s: float) -> V | None:
        seen = self._seen.get(key)
        return seen[1] if seen is not None and now_s < seen[0] + BELIEVED_S else None

    def keep(self, key: K, value: V, seen_at_s: float) -> None:
        if len(self._seen) >= _BELIEVED_MAX:
            self._seen.clear()
        self._seen[key] = (seen_at_s, value)


class Enrolments:
    """Looks up who may act. What this process itself changes counts at once (`forget`)."""

    def __init__(
        self, *, postgres: Postgres, clock: Clock, log: FilteringBoundLogger | None = None
    ) -> None:
        self._postgres = postgres
        self._clock = clock
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._queries = NamedQueries.load("registry", "sql/assertions.sql").into(_AssertionQueries)
        self.forget()

    def forget(self) -> None:
        """Believe nothing from before now; what is being looked up meanwhile is not kept either."""
        self._keys: _Beliefs[str, AssertKey] = _Beliefs()
        self._officers: _Beliefs[Actor, Actor] = _Beliefs()

    async def assert_key(self, key_id: str) -> AssertKey | None:
        """The key, while it counts for saying who acts. Raises ServiceError STORE_UNAVAILABLE."""
        now_s, keys = self._clock.monotonic(), self._keys
        known = keys.get(key_id, now_s)
        if known is not None:
            return known
        async with self._postgres.connection() as connection:
            row = await connection.fetchrow(self._queries.find_assert_key, key_id)
        if row is None:
            return None
        key = AssertKey(
            person_id=row["person_id"],
            court_code=row["court_code"],
            public_key=Ed25519PublicKey.from_public_bytes(row["public_key"]),
        )
        keys.keep(key_id, key, now_s)
        return key

    async def is_enrolled(self, actor: Actor) -> bool:
        """Whether the person holds the role at the court. Raises ServiceError STORE_UNAVAILABLE."""
        now_s, officers = self._clock.monotonic(), self._officers
        if officers.get(actor, now_s) is not None:
            return True
        async with self._postgres.connection() as connection:
            found = await connection.fetchval(
                self._queries.find_enrolment, actor.person_id, actor.role, actor.court_code
            )
        if found:
            officers.keep(actor, actor, now_s)
        return bool(found)

    async def claim(self, claims: Claims) -> bool:
        """Use an assertion up; False where it was used before. Raises ServiceError STORE_UNAVAILABLE.

        Where the answer is lost the assertion is used up all the same: a fresh one is made.
        """
        async with self._postgres.connection() as connection:
            claimed = await connection.fetchval(
                self._queries.claim_nonce,
                claims.actor.person_id,
                bytes.fromhex(claims.nonce),
                claims.refused_from,
            )
        return bool(claimed)

    async def sweep(self) -> None:
        """Forget used nonces whose assertions nobody believes any more. Raises ServiceError STORE_UNAVAILABLE."""
        async with self._postgres.connection() as connection:
            await connection.execute(self._queries.forget_nonces, _NONCE_KEPT)

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                await self.sweep()
            except ServiceError as error:
                self._log.debug("nonces_kept", reason=error.reason_name)
            except Exception as error:  # noqa: BLE001 - rows that stay a while longer end no registry
                # A database that is being restored may be absent, or without its tables.
                self._log.warning("nonces_kept", fault=describe_fault(error))
            await asyncio.sleep(_SWEEP_S)
