"""Names: what is the same name, what may be, and what cannot."""

import pytest

from document.name import Fit, compare, is_misfit

SAME = [
    ("张伟", "张伟"),
    ("张 伟", "张伟"),
    ("张\u3000伟\u200b", "张伟"),
    ("ZHANG WEI", "Zhang Wei"),
    ("ＺＨＡＮＧ　ＷＥＩ", "zhang wei"),
    ("WEI ZHANG", "ZHANG WEI"),
    ("ZHANG<<WEI", "Zhang, Wei"),
    ("ZHANG/WEI", "ZHANGWEI"),
    ("WEIZHANG", "Zhang Wei"),
    ("阿里木江·买买提", "阿里木江・买买提"),
    ("阿里木江‧买买提", "阿里木江•买买提"),
    ("阿里木江.买买提", "阿里木江 买买提"),
    ("买买提·阿里木江", "阿里木江·买买提"),
    ("阿里木江买买提", "阿里木江ꞏ买买提"),
    ("O'Brien", "O\N{RIGHT SINGLE QUOTATION MARK}BRIEN"),
    ("OBRIEN", "O'Brien"),
    ("Jean-Pierre Dupont", "DUPONT JEANPIERRE"),
    ("Müller", "MULLER"),
    ("Müller", "MUELLER"),
    ("Lü Mei", "LYU MEI"),
    ("Lü Mei", "LV MEI"),
    ("Łukasz Gołąb", "LUKASZ GOLAB"),
    ("Strauß", "STRAUSS"),
    ("Анна Иванова", "ИВАНОВА АННА"),
    ("示例（集团）有限责任公司", "示例(集团)有限公司"),
    ("示例【集团】股份有限公司", "示例 集团 股份有限公司"),
    ("Example Trading Co., Ltd.", "EXAMPLE TRADING CO LIMITED"),
]
PERHAPS = [
    ("Example Trading Co., Ltd.", "EXAMPLE TRADING COMPANY LIMITED"),
    ("ALEXANDROS PAPADOP", "Alexandros Papadopoulos"),
    ("PAPADOPOULOS ALEXAND", "Alexandros Papadopoulos"),
    ("阿里木江·买买", "阿里木江·买买提"),
    ("买·阿里木江", "阿里木江·买买提"),
    ("李 小", "李小芳"),
    ("ANNA SCHMIDT", "Anna Maria Schmidt"),
    ("ANNA M SCHMIDT", "Schmidt, Anna Maria"),
    ("J. FITZGERALD KENNEDY", "John F. Kennedy"),
    ("ZHANG/WEI MR", "Zhang Wei"),
    ("張偉", "张伟"),
    ("陳大文", "陈大文"),
    ("张*", "张伟"),
    ("王?", "王玥"),
    ("王\N{REPLACEMENT CHARACTER}", "王玥"),
    ("王\ue123", "王玥"),
    ("王yue", "王玥"),
    ("陈大文 CHAN TAI MAN", "陈大文"),
    ("张伟 ZHANG WEI", "张伟 CHANG WEI"),
    ("示例科技", "示例科技发展有限公司"),
]
INCOMPARABLE = [
    ("", "张伟"),
    ("", ""),
    ("·- ", "张伟"),
    ("ZHANG WEI", "张伟"),
    ("Анна Иванова", "Anna Ivanova"),
    ("有限公司", "示例有限公司"),
    ("EXAMPLE LTD", "示例有限公司"),
]
OTHER = [
    ("张伟", "李伟"),
    ("王小明", "王明小"),
    ("李 娜", "李 芳"),
    ("李 娜", "李芳"),
    ("李\u3000娜", "李芳"),
    ("李 小娜", "李小芳"),
    ("李 小 娜", "李小芳"),
    ("LI WEI", "LIU WEI"),
    ("ZHANG WEI", "ZHANG LEI"),
    ("ANNA MARIA SCHMIDT", "ANNA SOPHIE SCHMIDT"),
    ("陳大文", "陈小文"),
    ("示例一科技有限公司", "示例二科技有限公司"),
    ("测试12", "测试34"),
    ("阿里木江·买买提", "阿里木江·艾合买提"),
    ("Example Ltd", "Sample Ltd"),
]


@pytest.mark.parametrize(("given", "on_record"), SAME)
def test_order_spacing_case_dots_and_spelling_make_no_other_name(
    given: str, on_record: str
) -> None:
    assert compare(given, on_record) is Fit.FITS


@pytest.mark.parametrize(("given", "on_record"), PERHAPS)
def test_a_name_cut_short_or_hidden_or_in_another_orthography_is_no_misfit(
    given: str, on_record: str
) -> None:
    assert compare(given, on_record) is Fit.PERHAPS


@pytest.mark.parametrize(("given", "on_record"), INCOMPARABLE)
def test_of_another_script_or_nothing_nothing_can_be_said(given: str, on_record: str) -> None:
    assert compare(given, on_record) is Fit.CANNOT_TELL


@pytest.mark.parametrize(("given", "on_record"), OTHER)
def test_another_name_in_the_same_script_is_a_misfit(given: str, on_record: str) -> None:
    assert compare(given, on_record) is Fit.MISFIT


@pytest.mark.parametrize(("given", "on_record"), [*SAME, *PERHAPS, *INCOMPARABLE, *OTHER])
def test_it_does_not_matter_which_of_the_two_is_on_record(given: str, on_record: str) -> None:
    assert compare(on_record, given) is compare(given, on_record)


@pytest.mark.parametrize(("given", "on_record"), OTHER)
def test_what_is_compared_while_others_wait_is_the_same_misfit(given: str, on_record: str) -> None:
    assert is_misfit(given, on_record)


@pytest.mark.parametrize(("given", "on_record"), [*SAME, *PERHAPS, *INCOMPARABLE])
def test_what_is_no_misfit_is_none_while_others_wait(given: str, on_record: str) -> None:
    assert not is_misfit(given, on_record)


@pytest.mark.parametrize(
    "given",
    [
        "x" * 65,
        "㍱" * 22,
        "x " * 13,
        "ü " * 4,
        "ü" * 32,
    ],
    ids=[
        "long",
        "long when it is plain",
        "many words",
        "words spelled many ways",
        "long spellings",
    ],
)
def test_of_a_name_that_would_take_long_to_compare_nothing_is_said(given: str) -> None:
    assert compare(given, "Zhang Wei") is Fit.MISFIT
    assert not is_misfit(given, "Zhang Wei")
    assert not is_misfit("Zhang Wei", given)
