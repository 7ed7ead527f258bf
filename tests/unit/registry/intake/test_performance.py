"""A debt that is paid by the register's own words is nobody's entry."""

import pytest

from registry.intake.outcome import Outcome
from registry.intake.performance import says_it_is_paid
from tests.unit.registry.intake.whole import sound, told

PAID = [
    "全部已履行",
    "已履行",
    "已履行完毕。",
    "（全部）履行完毕",
    "执行完毕",
    "已执行完毕",
    "已全部执行到位1000元",
    "全额清偿",
    "已还清",
    "款已付清",
    "达成和解并履行完毕",
    "分期履行完毕",
    "已履行完毕，双方无异议",
    "已 履 行 完 毕",
    "被执行人已履行",
]
OWED = [
    "",
    "暂无",
    "全部未履行",
    "部分未履行",
    "部分履行",
    "未全部履行",
    "尚未履行完毕",
    "已部分履行",
    "已履行1000元",
    "已执行到位1000元",
    "已还清1000元",
    "经执行完毕仍不足以清偿",
    "本金已还清，利息未付",
    "第一期已履行完毕",
    "达成和解，约定明年履行完毕",
    "拒不履行",
    "无力全部清偿",
    "终结本次执行程序",
]


@pytest.mark.parametrize("text", PAID)
def test_a_row_that_says_it_is_paid_enters_nobody(text: str) -> None:
    assert told(performance=text) == (
        Outcome.REJECTED,
        [("performance", "OBLIGATION_PERFORMED")],
    )


@pytest.mark.parametrize("text", OWED)
def test_what_is_owed_in_part_or_yet_to_be_paid_is_owed(text: str) -> None:
    assert sound(performance=text).owed.amount_fen


def test_the_two_parts_tell_it_as_well() -> None:
    assert says_it_is_paid("", "全部", "无")
    assert says_it_is_paid("", "12,345.67元", "0元")
    assert not says_it_is_paid("", "0", "0")
    assert not says_it_is_paid("", "暂无", "暂无")
    assert not says_it_is_paid("", "100元", "200元")
    assert not says_it_is_paid("", "第一期已履行完毕", "第二期")
