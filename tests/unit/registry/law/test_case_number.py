"""Case numbers as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.law.case_number import (
    UnparsedCaseNumber,
    case_is_an_enforcement_case_of,
    case_was_filed_before_the_decision,
    parse_case_number,
)
from registry.law.violation import Reason
from tests.unit.registry.law import lawful

PROVINCES = "内军兵京津沪渝藏宁新桂黑吉辽晋冀陕甘川黔云琼浙鲁苏皖闽赣豫鄂湘粤青"


@pytest.mark.parametrize(
    "written",
    [
        "（2099）京0199执1234号",
        "(2099)京0199执1234号",
        "〔2099〕京0199执1234号",
        "[2099]京0199执1234号",
        "【2099】京0199执1234号",
        "（２０９９）京０１９９执１２３４号",
        " （2099） 京0199 执 1234 号 ",
        "（2099）京0199执01234号",
        "(2099）京0199执1234号\n",
        "\ufeff（2099）京0199执\u200b1234号",
        "（2099）京0199执1234号之一",
        "（2099）京0199执1234号之二十一",
        "（2099）京0199执1234-2号",
    ],
)
def test_every_way_to_write_one_case_is_one_case(written: str) -> None:
    case = parse_case_number(written)
    assert case.canonical == "（2099）京0199执1234号"
    assert (case.year, case.court_code, case.type_code, case.serial) == (
        2099,
        "京0199",
        "执",
        1234,
    )
    assert case.raw == written
    assert case.is_enforcement
    assert not case.is_former


@given(
    st.integers(1949, 2099),
    st.sampled_from(PROVINCES),
    st.sampled_from(["", "01", "0105"]),
    st.sampled_from(["执", "执恢", "执异", "执保", "执复", "民初", "刑初", "破申", "知民终"]),
    st.integers(1, 999_999_999),
)
def test_a_canonical_number_reads_back_as_itself(
    year: int, province: str, court: str, type_code: str, serial: int
) -> None:
    written = f"（{year}）{province}{court}{type_code}{serial}号"
    case = parse_case_number(written)
    assert case.canonical == written
    assert (case.court_code, case.type_code) == (province + court, type_code)
    assert case.is_enforcement is type_code.startswith("执")


def test_the_supreme_court_has_its_own_code() -> None:
    case = parse_case_number("（2024）最高法执监12号")
    assert (case.court_code, case.type_code) == ("最高法", "执监")


@pytest.mark.parametrize(
    ("written", "court", "type_code", "serial"),
    [
        ("（2013）某执字第01234号", "某", "执", 1234),
        ("(2015)一中执恢字第7号", "一中", "执恢", 7),
        ("（2012）朝民初字第00012-1号", "朝", "民初", 12),
        ("（2012）朝民初字第00012号", "朝", "民初", 12),
        ("（2012）民执字第3号之一", "民", "执", 3),
    ],
)
def test_numbers_of_before_2016_are_read(
    written: str, court: str, type_code: str, serial: int
) -> None:
    case = parse_case_number(written)
    assert (case.court_code, case.type_code, case.serial) == (court, type_code, serial)
    assert case.is_former
    assert parse_case_number(case.canonical).canonical == case.canonical


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1234",
        "京0199执1234号",
        "（2099）京0199执1234",
        "（2099）京0199执号",
        "（2099）京0199执0号",
        "（99）京0199执1234号",
        "（2099）外0199执1234号",
        "（2099）京019999执1234号",
        "（2099）京0199执1234号 张某",
        "（2099）京0199EXEC1234号",
        "（1849）京0199执1234号",
    ],
)
def test_what_courts_do_not_write_is_unparsed_with_a_next_step(written: str) -> None:
    with pytest.raises(UnparsedCaseNumber) as caught:
        parse_case_number(written)
    assert "2099" in caught.value.next_step
    assert caught.value.message


def test_an_endless_text_is_not_even_read() -> None:
    with pytest.raises(UnparsedCaseNumber, match="longer than 100"):
        parse_case_number("（2099）京0199执1234号" + " " * 100)


@given(st.text(max_size=100))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        case = parse_case_number(text)
    except UnparsedCaseNumber:
        return
    assert case.raw == text


def case_fields(written: str, court_code: str = "京0199") -> list[str]:
    found = list(case_is_an_enforcement_case_of(parse_case_number(written), court_code))
    assert all(violation.reason is Reason.CASE_REFUSED for violation in found)
    return lawful.fields(found)


def test_a_listing_rests_on_an_enforcement_case_of_the_acting_court() -> None:
    assert case_fields("（2099）京0199执1号") == []
    assert case_fields("（2099）京0199执恢1号") == []
    assert case_fields("（2099）京0199民初1号") == ["case.number"]
    assert case_fields("（2099）京0198执1号") == ["case.number"]
    assert case_fields("（2099）京0198民初1号") == ["case.number", "case.number"]


def test_a_former_number_has_no_court_code_to_compare() -> None:
    assert case_fields("（2013）朝执字第1号") == []


@pytest.mark.parametrize("filed_on", [None, date(2026, 11, 11)])
def test_a_case_is_filed_before_it_is_decided_in(filed_on: date | None) -> None:
    found = case_was_filed_before_the_decision(filed_on, lawful.DECIDED_ON)
    assert lawful.fields(found) == ["case.filed_on"]


def test_a_case_may_be_decided_on_the_day_of_filing() -> None:
    assert not list(case_was_filed_before_the_decision(lawful.DECIDED_ON, lawful.DECIDED_ON))


def test_the_former_style_is_no_way_around_a_court_code_of_today() -> None:
    with pytest.raises(UnparsedCaseNumber):
        parse_case_number("（2016）朝执字第1号")
