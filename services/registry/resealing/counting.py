"""How much is still sealed under an older key, and whether a key is still needed at all."""

from typing import Final

from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from registry.resealing.places import PLACES, Place
from registry.resealing.queries import ResealingQueries
from registry.sealing import seal_prefix

COUNTED_MAX: Final = 100_000
"""What is left in one place is counted so far: whoever waits wants to see it come to nothing."""


class SealedCounts:
    """Counts when asked, by an index of each place that knows which keys have sealed there."""

    def __init__(self, *, postgres: Postgres) -> None:
        self._postgres = postgres
        self._queries = ResealingQueries.load()

    async def by_column(self, newest: str) -> dict[str, int]:
        """How many values of each column another key than `newest` seals; COUNTED_MAX may be more."""
        prefix = seal_prefix(newest)
        async with self._postgres.connection() as connection:
            return {place.column: await self._count(connection, place, prefix) for place in PLACES}

    async def under_older(self, newest: str) -> int:
        """How many values wait to be sealed under `newest`."""
        return sum((await self.by_column(newest)).values())

    async def _count(self, connection: Connection, place: Place, prefix: bytes) -> int:
        found = await connection.fetchval(place.count(self._queries), prefix, COUNTED_MAX)
        return min(int(found), COUNTED_MAX)
