"""Lists by pages: all of them in order, and none before it is wanted."""

from collections.abc import Iterator

from cli.pages import pages
from courtlist.registry.v1 import admin_service_pb2 as admin


def _asking(tokens: list[str], asked: list[str]) -> Iterator[admin.ListPartnersResponse]:
    replies = iter(tokens)

    def ask(request: admin.ListPartnersRequest) -> admin.ListPartnersResponse:
        asked.append(request.page_token)
        return admin.ListPartnersResponse(next_page_token=next(replies))

    return pages(ask, admin.ListPartnersRequest())


def test_each_page_is_asked_for_by_the_token_of_the_one_before() -> None:
    asked: list[str] = []
    assert len(list(_asking(["a", "b", ""], asked))) == 3
    assert asked == ["", "a", "b"]


def test_who_has_seen_enough_asks_no_further() -> None:
    asked: list[str] = []
    next(_asking(["a", "b", ""], asked))
    assert asked == [""]
