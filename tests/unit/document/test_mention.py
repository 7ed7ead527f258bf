"""A citizen's number in an id or a reference is told from every other number."""

from datetime import date

import pytest

from document.mention import holds_citizen_number, may_hold_citizen_number
from tests.builders import hmt_residence_permit, resident_id

TODAY = date(2026, 1, 31)
NUMBER = resident_id(date(1962, 5, 6))


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        f"request-{NUMBER}-1",
        f"收据{NUMBER}号",
        NUMBER.translate({code: code + 0xFEE0 for code in range(ord("0"), ord("9") + 1)}),
        hmt_residence_permit(),
        next(
            one for year in range(1960, 1999) if (one := resident_id(date(year, 1, 1)))[-1] == "X"
        ).lower(),
    ],
)
def test_a_number_is_found_wherever_it_stands(text: str) -> None:
    assert holds_citizen_number(text, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0d5b9a52-98f6-4c7e-9e1a-000019620506",
        "（2026）京0199执1234号之一",
        NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"),
        f"1{NUMBER}",
        f"{NUMBER}a",
        "000000203001010001",
        "20260131101500123456",
    ],
)
def test_other_figures_are_no_number(text: str) -> None:
    assert not holds_citizen_number(text, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "p00000019800101002X",
        "1" * 15,
        "file 000000 19800101 0020",
        "０００００019800101002Ｘ",
        "9" * 30,
    ],
)
def test_fifteen_figures_in_a_row_may_be_a_number_however_they_are_written(text: str) -> None:
    assert may_hold_citizen_number(text)


@pytest.mark.parametrize(
    "text", ["", "(2026)京0199执12345号", "20260601-000123", "1" * 14, "a1" * 30]
)
def test_what_files_are_called_by_holds_no_number(text: str) -> None:
    assert not may_hold_citizen_number(text)
