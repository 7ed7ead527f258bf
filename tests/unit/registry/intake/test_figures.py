"""Days and sums as registers write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.amounts import parse_fen
from registry.intake.dates import parse_day


@pytest.mark.parametrize(
    "text",
    [
        "2099年01月31日",
        "2099年1月31日",
        "20990131",
        "2099-01-31",
        "2099/1/31",
        "２０９９－０１－３１",
        " 2099 年 1 月 31 日 ",
    ],
)
def test_every_style_of_a_day_is_the_same_day(text: str) -> None:
    assert parse_day(text) == date(2099, 1, 31)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2099-02-29",
        "2099-01/31",
        "31/01/2099",
        "209901",
        "2099-13-01",
        "1799-12-31",
        "٢٠٩٩0131",
    ],
)
def test_what_is_no_day_is_not_guessed_at(text: str) -> None:
    assert parse_day(text) is None


@given(st.dates(date(1800, 1, 1)))
def test_a_day_survives_each_style(day: date) -> None:
    for style in ("{0:04}年{1:02}月{2:02}日", "{0:04}{1:02}{2:02}", "{0:04}-{1}-{2}"):
        assert parse_day(style.format(day.year, day.month, day.day)) == day


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12345.67", 1_234_567),
        ("12,345.6", 1_234_560),
        ("１２３４５", 1_234_500),
        ("¥1,000,000.00元", 100_000_000),
        ("人民币 50 元", 5_000),
        ("0", 0),
    ],
)
def test_a_sum_is_read_in_fen(text: str, fen: int) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize(
    "text", ["", "-5", "1,50", "1.234", "5万元", "1e6", "十元", "1 000,5", "."]
)
def test_what_is_no_sum_of_yuan_is_not_guessed_at(text: str) -> None:
    assert parse_fen(text) is None
