"""Noting whom each change concerns, behind the ledger's head and beside everybody who writes."""

from typing import Final

from chassis.stores.faults import Connection
from chassis.work.turns import in_turns
from courtlist.ledger.v1 import change_pb2 as pb
from registry.erasing.concerned import concerned
from registry.erasing.queries import ErasingQueries

BATCH: Final = 500
# An import may hold the head meanwhile, and waits for its answers on the same loop.
_NOTED_AT_ONCE: Final = 20


class Concerns:
    """Reads the changes that are not noted yet, in order; where it was cut off it goes on."""

    def __init__(self, *, queries: ErasingQueries, batch: int = BATCH) -> None:
        self._queries = queries
        self._batch = batch

    async def note(self, connection: Connection) -> bool:
        """Note a batch, in the caller's transaction; False when all up to the head is noted."""
        place = await connection.fetchrow(self._queries.concern_head)
        assert place is not None, "both heads are there from the migrations on"
        if place["noted"] >= place["head"]:
            return False
        rows = await connection.fetch(self._queries.unnoted_changes, place["noted"], self._batch)
        pairs = [
            (record_id, row["position"])
            async for row in in_turns(rows, every=_NOTED_AT_ONCE)
            for record_id in concerned(pb.ChangeBody.FromString(row["body"]))
        ]
        await connection.execute(
            self._queries.note_concerns, [one[0] for one in pairs], [one[1] for one in pairs]
        )
        await connection.execute(
            self._queries.move_concern_head, place["noted"], rows[-1]["position"]
        )
        return True
