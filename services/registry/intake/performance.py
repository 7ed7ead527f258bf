"""Whether a register's own words say that the debt is paid: then there is nobody to enter."""

import re
from typing import Final

from registry.intake.amounts import parse_fen
from registry.intake.words import folded

_DO: Final = "(?:履行|执行|清偿|偿还|偿付|支付|给付|缴纳|交纳|归还|还款|付款)"
_WHOLLY: Final = "(?:全部|全额|足额|悉数|如数)"
_ALREADY: Final = "(?:已经|已|业已|均已|都已)"
# 执行完毕, 还清, 全额清偿; and 已履行 where nothing is said beside it: 已履行100元 and 已执行到位100元 are parts.
_PAID: Final = re.compile(
    f"{_DO}(?:义务|债务|责任)?(?:已经|已)?(?:完毕|完结|完成|完|到位|了结)(?![0-9])"
    f"|(?:还|付|结|缴|交|偿)清(?![0-9])|清偿(?:义务|债务)?(?:完|了)(?![0-9])"
    f"|{_WHOLLY}{_ALREADY}?{_DO}"
    f"|^(?:被执行人|债务人)?{_ALREADY}{_DO}(?:义务|债务)?了?$"
)
# A part, an instalment, a promise, or the opposite.
_NOT_ALL: Final = re.compile(
    "未|没|拒|待|部分|[尚仍还]欠|欠付|余款|余额|剩余|其余|仅|除|不(?:能|足|履行|执行|完全)|无[力法能]"
    "|第.{1,4}期|[首前本当]期|约定|承诺|保证|应当?|将|拟|计划|逾期"
)
_ALL: Final = frozenset({"全部", "全额", "全部履行", "全部已履行", "已全部履行"})


def says_it_is_paid(performance: str, performed_part: str, unperformed_part: str) -> bool:
    """Whether `performance`, or its two parts, tell a debt of which nothing is owed any more.

    What says both, as 本金已还清，利息未付, does not. Marks and the width of characters count for nothing.
    """
    if _is_paid(performance) or _plain(performed_part) in _ALL:
        return True
    return _fen(unperformed_part) == 0 and bool(_fen(performed_part))


def _is_paid(text: str) -> bool:
    plain = _plain(text)
    return _PAID.search(plain) is not None and _NOT_ALL.search(plain) is None


def _plain(text: str) -> str:
    """Without marks: 已履行完毕。 says what 已履行完毕 says."""
    return "".join(one for one in folded(text) if one.isalnum())


def _fen(text: str) -> int | None:
    return parse_fen(text) if text else None
