"""Numbers and names of which a part is hidden."""

import re
from typing import Final

from registry.intake.words import folded

# Whoever hid it: stars of any kind, dots, crosses, or a run of X, of dashes or of points.
_MASK: Final = re.compile(r"[*＊✱●○◯×▇█■□?？…#＃]|[•·]{2,}|[xXＸｘ]{3,}|[-—_＿.]{2,}")

# In a name also 某, and an X beside a Chinese character: 张某某, 李X.
_HAN: Final = "[\u4e00-\u9fff]"
_NAME_MASK: Final = re.compile(f"{_MASK.pattern}|某|(?<={_HAN})[xXＸｘ]+|[xXＸｘ]+(?={_HAN})")

_LENGTH_OF_NUMBERS: Final = 18


def is_hidden(text: str) -> bool:
    """Whether a part of the number is hidden."""
    return _MASK.search(text) is not None


def is_hidden_name(text: str) -> bool:
    """Whether a part of the name is hidden."""
    return _NAME_MASK.search(text) is not None


def may_complete(given: str, added: str, *, is_number: bool) -> bool:
    """Whether a value may take the place of the one that the file gives.

    What is hidden in part, by one that agrees with the rest; a number of another length than that of
    the identity number and the credit code (one of before 2015, or none), by any; the rest only by
    itself, however it is written.
    """
    mask = _MASK if is_number else _NAME_MASK
    hidden = list(mask.finditer(given))
    if hidden:
        return _may_be(given, hidden, added)
    if is_number and len(_plain(given)) != _LENGTH_OF_NUMBERS:
        return True
    return _plain(given) == _plain(added)


def _may_be(masked: str, hidden: list[re.Match[str]], whole: str) -> bool:
    """Whether a number with a hidden part may be this whole one: what it shows at its ends agrees.

    How many characters a mask stands for is not asked: some write one star for all of them.
    """
    begin = _plain(masked[: hidden[0].start()])
    end = _plain(masked[hidden[-1].end() :])
    number = _plain(whole)
    fits = len(begin) + len(end) <= len(number)
    return fits and number.startswith(begin) and number.endswith(end)


def _plain(number: str) -> str:
    return folded(number).upper()
