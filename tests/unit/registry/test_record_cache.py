"""What is kept of a record: facts with their instants, and no verdict (design §3.5)."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from chassis.cache import PositionedCache
from chassis.clock import HeldClock
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import listing_pb2
from registry.reading.record_cache import RecordCache, listing_key
from registry.sealing import Sealer, SealKey

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
LIFE = "00000000-0000-7000-8000-000000000001"
KEY = listing_key(UUID(int=1))


class Shelf:
    """A positioned cache of one process, without a server."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[int, bytes]] = {}

    async def get(self, key: str) -> tuple[int, bytes] | None:
        return self.values.get(key)

    async def put(self, key: str, position: int, value: bytes, *, ttl_s: float) -> bool:
        assert ttl_s > 0
        self.values[key] = position, value
        return True


async def test_a_state_that_follows_from_instants_is_not_kept() -> None:
    clock = HeldClock(NOW)
    cache = RecordCache(
        cache=cast("PositionedCache", cast("Any", Shelf())),
        sealer=Sealer([SealKey("seal-1", bytes(range(32)))]),
        clock=clock,
    )
    shown = listing_pb2.Listing(
        state=listing_pb2.BASIS_STATE_IN_FORCE,
        as_of=position_pb2.Position(incarnation=LIFE, position=7),
    )
    shown.start_time.FromDatetime(NOW - timedelta(days=1))
    shown.as_of_time.FromDatetime(NOW)
    await cache.put(KEY, shown, began_s=clock.monotonic())
    kept = await cache.get(KEY, listing_pb2.Listing, None)
    assert kept is not None
    assert kept.state == listing_pb2.BASIS_STATE_UNSPECIFIED
    assert shown.state == listing_pb2.BASIS_STATE_IN_FORCE
