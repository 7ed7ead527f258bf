"""Sealing values anew under the newest key: in small batches, beside everybody who writes.

Which key sealed a value stands in the value, so nothing else is kept: what was cut off is found again.
"""

from typing import Any, Final

import structlog

from chassis.clock import Clock
from chassis.postgres import Postgres
from registry.resealing.counting import SealedCounts
from registry.resealing.places import PLACES, Place
from registry.resealing.queries import ResealingQueries
from registry.sealing import Sealer, UnsealError, seal_prefix

BATCH: Final = 200
"""Rows looked at, and at most held, at once. An act that wants one of them waits for milliseconds."""
LOOK_AGAIN_S: Final = 5.0
"""After a pass that found nothing: another process may have sealed under the older key since."""
LEFT_AGAIN_S: Final = 60.0
"""After a pass that could not open what it found: it goes through those places again."""


class Resealing:
    """Goes from place to place and begins again at the first, until a whole pass has found nothing.

    `resealed` counts the values sealed anew since the start, `unreadable` those of the last pass that
    no key in the ring opens: they stay as they are.
    """

    def __init__(
        self, *, postgres: Postgres, sealer: Sealer, clock: Clock, batch: int = BATCH
    ) -> None:
        self._postgres = postgres
        self._sealer = sealer
        self._clock = clock
        self._batch = batch
        self._queries = ResealingQueries.load()
        self._log = structlog.get_logger()
        self._place = 0
        self._after: tuple[Any, ...] = PLACES[0].first
        self._in_this_pass = 0
        self._rests_until_s = float("-inf")
        self._sealed_under = ""
        self._unreadable = 0
        self.resealed = 0
        self.unreadable = 0

    async def work(self) -> bool:
        """One batch; False while there is nothing to do."""
        if len(self._sealer.key_ids) == 1 or self._is_resting():
            return False
        place = PLACES[self._place]
        if (self._after != place.first or await self._waits(place)) and await self._batch_of(place):
            return True
        self._place += 1
        if self._place == len(PLACES):
            return self._end_pass()
        self._after = PLACES[self._place].first
        return True

    async def count_left(self) -> int:
        """How many values wait; see SealedCounts."""
        return await SealedCounts(postgres=self._postgres).under_older(self._sealer.key_ids[-1])

    def _is_resting(self) -> bool:
        """After a pass that found nothing under the key that is the newest now."""
        return (
            self._sealed_under == self._sealer.key_ids[-1]
            and self._clock.monotonic() < self._rests_until_s
        )

    def _end_pass(self) -> bool:
        """Begin at the first place again; at once where something was found."""
        goes_on = self._in_this_pass > 0
        if not goes_on:
            newest = self._sealer.key_ids[-1]
            if self._sealed_under != newest and not self._unreadable:
                self._log.info("all_is_sealed_anew", key_id=newest)
            rest_s = LEFT_AGAIN_S if self._unreadable else LOOK_AGAIN_S
            self._rests_until_s = self._clock.monotonic() + rest_s
            self._sealed_under = newest
        self.unreadable = self._unreadable
        self._place, self._after = 0, PLACES[0].first
        self._in_this_pass = self._unreadable = 0
        return goes_on

    async def _waits(self, place: Place) -> bool:
        """Whether anything of a place is sealed by another key: a clean one is not gone through."""
        prefix = seal_prefix(self._sealer.key_ids[-1])
        async with self._postgres.connection() as connection:
            found: int = await connection.fetchval(place.count(self._queries), prefix, 1)
        return found > 0

    async def _batch_of(self, place: Place) -> bool:
        """Seal the next rows of a place anew; False when there are none after the last looked at."""
        prefix = seal_prefix(self._sealer.key_ids[-1])
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(
                place.look(self._queries), prefix, *self._after, self._batch
            )
            anew = [
                (*row, value)
                for row in rows
                if row["sealed"] is not None and (value := self._anew(place, row)) is not None
            ]
            kept = 0
            if anew:
                done = await connection.execute(
                    place.keep(self._queries), *map(list, zip(*anew, strict=True))
                )
                kept = int(done.rpartition(" ")[2])
        self._in_this_pass += kept
        self.resealed += kept
        if rows:
            self._after = tuple(rows[-1])[:-1]
        return bool(rows)

    def _anew(self, place: Place, row: Any) -> bytes | None:
        """The value under the newest key; None for one that cannot be opened."""
        *key, sealed = row
        context = place.context(*key)
        try:
            return self._sealer.seal(self._sealer.unseal(sealed, context), context)
        except UnsealError:
            self._unreadable += 1
            self._log.error("unreadable_value", column=place.column)
            return None
