"""The two check characters that can be verified: GB 11643 (MOD 11-2) and GB 32100 (MOD 31)."""

from typing import Final

_RESIDENT_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1)
_RESIDENT_CHECKS: Final = "10X98765432"

USCC_CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a social credit code: no I, O, S, V, Z."""
_USCC_VALUES: Final = {character: value for value, character in enumerate(USCC_CHARACTERS)}
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def _weighed_triples(start: int) -> dict[str, int]:
    """Return the weighed sum of every three characters that may stand at `start` of 18."""
    last = "0123456789X" if start == len(_RESIDENT_WEIGHTS) - 3 else "0123456789"
    first_weight, second_weight, last_weight = _RESIDENT_WEIGHTS[start : start + 3]
    return {
        f"{first}{second}{third}": first * first_weight
        + second * second_weight
        + value * last_weight
        for first in range(10)
        for second in range(10)
        for value, third in enumerate(last)
    }


# Six look-ups of three characters verify the alphabet and the check in one go, about five times
# faster than a loop over the characters; a gate does this once per passenger.
_T0, _T3, _T6, _T9, _T12, _T15 = (_weighed_triples(start) for start in range(0, 18, 3))


def resident_number_remainder(number: str) -> int:
    """Return the MOD 11-2 remainder of 18 characters: 1 where the check character is right.

    Raises:
        KeyError: a character is no ASCII digit (the last may be X).
    """
    return (
        _T0[number[0:3]]
        + _T3[number[3:6]]
        + _T6[number[6:9]]
        + _T9[number[9:12]]
        + _T12[number[12:15]]
        + _T15[number[15:18]]
    ) % 11


def resident_check_character(first_17: str) -> str:
    """Return the check character of GB 11643-1999 (ISO 7064 MOD 11-2) for 17 digits."""
    # A 0 in the last place adds nothing to the sum.
    return _RESIDENT_CHECKS[resident_number_remainder(f"{first_17}0")]


def uscc_check_character(first_17: str) -> str:
    """Return the check character of GB 32100-2015 for 17 characters of its alphabet."""
    weighed = zip(first_17, _USCC_WEIGHTS, strict=True)
    total = sum(_USCC_VALUES[character] * weight for character, weight in weighed)
    return USCC_CHARACTERS[(31 - total % 31) % 31]
