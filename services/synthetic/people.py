"""Debtors by their index: persons, foreigners and companies, the same in every register.

An index is always the same debtor, whatever the seed, so that two synthetic registers imported into one
record agree on names. No number can belong to anybody: no region begins with 00, and the sequence
digits 000 are given to no person; UTO (Utopia, ICAO Doc 9303) issues no passport.
"""

from datetime import date, timedelta
from typing import Final, NamedTuple

from document.check_character import resident_check_character, uscc_check_character

INDEX_MAX: Final = 99_999_999

# 45 years of birth dates, up to 1994: of age in every year in which a decision can be.
_FIRST_BIRTH: Final = date(1950, 1, 1)
_BIRTH_DAYS: Final = 16_381
_STRIDE: Final = 7_919
_FIRST_REGION: Final = 1_000

_COMPANY_EVERY: Final = 7
_FOREIGNER_EVERY: Final = 53
_PASSPORT_EVERY: Final = 6
_LAST_OLD_CARD_YEAR: Final = 1984

_GIVEN: Final = (
    "安邦宝诚春达德栋恩帆福刚冠光海涵浩和恒宏华辉嘉健杰今景静俊凯康可兰乐立林民明宁平启清仁"
)
_TRADES: Final = ("建材", "商贸", "物流", "食品", "机电", "纺织", "置业", "农业", "科技", "餐饮")


class Debtor(NamedTuple):
    """Somebody who does not exist.

    Attributes:
        fields: what a row says of them, by the superset's names; nothing is empty.
        birth_date: of a person; a company has none.
        first_card: a person's number as it stood on a card of before 1999, which is the same
            document; or empty.
    """

    fields: dict[str, str]
    birth_date: date | None
    first_card: str


def is_company(index: int) -> bool:
    """Whether the debtor of this index is a company."""
    return index % _COMPANY_EVERY == 0


def officer_of(index: int) -> int:
    """The index of the person who represents the company of this index."""
    return index + 1


def debtor(index: int) -> Debtor:
    """The debtor of an index from 0 to INDEX_MAX - 1."""
    if is_company(index):
        return _company(index)
    born = _FIRST_BIRTH + timedelta(days=index * _STRIDE % _BIRTH_DAYS)
    fields = {
        "partyTypeName": "0",
        "iname": _name(index),
        "sexy": "男性" if index % 3 else "女性",
    }
    if index % _FOREIGNER_EVERY == 1:
        fields["documentKind"] = "PASSPORT"
        fields["issuingState"] = "UTO"
        fields["cardNum"] = f"X0{index:08d}"
        fields["birthDate"] = born.isoformat()
        fields["birthDateProof"] = "卷宗第 5 页"
        return Debtor(fields, born, "")
    number = _resident_number(index, born)
    fields["cardNum"] = number
    if index % 2:
        fields["documentKind"] = "RESIDENT_ID"
    if index % _PASSPORT_EVERY == 1:
        fields["otherDocuments"] = (
            f'[{{"kind":"PASSPORT","issuingState":"UTO","number":"X1{index:08d}"}}]'
        )
    first_card = number[:6] + number[8:17] if born.year <= _LAST_OLD_CARD_YEAR else ""
    return Debtor(fields, born, first_card)


def resident_number_born_on(day: date) -> str:
    """A number for somebody born on any day, a child perhaps: of a region that no debtor has."""
    first_17 = f"000999{day:%Y%m%d}000"
    return first_17 + resident_check_character(first_17)


def _resident_number(index: int, born: date) -> str:
    # With its birth date, which the index gives in turn, the region makes the number the index's own.
    region = _FIRST_REGION + index // _BIRTH_DAYS
    first_17 = f"{region:06d}{born.isoformat().replace('-', '')}000"
    return first_17 + resident_check_character(first_17)


def _company(index: int) -> Debtor:
    first_17 = f"91001000{index:09d}"
    trade = _TRADES[index // 11 % len(_TRADES)]
    fields = {
        "partyTypeName": "1",
        "iname": f"示例{_given(index)}{trade}有限公司",
        "businessEntity": _name(officer_of(index)),
        "documentKind": "USCC",
        "cardNum": first_17 + uscc_check_character(first_17),
    }
    return Debtor(fields, None, "")


def _name(index: int) -> str:
    return f"测试{_given(index)}"


def _given(index: int) -> str:
    count = len(_GIVEN)
    return _GIVEN[index % count] + _GIVEN[index // count % count]
