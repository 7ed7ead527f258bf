"""The ledger as stored, for whoever follows or verifies it by hand. No follower is made or moved."""

from chassis.clock import Clock
from chassis.telemetry.call_log import call_log
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry.feed.change_wait import ChangeWait
from registry.feed.feed_requests import read_tail
from registry.feed.ledger_reader import LedgerReader
from registry.feed.ledger_rows import position_of
from registry.ledger import Entry, Head


class LedgerTail:
    """Long polls over stored changes."""

    def __init__(self, *, reader: LedgerReader, changes: ChangeWait, clock: Clock) -> None:
        self._reader = reader
        self._changes = changes
        self._clock = clock

    async def read(self, request: rpc.ReadLedgerRequest) -> rpc.ReadLedgerResponse:
        """Changes after a position, waiting for one if there is none.

        Raises ServiceError INVALID_REQUEST, STORE_UNAVAILABLE.
        """
        order = read_tail(request)
        call_log().routine = True
        give_up_s = self._clock.monotonic() + order.wait_s
        while True:
            seen = self._changes.seen
            head, entries = await self._reader.stored(order.after, order.limit)
            left_s = give_up_s - self._clock.monotonic()
            if entries or left_s <= 0 or self._changes.is_over:
                return _reply(head, entries)
            await self._changes.wait(seen, timeout_s=left_s)


def _reply(head: Head, entries: tuple[Entry, ...]) -> rpc.ReadLedgerResponse:
    return rpc.ReadLedgerResponse(
        changes=[
            rpc.StoredChange(body=one.body, previous_hash=one.previous_hash, hash=one.hash)
            for one in entries
        ],
        head=position_of(head),
        head_hash=head.hash,
    )
