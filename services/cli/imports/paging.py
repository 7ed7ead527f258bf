"""Reading many rows by pages that fit into one answer, however long the rows are."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import grpc

from cli.errors import RemoteFailure


class Page(Protocol):
    """An answer with rows in order of their numbers; none at the end."""

    @property
    def rows(self) -> Any:
        """The rows, each with a `row_number`."""
        ...


SomePage = TypeVar("SomePage", bound=Page)


def pages(read: Callable[[int, int], SomePage], *, limit: int) -> Iterator[SomePage]:
    """Each page; the last one is empty. `read` takes the last row read, and the limit.

    A page that is too long for one answer is asked for again, half as long. Raises RemoteFailure.
    """
    after = 0
    while True:
        try:
            page = read(after, limit)
        except RemoteFailure as failure:
            if limit == 1 or not _is_too_long(failure):
                raise
            limit //= 2
            continue
        yield page
        if not page.rows:
            return
        after = page.rows[-1].row_number


def _is_too_long(failure: RemoteFailure) -> bool:
    """gRPC itself says so, without a reason of ours: limits.MESSAGE_BYTES_MAX."""
    remote = failure.remote
    return remote.code is grpc.StatusCode.RESOURCE_EXHAUSTED and not remote.reason_name
