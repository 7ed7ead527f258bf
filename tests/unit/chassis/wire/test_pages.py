import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import ServiceError
from chassis.wire.pages import PageTokens, page_size
from courtlist.error.v1 import error_reason_pb2 as reasons

TOKENS = PageTokens(keys=lambda: [b"k" * 32])


@given(query=st.binary(max_size=100), cursor=st.binary(max_size=100))
def test_a_cursor_comes_back_for_the_same_search(query: bytes, cursor: bytes) -> None:
    token = TOKENS.issue(query=query, cursor=cursor)
    assert token.replace("-", "a").replace("_", "a").isalnum()
    assert TOKENS.read(token, query=query) == cursor


def test_no_token_asks_for_the_first_page() -> None:
    assert TOKENS.read("", query=b"q") is None


def refused(token: str, *, query: bytes = b"q", tokens: PageTokens = TOKENS) -> bool:
    with pytest.raises(ServiceError) as caught:
        tokens.read(token, query=query)
    [violation] = caught.value.violations
    assert violation.field == "page_token"
    return caught.value.reason == reasons.ERROR_REASON_PAGE_TOKEN_INVALID


def test_a_token_of_another_search_or_key_is_refused() -> None:
    token = TOKENS.issue(query=b"q", cursor=b"c")
    assert refused(token, query=b"other")
    assert refused(token, tokens=PageTokens(keys=lambda: [b"x" * 32]))


def test_a_token_of_before_is_read_while_its_key_is_among_those_at_work() -> None:
    token = TOKENS.issue(query=b"q", cursor=b"c")
    later = PageTokens(keys=lambda: [b"x" * 32, b"k" * 32])
    assert later.read(token, query=b"q") == b"c"
    assert later.issue(query=b"q", cursor=b"c") != token


def test_a_token_with_any_bit_changed_is_refused() -> None:
    token = TOKENS.issue(query=b"q", cursor=b"cur")
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        assert refused(base64.urlsafe_b64encode(changed).decode().rstrip("="))


@given(cursor=st.binary(max_size=8), last=st.sampled_from("ABCDabcd0189-_"))
def test_no_other_text_of_the_same_bytes_is_a_token(cursor: bytes, last: str) -> None:
    token = TOKENS.issue(query=b"q", cursor=cursor)
    other = token[:-1] + last
    if other != token:
        assert refused(other)


@pytest.mark.parametrize("token", ["x", "!!!!", "字", "a" * 5000, "AQ", "A" * 24])
def test_what_is_no_token_at_all_is_refused(token: str) -> None:
    assert refused(token)


@pytest.mark.parametrize(("asked", "given_"), [(0, 50), (1, 1), (100, 100), (10_000, 100)])
def test_a_page_size_falls_to_its_default_and_its_limit(asked: int, given_: int) -> None:
    assert page_size(asked, default=50, most=100) == given_


def test_a_negative_page_size_is_refused() -> None:
    with pytest.raises(ServiceError) as caught:
        page_size(-1, default=50, most=100)
    assert caught.value.violations[0].field == "page_size"
