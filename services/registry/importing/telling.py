"""Telling the registry's caches what a batch has entered."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from courtlist.ledger.v1 import position_pb2
from registry.forgetting import Forgetting
from registry.importing.batches import BatchDone
from registry.importing.deciding import Entering
from registry.plan import Touched
from registry.record_cache import RecordCache, standing_key


class Telling:
    """Makes the caches forget, beside the next batch: that nothing stands against a person is kept
    for up to a minute, and what was known of a person is not all of it any more.
    """

    def __init__(self, *, cache: RecordCache, forgetting: Forgetting) -> None:
        self._cache = cache
        self._forgetting = forgetting
        # The event loop itself keeps no task alive.
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, done: BatchDone) -> None:
        """Begin to tell; a fault of the cache is none of the import."""
        assert done.appended is not None, "only what was appended is news"
        entering = [one for one in done.verdicts if isinstance(one, Entering)]
        self._begin(self._forget(entering, done.appended.position))

    def tell_ended(self, touched: Touched, position: position_pb2.Position) -> None:
        """Begin to tell what an undoing has ended."""
        self._begin(self._forgetting(touched, position))

    def _begin(self, telling: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(telling, name="tell caches")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def told(self) -> None:
        """Wait until all that was begun is told."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def _forget(self, entering: Sequence[Entering], position: position_pb2.Position) -> None:
        keys = {standing_key(*key) for one in entering for key in one.claim.keys}
        await self._cache.floor(sorted(keys), position)
        touched = Touched(
            listing_ids=frozenset(id_ for one in entering for id_ in one.touched.listing_ids),
            order_ids=frozenset(id_ for one in entering for id_ in one.touched.order_ids),
            subject_ids=frozenset(one.subject_id for one in entering if not one.is_new_subject),
        )
        if touched != Touched():
            await self._forgetting(touched, position)
