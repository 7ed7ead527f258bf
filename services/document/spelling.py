"""How a name is brought to one spelling, and in which script it is. Pure."""

import itertools
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Final

NORMAL_LENGTH_MAX: Final = 400
"""Characters of a normal form; compatibility forms may be eighteen times as long as what they come from."""

HAN: Final = "HAN"
_LATIN: Final = "LATIN"
_FIGURES: Final = "FIGURES"
_HAN_NAMES: Final = frozenset({"CJK", "IDEOGRAPHIC"})

# Within a word people leave these out or put them in: O'Brien is OBrien. Everything else that is no
# letter and no digit parts two words: spaces, hyphens, middle dots, commas, brackets, `/` and `<`.
_DROPPED: Final = frozenset("'’‘`´ʼʹ")
# Letters by their category, but written as middle dots.
_DOT_LETTERS: Final = frozenset("ꞏᐧ")
# What is looked at one by one: all that is no letter and no digit, and the letters that stand for none.
_NO_PLAIN_LETTER: Final = re.compile(f"[\\W_{''.join(_DROPPED | _DOT_LETTERS)}]")
# Hides or replaces a character that whoever wrote the name did not show or could not type.
_HIDING: Final = frozenset("*?○□■�")
_UNREADABLE_CATEGORIES: Final = frozenset({"Co", "Cn", "Cs"})

# What remains of a letter on a document's machine-readable line (ICAO Doc 9303-3 §6), in pinyin, and
# where marks are only left out. Casefolded.
_WITHOUT_MARKS: Final = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_BY_ICAO: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_BY_PINYIN: Final = str.maketrans({"ü": "yu"})
_BY_KEYBOARD: Final = str.maketrans({"ü": "v"})
_SPELLINGS: Final[Sequence[Mapping[int, str]]] = ({}, _BY_ICAO, _BY_PINYIN, _BY_KEYBOARD)


def normalise(name: str) -> str:
    """The words of a name in lower case, without marks, one space between them.

    Full-width and compatibility forms become plain (NFKC). Nothing is taken away but what parts or
    joins words: titles stay. At most NORMAL_LENGTH_MAX characters. Idempotent.
    """
    return _plain(_folded(name))


def spellings(name: str) -> tuple[str, ...]:
    """The normal form, and those of the ways in which its letters are written without marks."""
    return tuple(dict.fromkeys(map(_plain, _written(name))))


def spelled_length(name: str) -> int:
    """Characters of all its spellings together, marks among them; in little time, for none is normalised."""
    return sum(map(len, _written(name)))


def folded_length(name: str) -> int:
    """Characters of a name whose compatibility forms became plain; in little time for any name.

    What has 200 characters as it was typed may have 3,600.
    """
    return len(unicodedata.normalize("NFKC", name))


def is_whole(name: str) -> bool:
    """Whether every character is shown: none is masked, replaced, or private to some system."""
    return not any(
        one in _HIDING or unicodedata.category(one) in _UNREADABLE_CATEGORIES
        for one in unicodedata.normalize("NFKC", name)
    )


def words_by_script(plain: str) -> dict[str, list[str]]:
    """The words of a normal form by what they are written in: HAN, LATIN, CYRILLIC ...

    A word in two scripts is two words. A figure is part of what it follows, or else precedes.
    """
    found: dict[str, list[str]] = {}
    for word in plain.split():
        if word.isascii() and not word.isdigit():
            found.setdefault(_LATIN, []).append(word)
            continue
        written = zip(_scripts(word), word, strict=True)
        for script, run in itertools.groupby(written, lambda one: one[0]):
            found.setdefault(script, []).append("".join(character for _, character in run))
    return found


def recognised_by(name: str) -> str:
    """One text for a name, however it is typed: Han joined in its order, the words of other scripts sorted."""
    written = words_by_script(normalise(name))
    return "|".join(
        f"{script}:{''.join(words) if script == HAN else ' '.join(sorted(words))}"
        for script, words in sorted(written.items())
    )


def variants_among(text: str) -> Callable[[str, str], bool]:
    """Whether two different characters of `text` may be one character, simplified and traditional.

    Only where exactly one of them is in GB 2312, the set of simplified characters, and the other in
    Big5, the set of traditional ones: of what both orthographies share, or only one of them has, two
    different characters are different.
    """
    simplified = _found_in(text, "gb2312")
    traditional = _found_in(text, "big5hkscs") - simplified

    def may_be_variants(one: str, other: str) -> bool:
        return (one in simplified and other in traditional) or (
            one in traditional and other in simplified
        )

    return may_be_variants


def _found_in(text: str, charset: str) -> set[str]:
    return set(text.encode(charset, "ignore").decode(charset))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _written(name: str) -> dict[str, None]:
    """The folded name, with each way to write its letters without marks; in one order."""
    folded = _folded(name)
    return dict.fromkeys(folded.translate(table) for table in _SPELLINGS)


def _plain(folded: str) -> str:
    bare = unicodedata.normalize("NFKD", folded.translate(_WITHOUT_MARKS))
    plain = _NO_PLAIN_LETTER.sub(_kept, bare)
    return " ".join(plain.split())[:NORMAL_LENGTH_MAX].rstrip()


def _kept(found: re.Match[str]) -> str:
    character = found[0]
    if character in _DROPPED or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return ""
    return " "


def _scripts(word: str) -> list[str]:
    """The script of each character of a word."""
    found: list[str] = []
    figures = 0
    for one in word:
        if not one.isdigit():
            found += [_script(one)] * (figures + 1)
            figures = 0
        elif found:
            found.append(found[-1])
        else:
            figures += 1
    return found or [_FIGURES] * figures


def _script(character: str) -> str:
    """The first word of the character's name in Unicode tells its script."""
    if "\u4e00" <= character <= "\u9fff":
        return HAN
    first = unicodedata.name(character, "").split(" ", 1)[0]
    return HAN if first in _HAN_NAMES else first
