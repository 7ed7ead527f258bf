"""Lists that a service hands out page by page, each page by the token of the one before."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar


class _Page(Protocol):
    """An answer that tells where the next begins."""

    @property
    def next_page_token(self) -> str:
        """Empty after the last page."""


Page = TypeVar("Page", bound=_Page)


def pages(ask: Callable[[Any], Page], request: Any) -> Iterator[Page]:
    """Every page that `ask` answers; the token moves along in `request`.

    A page is asked for when it is wanted, and raises what `ask` raises.
    """
    while True:
        page = ask(request)
        yield page
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token
