"""What must hold of any text that somebody types where a name belongs."""

import unicodedata
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from document.name import Fit, compare
from document.spelling import NORMAL_LENGTH_MAX, normalise, spellings

ANY = st.text(max_size=60)
HAN_WORDS = st.lists(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=4),
    min_size=1,
    max_size=4,
)
LATIN_WORDS = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzäöüßéñ", min_size=1, max_size=12), min_size=1, max_size=5
)
WORDS = HAN_WORDS | LATIN_WORDS
BETWEEN = st.sampled_from([" ", "  ", "\u3000", "·", "・", "•", "‧", ".", "-", ", ", "/", "<<"])


@given(ANY)
def test_a_name_fits_itself(name: str) -> None:
    assert compare(name, name) is (Fit.FITS if normalise(name) else Fit.CANNOT_TELL)


@given(ANY, ANY)
def test_any_two_texts_compare_alike_both_ways(one: str, other: str) -> None:
    assert compare(one, other) is compare(other, one)


@given(st.text(st.characters(), max_size=200))
def test_no_text_is_too_strange(name: str) -> None:
    assert compare(name, "张伟") in Fit
    assert normalise(normalise(name)) == normalise(name)
    assert all(len(one) <= NORMAL_LENGTH_MAX for one in spellings(name))


@given(ANY)
def test_nothing_says_nothing(name: str) -> None:
    assert compare("", name) is Fit.CANNOT_TELL


@given(WORDS, BETWEEN, st.randoms())
def test_a_name_fits_itself_in_any_order_spacing_case_and_width(
    words: list[str], between: str, dice: Random
) -> None:
    shuffled = dice.sample(words, len(words))
    assert compare(between.join(shuffled), " ".join(words)) is Fit.FITS
    assert compare("".join(words).upper(), " ".join(words)) is Fit.FITS
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in " ".join(words))
    assert compare(wide, " ".join(words)) is Fit.FITS
    assert compare(unicodedata.normalize("NFD", " ".join(words)), " ".join(words)) is Fit.FITS


@given(WORDS, st.data())
def test_a_beginning_of_a_name_is_never_a_misfit(words: list[str], data: st.DataObject) -> None:
    whole = " ".join(words)
    cut = data.draw(st.integers(min_value=0, max_value=len(whole)))
    assert compare(whole[:cut], whole) is not Fit.MISFIT


@given(WORDS, st.data())
def test_a_name_without_some_of_its_words_is_never_a_misfit(
    words: list[str], data: st.DataObject
) -> None:
    some = data.draw(st.lists(st.sampled_from(words), unique=True))
    assert compare(" ".join(some), " ".join(words)) is not Fit.MISFIT


@given(HAN_WORDS, LATIN_WORDS)
def test_two_scripts_are_never_a_misfit(han: list[str], latin: list[str]) -> None:
    assert compare("".join(han), " ".join(latin)) is Fit.CANNOT_TELL


@given(
    st.text("甲乙丙丁戊己庚辛", min_size=2, max_size=3),
    st.integers(0, 2),
    st.sampled_from("子丑寅卯"),
)
def test_one_character_that_both_orthographies_share_makes_another_name(
    name: str, place: int, other: str
) -> None:
    assume(place < len(name))
    assert compare(name[:place] + other + name[place + 1 :], name) is Fit.MISFIT
