"""Telling the registry's caches what a batch has entered."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from courtlist.ledger.v1 import position_pb2
from registry.importing.batch.batches import BatchDone
from registry.importing.batch.deciding import Entering
from registry.plan import Touched
from registry.reading.forgetting import Forgetting


class Telling:
    """Makes the caches forget, beside the next batch, what is outdated of persons known before.

    Of a person whom the import itself brings a cache can know no more than that nothing stood against
    them; that ends by itself within a minute, and no gate asks these caches.
    """

    def __init__(self, *, forgetting: Forgetting) -> None:
        self._forgetting = forgetting
        # The event loop itself keeps no task alive.
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, done: BatchDone, *, before: int | None) -> None:
        """Begin to tell of persons known before this position, or of all; nobody waits for it."""
        assert done.appended is not None, "only what was appended is news"
        entering = [one for one in done.verdicts if isinstance(one, Entering)]
        touched = Touched(
            listing_ids=frozenset(id_ for one in entering for id_ in one.touched.listing_ids),
            order_ids=frozenset(id_ for one in entering for id_ in one.touched.order_ids),
            subject_ids=frozenset(
                one.subject_id
                for one in entering
                if before is None or (one.known_since is not None and one.known_since < before)
            ),
        )
        if touched != Touched():
            self._begin(self._forgetting(touched, done.appended.position))

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
