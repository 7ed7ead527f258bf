"""Records kept in Redis: sealed, with their place in the ledger, and never the truth (design §3.11)."""

import copy
from datetime import timedelta
from typing import Final, TypeAlias, TypeVar
from uuid import UUID

from google.protobuf.message import DecodeError

from chassis.cache import PositionedCache
from chassis.clock import Clock
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import listing_pb2, order_pb2, registry_service_pb2
from registry.reading.freshness import Place, place_of
from registry.reading.states import clear_states, instant
from registry.sealing import Sealer, UnsealError

Record: TypeAlias = listing_pb2.Listing | order_pb2.Order | registry_service_pb2.GetStandingResponse
R = TypeVar("R", listing_pb2.Listing, order_pb2.Order, registry_service_pb2.GetStandingResponse)

ENTRY_AGE_S_MAX: Final = 60.0
"""An answer from the cache is at most this old."""

# A record that was read before an act is gone ENTRY_AGE_S_MAX after its reading began, kept or not;
# the floor outlasts that by what a round trip may take.
FLOOR_S: Final = ENTRY_AGE_S_MAX + 5.0


def listing_key(listing_id: UUID) -> str:
    """The key of a listing."""
    return f"listing:{listing_id}"


def order_key(order_id: UUID) -> str:
    """The key of an order."""
    return f"order:{order_id}"


def standing_key(epoch: int, digest: bytes) -> str:
    """The key of what stands against the subject of a document; it holds no more than its digest."""
    return f"standing:{epoch}:{digest.hex()}"


class RecordCache:
    """Facts about records by key. A fault, an unreadable or a too old value is a miss.

    Values hold no computed state and no readable text. One that was read in another incarnation than
    the one this process knows of is a miss, too: its position does not compare.
    """

    def __init__(self, *, cache: PositionedCache, sealer: Sealer, clock: Clock) -> None:
        self._cache = cache
        self._sealer = sealer
        self._clock = clock
        self._incarnation: UUID | None = None
        self._distrusted_below = 0
        self._distrusted_until_s = 0.0

    async def get(self, key: str, kind: type[R], at_least: Place | None) -> R | None:
        """The record under `key` if it is fresh enough; `as_of_time` is when it was read."""
        held = await self._cache.get(key)
        if held is None:
            return None
        try:
            message = kind.FromString(self._sealer.unseal(held[1], _context(key)))
        except (UnsealError, DecodeError):
            return None
        place = place_of(message.as_of)
        if place.incarnation != self._incarnation or self._distrusts(place):
            return None
        if at_least is not None and (
            at_least.incarnation != place.incarnation or at_least.position > place.position
        ):
            return None
        # Held against the sealed time of reading: the promise does not rest on the cache's clock.
        age = self._clock.now() - instant(message.as_of_time)
        return message if age <= timedelta(seconds=ENTRY_AGE_S_MAX) else None

    async def put(self, key: str, record: Record, *, began_s: float) -> None:
        """Keep a record whose reading began at `began_s` of the monotonic clock."""
        place = place_of(record.as_of)
        self._learn(place)
        ttl_s = ENTRY_AGE_S_MAX - (self._clock.monotonic() - began_s)
        if ttl_s <= 0:
            return
        kept = copy.deepcopy(record)
        clear_states(kept)
        value = self._sealer.seal(kept.SerializeToString(), _context(key))
        await self._cache.put(key, place.position, value, ttl_s=ttl_s)

    async def floor(self, keys: list[str], position: position_pb2.Position) -> None:
        """Let nothing read before `position` be answered under these keys any more."""
        place = place_of(position)
        self._learn(place)
        await self._cache.floor(keys, place.position, ttl_s=FLOOR_S)

    def distrust(self, position: int) -> None:
        """Answer nothing read before `position`, under any key, for as long as it might be held."""
        now_s = self._clock.monotonic()
        if now_s < self._distrusted_until_s:
            position = max(position, self._distrusted_below)
        self._distrusted_below = position
        self._distrusted_until_s = now_s + FLOOR_S

    def _learn(self, place: Place) -> None:
        """Note the ledger's life. What was kept before this process knew of it is not trusted: who
        kept it may have died with an act done and the cache not told.
        """
        if place.incarnation != self._incarnation:
            self._incarnation = place.incarnation
            self.distrust(place.position)

    def _distrusts(self, place: Place) -> bool:
        return (
            place.position < self._distrusted_below
            and self._clock.monotonic() < self._distrusted_until_s
        )


def _context(key: str) -> str:
    return f"cache/{key}"
