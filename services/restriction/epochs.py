"""Following a change of the digest key: load what is missing, say what is ready, and wait if need be.

Documents bound since an epoch was opened come with its digests. For those bound before, the registry
fills them in beside the ledger, and they are read here by pages while changes go on being applied.
"""

from collections.abc import Sequence
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from restriction.facts.epochs import EpochStore, KnownEpoch
from restriction.facts.store import Follower
from restriction.keyring import CurrentGateKeys
from restriction.ledger import DigestLedger, EpochClosedError, LedgerError

_PAGE: Final = 5_000
_DROPPED_AT_ONCE: Final = 2_000
_QUERIES_AT_ONCE: Final = 2_000
_SUBJECTS_AT_ONCE: Final = 500


class NotReadyError(LedgerError):
    """The ledger puts an epoch in force for which this service is not ready: it waits before that change."""


class ReadyEpochs:
    """The epochs to which this process could be switched, as it tells the registry with each reading."""

    def __init__(self) -> None:
        self.epochs: tuple[int, ...] = ()


class EpochLoading:
    """Reads an epoch's digests into a generation."""

    def __init__(self, *, ledger: DigestLedger, store: EpochStore, page: int = _PAGE) -> None:
        self._ledger = ledger
        self._store = store
        self._page = page

    async def prepare(self, generation: int, epoch: int) -> bool:
        """Hold every digest of an epoch that the next change puts in force.

        False when that epoch was closed since: a later one is in force, and a later change says so.

        Raises NotReadyError where the registry has not filled it, LedgerError, ServiceError.
        """
        try:
            await self._ledger.read_digests(epoch, after="", limit=1)
            if await self._store.lacks_digests(generation, epoch):
                await self.load(generation, epoch)
        except EpochClosedError:
            return False
        return True

    async def load(self, generation: int, epoch: int, *, after: str = "") -> None:
        """Read all digests after a document. Raises NotReadyError before the registry has filled them."""
        while True:
            page = await self._ledger.read_digests(epoch, after=after, limit=self._page)
            if not page.is_complete:
                raise NotReadyError(f"the registry has not filled digest epoch {epoch} yet")
            is_last = len(page.digests) < self._page
            after = max(page.digests, default=after)
            await self._store.add_digests(
                generation, epoch, page.digests, loaded_to=after, is_last=is_last
            )
            if is_last:
                return


class Epochs:
    """The epochs of the generation that is followed."""

    def __init__(
        self,
        *,
        loading: EpochLoading,
        store: EpochStore,
        keys: CurrentGateKeys,
        ready: ReadyEpochs,
        clock: Clock,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._loading = loading
        self._store = store
        self._keys = keys
        self._ready = ready
        self._clock = clock
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        # Generation, epoch in force and closed epochs, of which nothing was left at the last look.
        self._tidy: tuple[int, int | None, tuple[int, ...]] | None = None

    async def prepare(self, generation: int, epoch: int) -> int | None:
        """What the change that comes next puts in force here; None when it is passed over.

        Raises NotReadyError while this service lacks the key or a digest: it goes on serving the epoch
        that was in force, and says that it is stale.
        """
        if not await self._loading.prepare(generation, epoch):
            return None
        self._keys.look()
        if self._keys.of(epoch) is None:
            raise NotReadyError(f"no key of digest epoch {epoch}; write the gate's keyring anew")
        return epoch

    async def look(self, follower: Follower) -> bool:
        """Load, drop and deliver what changes of epochs have left to do; True when there may be more."""
        generation = follower.generation
        known = await self._store.read_epochs(generation)
        self._ready.epochs = tuple(sorted(self._held(follower.epoch, known)))
        for one in known:
            if one.switched_position is None and not one.loaded:
                await self._load(generation, one)
        delivered = await self._store.redeliver(generation, self._clock.now(), _SUBJECTS_AT_ONCE)
        if await self._store.rekey_queries(generation, _QUERIES_AT_ONCE):
            # By the digests of the closed epoch it is known whose they are: these go last.
            return True
        return await self._drop(follower) or delivered > 0

    async def _drop(self, follower: Follower) -> bool:
        """Drop digests of closed epochs; once they are gone nobody looks for them until another is closed."""
        closed = await self._store.closed_epochs(follower.generation)
        state = (follower.generation, follower.epoch, tuple(closed))
        if state == self._tidy:
            return False
        if closed and await self._store.drop_closed_digests(follower.generation, _DROPPED_AT_ONCE):
            return True
        self._tidy = state
        return False

    def _held(self, in_force: int | None, known: Sequence[KnownEpoch]) -> set[int]:
        held = {one.epoch for one in known if one.loaded} | {in_force or 0}
        return {epoch for epoch in held if self._keys.of(epoch) is not None}

    async def _load(self, generation: int, one: KnownEpoch) -> None:
        """From where the last reading was cut off."""
        try:
            await self._loading.load(generation, one.epoch, after=one.loaded_to)
        except (NotReadyError, EpochClosedError):
            # Not filled yet, or given up: a later look or a later change tells.
            return
        self._log.info("epoch_loaded", epoch=one.epoch)
