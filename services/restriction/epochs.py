"""Following a change of the digest key: load what is missing, say what is ready, and wait if need be.

Documents bound since an epoch was opened come with its digests. For those bound before, the registry
fills them in beside the ledger, and they are read here by pages while changes go on being applied.
"""

from collections.abc import Awaitable, Sequence
from typing import Final, TypeVar

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from chassis.work.pace import Pace
from restriction.facts.epochs import DigestPlace, EpochStore, KnownEpoch
from restriction.facts.store import Follower
from restriction.keyring import FIRST_PARTNER_VERSION, CurrentGateKeys
from restriction.ledger import DigestLedger, EpochClosedError, LedgerError

T = TypeVar("T")

# What is written at once holds the lock of all who apply: a lift waits for it.
_AIM_S: Final = 0.03
_LEAST: Final = 25
_MOST: Final = 2_000
_FIRST: Final[DigestPlace] = ("", 0)


class NotReadyError(LedgerError):
    """The ledger puts an epoch in force for which this service is not ready: it waits before that change."""


class ReadyEpochs:
    """The epochs to which this process could be switched, as it tells the registry with each reading."""

    def __init__(self) -> None:
        self.epochs: tuple[int, ...] = ()


class _Batches:
    """How much of one kind of work is done at once: as much as takes _AIM_S."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pace = Pace(least=_LEAST, most=_MOST, aim_s=_AIM_S, first=_LEAST)

    @property
    def size(self) -> int:
        """Of the next batch."""
        return self._pace.size

    async def time(self, batch: Awaitable[T]) -> T:
        """Do one batch, and learn from what it takes."""
        began_s = self._clock.monotonic()
        done = await batch
        self._pace.note(self._clock.monotonic() - began_s)
        return done


class EpochLoading:
    """Reads an epoch's digests into a generation."""

    def __init__(self, *, ledger: DigestLedger, store: EpochStore, clock: Clock) -> None:
        self._ledger = ledger
        self._store = store
        self._batches = _Batches(clock)

    async def prepare(self, generation: int, epoch: int) -> bool:
        """Hold every digest of an epoch that the next change puts in force.

        False when that epoch was closed since: a later one is in force, and a later change says so.

        Raises NotReadyError where the registry has not filled it, LedgerError, ServiceError.
        """
        try:
            await self._ledger.read_digests(epoch, after="", limit=1)
            if not await self._store.is_loaded(generation, epoch):
                await self.load(generation, epoch)
        except EpochClosedError:
            return False
        return True

    async def load(self, generation: int, epoch: int, *, after: str = "") -> None:
        """Read all digests after a document. Raises NotReadyError before the registry has filled them."""
        while True:
            limit = self._batches.size
            page = await self._ledger.read_digests(epoch, after=after, limit=limit)
            if not page.is_complete:
                raise NotReadyError(f"the registry has not filled digest epoch {epoch} yet")
            is_last = len(page.digests) < limit
            after = max(page.digests, default=after)
            await self._batches.time(
                self._store.add_digests(
                    generation, epoch, page.digests, loaded_to=after, is_last=is_last
                )
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
        self._delivering, self._rekeying, self._dropping = (_Batches(clock) for _ in range(3))
        self._partner_version: int | None = None
        self._redelivers = False
        # Of the digests of closed epochs: the last one looked at, and how many went since the first.
        self._dropping_for: tuple[int, int | None, tuple[int, ...]] | None = None
        self._dropped_to: DigestPlace | None = None
        self._dropped = 0
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
        await self._take_partner_secret()
        now = self._clock.now()
        delivered = await self._delivering.time(
            self._store.redeliver(generation, now, self._delivering.size)
        )
        self._note_redelivery(delivered)
        rekeying = self._rekeying
        if await rekeying.time(self._store.rekey_queries(generation, rekeying.size)):
            # By the digests of the closed epoch it is known whose they are: these go last.
            return True
        return await self._drop(follower) or delivered > 0

    @property
    def redelivers(self) -> bool:
        """Whether what partners hold by former digests is still being numbered anew."""
        return self._redelivers

    async def _take_partner_secret(self) -> None:
        """Go over to the partners' secret that the file has in use; asked once for each."""
        version = self._keys.partner_version
        if version == self._partner_version:
            return
        in_force = await self._store.take_partner_secret(version)
        self._partner_version = version
        if in_force > version:
            self._log.error("partner_secret_outdated", version=version, in_force=in_force)
        elif version != FIRST_PARTNER_VERSION:
            self._log.info("partner_secret_in_force", version=version)

    def rest(self) -> None:
        """This process leads no more: another one goes on."""
        self._redelivers = False

    def _note_redelivery(self, delivered: int) -> None:
        if self._redelivers and not delivered:
            self._log.info("redelivered", partner_version=self._partner_version)
        self._redelivers = delivered > 0

    async def _drop(self, follower: Follower) -> bool:
        """Drop digests of closed epochs; once they are gone nobody looks for them until another is closed."""
        closed = await self._store.closed_epochs(follower.generation)
        state = (follower.generation, follower.epoch, tuple(closed))
        if state == self._tidy:
            return False
        if state != self._dropping_for:
            self._dropping_for, self._dropped_to, self._dropped = state, None, 0
        if closed and await self._drop_some(follower.generation):
            return True
        self._tidy = state
        return False

    async def _drop_some(self, generation: int) -> bool:
        """Go through all digests until nothing of a closed epoch was found from the first to the last."""
        dropping = self._dropping
        dropped, self._dropped_to = await dropping.time(
            self._store.drop_closed_digests(generation, self._dropped_to or _FIRST, dropping.size)
        )
        self._dropped += dropped
        if self._dropped_to is None:
            self._dropped, found = 0, self._dropped
            return found > 0
        return True

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
