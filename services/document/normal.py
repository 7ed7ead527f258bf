"""From what was typed, scanned or pasted to plain `A-Z0-9`."""

import unicodedata
from typing import Final

RAW_LENGTH_MAX: Final = 64
"""Characters a number may have as it arrives; the longest real one has 18, spaced out 35."""

# Zs and Cf take every kind of space, zero-width and direction mark; Pd every kind of hyphen.
_DROPPED_CATEGORIES: Final = frozenset({"Zs", "Zl", "Zp", "Cf", "Pd"})
# A scanner ends its reading with tab, CR or LF; `<` is the filler of a machine-readable zone; the
# dots, the minus sign and the apostrophe stand where people break a long number.
_DROPPED: Final = frozenset(
    "\t\r\n<.'\N{MIDDLE DOT}\N{BULLET}\N{KATAKANA MIDDLE DOT}\N{IDEOGRAPHIC FULL STOP}\N{MINUS SIGN}"
)
_PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


def normalise(text: str) -> str | None:
    """Return `text` in capital Latin letters and ASCII digits, or None where it holds others.

    Full-width forms become plain (NFKC), letters become capitals; spaces, hyphens, dots,
    zero-width characters and line ends go. Anything else (a control character, a letter of
    another script, a slash) is not guessed at. Idempotent: a result is its own normal form.
    """
    if text.isascii() and text.isalnum():
        return text.upper()
    folded = unicodedata.normalize("NFKC", text).upper()
    kept = "".join(
        character
        for character in folded
        if character not in _DROPPED and unicodedata.category(character) not in _DROPPED_CATEGORIES
    )
    return kept if _PLAIN.issuperset(kept) else None
