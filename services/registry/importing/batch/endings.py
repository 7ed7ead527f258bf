"""Writing what ends by the changes of a batch, set by set: the ledger's head is held meanwhile."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from chassis.stores.faults import Connection
from registry import rows
from registry.importing.queries import ImportQueries
from registry.row_writer import RowWriter

PlacedRow: TypeAlias = tuple[int, rows.Row]
"""The position of its change, and the row."""


class EndingWriter:
    """Ends all listings and orders, closes tasks and unbinds documents of a batch, each in one statement."""

    def __init__(self, *, queries: ImportQueries, rows: RowWriter) -> None:
        """`rows` writes the few of another kind, one by one."""
        self._queries = queries
        self._rows = rows

    async def write(self, connection: Connection, placed: Sequence[PlacedRow]) -> None:
        """Write the rows, each at its position."""
        listings: list[tuple[Any, ...]] = []
        orders: list[tuple[Any, ...]] = []
        tasks: list[tuple[Any, ...]] = []
        documents: list[tuple[Any, ...]] = []
        for position, row in placed:
            match row:
                case rows.EndedListing(listing_id, ended_at, kind, cause):
                    listings.append((listing_id, position, ended_at, kind, cause))
                case rows.EndedOrder(order_id, ended_at, kind, cause):
                    orders.append((order_id, position, ended_at, kind, cause))
                case rows.ClosedTask(task_id):
                    tasks.append((task_id, position))
                case rows.UnboundDocument(document_id):
                    documents.append((document_id, position))
                case _:
                    await self._rows.write(connection, (row,), position)
        await _all(connection, self._queries.end_listings, listings)
        await _all(connection, self._queries.end_orders, orders)
        await _all(connection, self._queries.close_tasks, tasks)
        await _all(connection, self._queries.unbind_documents, documents)
        if documents:
            unbound = [document_id for document_id, _ in documents]
            await connection.execute(self._queries.delete_digests_of, unbound)
            await connection.execute(self._queries.delete_misfits_of, unbound)


async def _all(connection: Connection, query: str, ended: Sequence[tuple[Any, ...]]) -> None:
    if ended:
        done = await connection.execute(query, *map(list, zip(*ended, strict=True)))
        assert done == f"UPDATE {len(ended)}", "what is held and stands can be ended"
