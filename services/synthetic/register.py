"""Rows in the import's superset, every one whole and sound."""

from collections.abc import Iterator
from datetime import date
from typing import Final, TypeAlias

from synthetic.cases import Case, case_at, debtor_of, place_of
from synthetic.people import Debtor, debtor
from synthetic.plan import Plan

Row: TypeAlias = dict[str, str]
"""Fields by their names; what is not said is not there."""

_FIRST_CARD_EVERY: Final = 30
_NUMERALS: Final = "一二三"


def rows_between(first: int, last: int, plan: Plan) -> Iterator[Row]:
    """Rows `first` to `last` - 1, counted from 0: the same wherever and by whomever they are made."""
    known = place_of(first)[0]
    case = case_at(known, plan)
    for index in range(first, last):
        case_index, member = place_of(index)
        if case_index != known:
            case, known = case_at(case_index, plan), case_index
        yield _row(index, case, member, plan)


def row_at(index: int, plan: Plan) -> Row:
    """The row at a place from 0."""
    return next(rows_between(index, index + 1, plan))


def _row(index: int, case: Case, member: int, plan: Plan) -> Row:
    who = debtor(debtor_of(case, member, plan))
    numeral = _NUMERALS[member]
    row = {
        **case.fields,
        **who.fields,
        "age": _age(who, plan.as_of),
        "decisionNumber": f"{case.number}之{numeral}",
        "serviceProof": f"卷宗第 {10 + member} 页",
        "orderNumber": f"{case.number}限消令之{numeral}",
        "orderServiceProof": f"卷宗第 {20 + member} 页",
    }
    if who.first_card and index % _FIRST_CARD_EVERY == 0:
        row["cardNum"] = who.first_card
    return row


def _age(who: Debtor, as_of: date) -> str:
    born = who.birth_date
    if born is None:
        return "0"
    had_birthday = (as_of.month, as_of.day) >= (born.month, born.day)
    return str(as_of.year - born.year - (not had_birthday))
