"""Whether a name given beside a number fits the one on record: a second factor, never the first.

A name identifies nobody: nobody is found, refused or cleared by it. It is compared where the number
has already been found, and all that it can do is raise a doubt: the number may be bound to somebody
else's record. So only what cannot be the same name is a misfit:

    the same words, in any order, spaced or joined in any way ......... FITS
    one cut short, or with parts left out or initials; characters
    hidden; perhaps one simplified and one traditional ................ PERHAPS
    nothing to compare: one is empty, or in another script ............ CANNOT_TELL
    otherwise ......................................................... MISFIT
"""

import enum
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from document.spelling import (
    HAN,
    folded_length,
    is_whole,
    spelled_length,
    spellings,
    variants_among,
    words_by_script,
)

NAME_LENGTH_MAX: Final = 200
"""Characters of a name, given or on record."""

# What is compared while others wait: characters of a name, and of all its spellings; words times pairs
# of spellings.
_BRIEF_CHARS_MAX: Final = 64
_BRIEF_SPELLED_MAX: Final = 108
_BRIEF_WORDS_MAX: Final = 12

_Words: TypeAlias = Sequence[str]
_Alike: TypeAlias = Callable[[str, str], bool]

# What says only of which form an organisation is. The longest come first.
_HAN_FORMS: Final = (
    "股份有限公司",
    "有限责任公司",
    "有限責任公司",
    "有限公司",
    "合伙企业",
    "有限合伙",
    "普通合伙",
    "公司",
)
_LATIN_FORMS: Final = frozenset(
    {"corp", "corporation", "gmbh", "inc", "incorporated", "limited", "llc", "llp", "ltd", "plc"}
)


class Fit(enum.Enum):
    """How two names compare."""

    FITS = "FITS"
    PERHAPS = "PERHAPS"
    CANNOT_TELL = "CANNOT_TELL"
    MISFIT = "MISFIT"


_BEST_FIRST: Final = (Fit.FITS, Fit.PERHAPS, Fit.CANNOT_TELL, Fit.MISFIT)


def compare(given: str, on_record: str) -> Fit:
    """Compare two names of people or organisations, whichever way round.

    Every spelling is tried with every other: for two long names it takes tens of milliseconds.
    """
    return _compare_spelled(given, on_record, spellings(given), spellings(on_record))


def is_misfit(given: str, on_record: str) -> bool:
    """Whether they cannot be the same name, in well below a millisecond.

    Of a name that is longer, or written in more ways, than can be compared in that time nothing is
    said: whoever sends names chooses how long they are.
    """
    if any(len(one) > _BRIEF_CHARS_MAX for one in (given, on_record)):
        return False
    if max(folded_length(given), folded_length(on_record)) > _BRIEF_CHARS_MAX:
        return False
    if max(spelled_length(given), spelled_length(on_record)) > _BRIEF_SPELLED_MAX:
        return False
    ours, theirs = spellings(given), spellings(on_record)
    # Other spellings have the same scripts, and as many words.
    one, other = words_by_script(ours[0]), words_by_script(theirs[0])
    words = max(sum(map(len, one.values())), sum(map(len, other.values())))
    if one.keys().isdisjoint(other) or words * len(ours) * len(theirs) > _BRIEF_WORDS_MAX:
        return False
    return _compare_spelled(given, on_record, ours, theirs) is Fit.MISFIT


def _compare_spelled(given: str, on_record: str, ours: Sequence[str], theirs: Sequence[str]) -> Fit:
    if not set(ours).isdisjoint(theirs):
        return Fit.FITS if ours[0] else Fit.CANNOT_TELL
    alike = variants_among("".join((*ours, *theirs)))
    # Each spelling is read once, however many it is compared with: that is most of the work.
    pairs = itertools.product(map(_read, ours), map(_read, theirs))
    fits = {_compare(one, other, alike) for one, other in pairs}
    best = next(fit for fit in _BEST_FIRST if fit in fits)
    if best is Fit.MISFIT and not (is_whole(given) and is_whole(on_record)):
        return Fit.PERHAPS
    return best


