"""What cannot be part of a number is not guessed at."""

import pytest

from document.normal import normalise


@pytest.mark.parametrize(
    "text", ["1101/05", "А1234567", "京1234567", "12\x0034", "12_34", "é1234567"]
)
def test_a_character_that_no_number_has_makes_the_whole_unreadable(text: str) -> None:
    assert normalise(text) is None


@pytest.mark.parametrize("text", ["e 123-456.78", "Ｅ１２３４５６７８", "\ufeffE12345678\r\n"])
def test_what_people_and_scanners_add_is_left_out(text: str) -> None:
    assert normalise(text) == "E12345678"
