"""Sums of yuan as registers write them."""

import re
from typing import Final

from registry.intake.words import folded

# Commas part thousands or are not there at all: 1,50 is a slip, or another country's 1.50.
_AMOUNT: Final = re.compile(
    r"(?:人民币|RMB|CNY|[¥￥])?([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.([0-9]{1,2}))?元?"
)


def parse_fen(text: str) -> int | None:
    """Read a sum of yuan with at most two decimals, in fen; None where it is none.

    Units other than the yuan (万元) are not converted: a slip there is a factor of ten thousand.
    """
    found = _AMOUNT.fullmatch(folded(text).upper())
    if found is None:
        return None
    yuan = int(found[1].replace(",", ""))
    return yuan * 100 + int((found[2] or "").ljust(2, "0"))
