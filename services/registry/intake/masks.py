"""Numbers of which a part is hidden."""

import re
from typing import Final

from registry.intake.words import folded

# Whoever hid it: stars of any kind, dots, crosses, or a run of X.
_MASK: Final = re.compile(r"[*＊✱●○◯×▇█■□?？…]|[•·]{2,}|[xXＸｘ]{3,}")


def is_hidden(number: str) -> bool:
    """Whether a part of the number is hidden."""
    return _MASK.search(number) is not None


def may_be(masked: str, whole: str) -> bool:
    """Whether a number with a hidden part may be this whole one: what it shows at its ends agrees.

    How many characters a mask stands for is not asked: some write one star for all of them.
    """
    hidden = list(_MASK.finditer(masked))
    begin = _plain(masked[: hidden[0].start()])
    end = _plain(masked[hidden[-1].end() :])
    number = _plain(whole)
    fits = len(begin) + len(end) <= len(number)
    return fits and number.startswith(begin) and number.endswith(end)


def _plain(number: str) -> str:
    return folded(number).upper()
