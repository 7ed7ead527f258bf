"""The decisions that a court owes, a page at a time."""

import struct
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.postgres import Postgres
from chassis.stores.queries import NamedQueries
from chassis.wire.pages import PageTokens, page_size
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry.messages import task_message
from registry.reading.search import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, Page
from registry.records import TaskRecord

_CURSOR: Final = struct.Struct(">Q16s")  # opened_position, task_id: the order of the pages
_START: Final = (0, bytes(16))


@dataclass(frozen=True, slots=True)
class _TaskQueries:
    list_tasks: str


class TaskList:
    """Pages of a court's open tasks, oldest first, always from the primary.

    What is closed while somebody pages is on none of the pages that follow; what is opened meanwhile
    comes at the end.
    """

    def __init__(self, *, postgres: Postgres, page_tokens: PageTokens) -> None:
        self._postgres = postgres
        self._page_tokens = page_tokens
        self._queries = NamedQueries.load("registry", "sql/tasks.sql").into(_TaskQueries)

    async def page(self, court_code: str, page: Page) -> rpc.ListTasksResponse:
        """One page. Raises ServiceError INVALID_REQUEST, PAGE_TOKEN_INVALID, STORE_UNAVAILABLE."""
        query = b"tasks\x00" + court_code.encode()
        size = page_size(page.size, default=PAGE_SIZE_DEFAULT, most=PAGE_SIZE_MAX)
        cursor = self._page_tokens.read(page.token, query=query)
        position, task_id = _START if cursor is None else _CURSOR.unpack(cursor)
        async with self._postgres.connection() as connection:
            found = await connection.fetch(
                self._queries.list_tasks, court_code, position, UUID(bytes=task_id), size + 1
            )
        answer = rpc.ListTasksResponse(
            tasks=[
                task_message(TaskRecord.of(task), opened_at) for *task, _, opened_at in found[:size]
            ]
        )
        if len(found) > size:
            last = found[size - 1]
            place = _CURSOR.pack(last["opened_position"], last["task_id"].bytes)
            answer.next_page_token = self._page_tokens.issue(query=query, cursor=place)
        return answer
