"""How much is still sealed under an older key, and whether a key is still needed at all."""

from chassis.postgres import Postgres
from registry.resealing.places import PLACES
from registry.resealing.queries import ResealingQueries
from registry.sealing import seal_prefix


class SealedCounts:
    """Counts when asked: each count reads the places through."""

    def __init__(self, *, postgres: Postgres) -> None:
        self._postgres = postgres
        self._queries = ResealingQueries.load()

    async def by_column(self, newest: str) -> dict[str, int]:
        """How many values of each column another key than `newest` seals."""
        prefix = seal_prefix(newest)
        async with self._postgres.connection() as connection:
            return {
                place.column: await connection.fetchval(place.count(self._queries), prefix)
                for place in PLACES
            }

    async def under_older(self, newest: str) -> int:
        """How many values wait to be sealed under `newest`."""
        return sum((await self.by_column(newest)).values())
