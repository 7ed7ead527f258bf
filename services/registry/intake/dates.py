"""Days as registers write them."""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from registry.intake.words import folded

# The oldest day that a record can hold is a birth: nobody born earlier owes anything today.
FIRST_DAY: Final = date(1800, 1, 1)

_DAY: Final = re.compile(
    r"([0-9]{4})(?:([0-9]{2})([0-9]{2})|([-/])([0-9]{1,2})\4([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})日)"
)


@lru_cache(maxsize=1 << 16)
def parse_day(text: str) -> date | None:
    """Read 2099年01月31日, 20990131, 2099-01-31 or 2099/01/31; None where it is no such day.

    Digits and marks may be of either width; month and day may lack their leading zero where a mark
    parts them. A register holds few different days, so nearly every call is a look-up.
    """
    found = _DAY.fullmatch(folded(text))
    if found is None:
        return None
    try:
        day = date(
            int(found[1]),
            int(found[2] or found[5] or found[7]),
            int(found[3] or found[6] or found[8]),
        )
    except ValueError:
        return None
    return day if day >= FIRST_DAY else None
