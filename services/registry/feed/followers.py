"""Who reads the ledger, where each reader stands, and for whom a restored ledger still waits."""

from typing import Final

from chassis.clock import Clock
from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from courtlist.registry.v1 import admin_service_pb2
from registry.feed.feed_queries import FeedQueries
from registry.feed.feed_requests import ReadOrder, readers_of
from registry.feed.ledger_reader import Look
from registry.feed.ledger_rows import head_of, position_of
from registry.ledger import Head

# A database may have been restored while this process was down, and only a follower can tell. Followers
# look again every second and reconnect within one, so by then each that runs has spoken; one that does
# not run cannot hold up every refusal.
SETTLE_S: Final = 3.0
# Positions shown to operators need be no fresher, and each note is a write.
_NOTE_INTERVAL_S: Final = 1.0


class Followers:
    """Notes readers as they come, each cursor of a follower by itself.

    A reader that is awaited has not shown since a restore that it saw nothing beyond it, and while one
    is, nobody is refused.
    """

    def __init__(
        self, *, postgres: Postgres, queries: FeedQueries, clock: Clock, settle_s: float = SETTLE_S
    ) -> None:
        self._postgres = postgres
        self._queries = queries
        self._clock = clock
        self._settled_at_s = clock.monotonic() + settle_s
        self._heard: set[str] = set()
        self._noted_at_s: dict[str, float] = {}

    def have_spoken(self, known: frozenset[str], head: Head) -> bool:
        """Whether every reader known has read since this process started, or had the time to.

        A ledger that knows no reader may be a copy from before they came; only an empty one lost
        nothing.
        """
        if self._clock.monotonic() >= self._settled_at_s or head.position == 0:
            return True
        return bool(known) and known <= self._heard

    async def hear(self, order: ReadOrder, look: Look) -> None:
        """A reader holds nothing that the ledger does not: note where it is, and wait for it no more."""
        reader = order.reader
        self._heard.add(reader)
        now_s = self._clock.monotonic()
        is_due = now_s - self._noted_at_s.get(reader, float("-inf")) >= _NOTE_INTERVAL_S
        if look.awaited is not None and not look.awaited and not is_due:
            return
        async with self._postgres.connection() as connection:
            await connection.execute(
                self._queries.note_reader,
                reader,
                order.claim.incarnation or look.head.incarnation,
                order.claim.position,
                list(order.ready_epochs),
                order.keeps_seals,
            )
            if look.awaited:
                await connection.execute(
                    self._queries.release_readers, [reader], look.head.incarnation
                )
        self._noted_at_s[reader] = now_s

    async def expect(self, order: ReadOrder) -> None:
        """A reader has seen what the ledger does not hold: nobody is refused until it has reported."""
        self._heard.discard(order.reader)
        async with self._postgres.connection() as connection:
            await connection.execute(
                self._queries.await_reader,
                order.reader,
                order.claim.incarnation,
                order.claim.position,
            )

    async def release(self, follower: str, incarnation: str) -> None:
        """A follower has reported all that it saw; without effect in a later incarnation."""
        async with self._postgres.connection() as connection:
            await connection.execute(
                self._queries.release_readers, list(readers_of(follower)), incarnation
            )

    async def retire(self, follower: str) -> bool:
        """Forget a follower; False if it was not known."""
        async with self._postgres.connection() as connection:
            gone = await connection.fetch(self._queries.forget_readers, list(readers_of(follower)))
        return bool(gone)

    async def show(self, connection: Connection) -> admin_service_pb2.GetLedgerResponse:
        """The ledger's head with every reader, as seen on this connection."""
        rows = await connection.fetch(self._queries.show_ledger)
        head = head_of(rows[0])
        response = admin_service_pb2.GetLedgerResponse(
            head=position_of(head), head_hash=head.hash, facts_erased=rows[0]["facts_erased"]
        )
        readers = [row for row in rows if row["follower"] is not None]
        for row in readers:
            shown = response.followers.add(follower=row["follower"], awaited=row["awaited"])
            shown.position.incarnation = str(row["reader_incarnation"] or "")
            shown.position.position = row["position"]
            shown.seen_time.FromDatetime(row["seen_at"])
        known = frozenset(row["follower"] for row in readers)
        response.withheld = any(row["awaited"] for row in readers) or not self.have_spoken(
            known, head
        )
        return response
