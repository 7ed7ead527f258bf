"""Whether a text that is kept as it is, an id or a reference, holds a citizen's number, or may."""

import re
import unicodedata
from datetime import date
from typing import Final

from document.kind import DocumentKind
from document.number import InvalidDocument, parse

_EIGHTEEN: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
_FIGURES: Final = re.compile(r"\d{15}")


def holds_citizen_number(text: str, today: date) -> bool:
    """Whether 18 characters of it, and no more in a row, are a citizen's number by date and check.

    Of other ids of 18 digits that takes one in about 17,000 for a number: right dates are few, and one in
    eleven has the right check character.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return any(_is_number(found[0], today) for found in _EIGHTEEN.finditer(plain))


def may_hold_citizen_number(text: str) -> bool:
    """Whether 15 figures or more stand in a row, of whichever width and however spaced.

    For free texts: a number in it may be misspelled, of the former 15 figures, or joined to other letters.
    """
    plain = unicodedata.normalize("NFKC", text)
    return _FIGURES.search("".join(plain.split())) is not None


def _is_number(text: str, today: date) -> bool:
    try:
        # A number that shows no birth date has nothing to tell it by but its check character.
        return parse(DocumentKind.RESIDENT_ID, "", text, today).birth_date is not None
    except InvalidDocument:
        return False