@dataclass(frozen=True, slots=True)
class _Read:
    """One spelling: its words, and by script those that are no legal form."""

    words: _Words
    without_forms: Mapping[str, _Words]


def _read(plain: str) -> _Read:
    return _Read(plain.split(), _without_forms(plain))


def _compare(one: _Read, other: _Read, alike: _Alike) -> Fit:
    """Two normal forms: whole, then script by script without legal forms."""
    ours, theirs = one.words, other.words
    if _is_reordered(ours, theirs):
        return Fit.FITS if ours else Fit.CANNOT_TELL
    fit = _compare_by_script(one.without_forms, other.without_forms, alike)
    if fit is Fit.MISFIT and (_is_cut(ours, theirs, alike) or _is_cut(theirs, ours, alike)):
        return Fit.PERHAPS
    return fit


def _compare_by_script(
    ours: Mapping[str, _Words], theirs: Mapping[str, _Words], alike: _Alike
) -> Fit:
    shared = ours.keys() & theirs.keys()
    if not shared:
        return Fit.CANNOT_TELL
    fits = {
        _compare_words(ours[script], theirs[script], alike, in_han=script == HAN)
        for script in shared
    }
    # A part in a further script, as a name with its transcription, says more of neither.
    if len(fits) > 1 or ours.keys() != theirs.keys():
        return Fit.PERHAPS
    return fits.pop()


def _without_forms(plain: str) -> Mapping[str, _Words]:
    """The words by script, without an organisation's legal form; no script without words."""
    bare = {
        script: [left for word in words if (left := _without_form(word))]
        for script, words in words_by_script(plain).items()
    }
    return {script: words for script, words in bare.items() if words}


def _without_form(word: str) -> str:
    if word in _LATIN_FORMS:
        return ""
    while form := next((one for one in _HAN_FORMS if word.endswith(one)), ""):
        word = word.removesuffix(form)
    return word


def _compare_words(one: _Words, other: _Words, alike: _Alike, *, in_han: bool) -> Fit:
    if _is_reordered(one, other):
        return Fit.FITS
    # 李 娜 is 李娜 typed to the width of a form: 李 is no initial of 李芳. Of a name in parts a character may be.
    initials = not in_han or min(len(one), len(other)) > 1
    if any(
        _is_cut(ours, theirs, alike) or _is_contained(ours, theirs, initials=initials)
        for ours, theirs in ((one, other), (other, one))
    ):
        return Fit.PERHAPS
    return Fit.MISFIT


def _is_reordered(one: _Words, other: _Words) -> bool:
    """The same words, or the same characters begun elsewhere: surname first, or last."""
    ours, theirs = "".join(one), "".join(other)
    if len(ours) != len(theirs):
        return False
    return sorted(one) == sorted(other) or ours in theirs + theirs


def _is_cut(short: _Words, long: _Words, alike: _Alike) -> bool:
    """Whether `long`, begun at any of its words, starts with `short`."""
    text, whole = "".join(short), "".join(long)
    if len(text) > len(whole):
        return False
    starts = itertools.accumulate(map(len, long[:-1]), initial=0)
    return any(_is_alike(text, whole[start:] + whole[:start], alike) for start in starts)


def _is_alike(text: str, whole: str, alike: _Alike) -> bool:
    return whole.startswith(text) or all(
        one == other or alike(one, other) for one, other in zip(text, whole, strict=False)
    )


def _is_contained(few: _Words, many: _Words, *, initials: bool) -> bool:
    """Whether each word of `few` is a word of `many` of its own, or with `initials` one is the other's."""
    left = list(many)
    for word in sorted(few, key=len, reverse=True):
        found = next((one for one in left if one == word), None)
        if found is None and initials:
            found = next(
                (one for one in left if _is_initial(one, word) or _is_initial(word, one)), None
            )
        if found is None:
            return False
        left.remove(found)
    return True


def _is_initial(initial: str, word: str) -> bool:
    return len(initial) == 1 and word.startswith(initial)
