"""What a batch ends is written set by set: whoever pays meanwhile waits for the ledger's head."""

from datetime import UTC, datetime
from typing import Any, cast
from uuid import uuid4

from chassis.stores.faults import Connection
from courtlist.ledger.v1 import change_pb2 as pb
from registry.importing.batch.endings import EndingWriter, PlacedRow
from registry.importing.queries import ImportQueries
from registry.row_writer import RowWriter
from registry.rows import ClosedTask, EndedListing, EndedOrder

NOW = datetime(2026, 3, 1, tzinfo=UTC)
QUERIES = ImportQueries.load()
ENDING = (NOW, pb.ENDING_KIND_LIFTED, pb.ENDING_CAUSE_REPLACED)


class Statements:
    """A connection that notes what is executed."""

    def __init__(self) -> None:
        self.done: list[tuple[str, tuple[Any, ...]]] = []

    async def execute(self, query: str, *values: list[Any]) -> str:
        self.done.append((query, values))
        return f"UPDATE {len(values[0])}"


async def written(placed: list[PlacedRow]) -> Statements:
    statements = Statements()
    writer = EndingWriter(queries=QUERIES, rows=cast("RowWriter", None))
    await writer.write(cast("Connection", statements), placed)
    return statements


async def test_however_many_bases_a_batch_ends_they_are_three_statements() -> None:
    made = (EndedListing(uuid4(), *ENDING), EndedOrder(uuid4(), *ENDING), ClosedTask(uuid4()))
    statements = await written([(position, row) for position in range(250) for row in made])
    assert [query for query, _ in statements.done] == [
        QUERIES.end_listings,
        QUERIES.end_orders,
        QUERIES.close_tasks,
    ]


async def test_each_ends_at_its_own_position_instant_and_cause() -> None:
    first, second = uuid4(), uuid4()
    later = (datetime(2026, 3, 2, tzinfo=UTC), pb.ENDING_KIND_LIFTED, pb.ENDING_CAUSE_TERM_ENDED)
    [(_, values)] = (
        await written([(7, EndedOrder(first, *ENDING)), (8, EndedOrder(second, *later))])
    ).done
    assert list(zip(*values, strict=True)) == [(first, 7, *ENDING), (second, 8, *later)]


async def test_where_nothing_ends_nothing_is_asked() -> None:
    assert (await written([])).done == []
