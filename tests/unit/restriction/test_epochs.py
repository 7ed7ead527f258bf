"""What is left to do of digest epochs is looked for when there may be something, and not for ever."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chassis.clock import HeldClock
from restriction.epochs import EpochLoading, Epochs, ReadyEpochs
from restriction.facts.epochs import DigestPlace, KnownEpoch
from restriction.facts.store import Follower, Place
from restriction.keyring import CurrentGateKeys
from tests.builders import gate_keys

NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Store:
    """Holds digests of closed epochs, and counts how often they are looked for."""

    def __init__(self) -> None:
        self.closed: list[int] = []
        self.left = 0
        self.looks = 0

    async def read_epochs(self, generation: int) -> Sequence[KnownEpoch]:
        del generation
        return []

    async def is_loaded(self, generation: int, epoch: int) -> bool:
        del generation, epoch
        raise AssertionError("no epoch is loaded here")

    async def add_digests(
        self,
        generation: int,
        epoch: int,
        digests: Mapping[str, bytes],
        *,
        loaded_to: str,
        is_last: bool,
    ) -> None:
        del generation, epoch, digests, loaded_to, is_last
        raise AssertionError("no epoch is loaded here")

    async def rekey_queries(self, generation: int, limit: int) -> int:
        del generation, limit
        return 0

    async def closed_epochs(self, generation: int) -> Sequence[int]:
        del generation
        return self.closed

    async def drop_closed_digests(
        self, generation: int, after: DigestPlace, limit: int
    ) -> tuple[int, DigestPlace | None]:
        del generation, after
        self.looks += 1
        dropped = min(self.left, limit)
        self.left -= dropped
        return dropped, ("d", 1) if dropped else None

    async def take_partner_secret(self, version: int) -> int:
        return version

    async def redeliver(self, generation: int, now: datetime, limit: int) -> int:
        del generation, now, limit
        return 0


async def test_digests_of_a_closed_epoch_are_looked_for_until_they_are_gone_and_then_no_more() -> (
    None
):
    store = Store()
    ledger: Any = None  # nothing is loaded here
    epochs = Epochs(
        loading=EpochLoading(ledger=ledger, store=store, clock=HeldClock(NOW)),
        store=store,
        keys=CurrentGateKeys(gate_keys(1, 2, 3)),
        ready=ReadyEpochs(),
        clock=HeldClock(NOW),
    )
    await _finish(epochs, epoch=1)
    assert store.looks == 0
    for closed, in_force in (([1], 2), ([1, 2], 3)):
        store.closed, store.left, before = closed, 3_000, store.looks
        await _finish(epochs, epoch=in_force)
        assert store.left == 0
        looked = store.looks
        assert looked > before
        await _finish(epochs, epoch=in_force)
        assert store.looks == looked


async def _finish(epochs: Epochs, *, epoch: int) -> None:
    while await epochs.look(_follower(epoch)):
        pass


def _follower(epoch: int) -> Follower:
    place = Place(0, bytes(32))
    return Follower(
        generation=1,
        incarnation="life-1",
        all=place,
        endings=place,
        as_of_at=NOW,
        rebuilding=False,
        reconciled=True,
        epoch=epoch,
    )
