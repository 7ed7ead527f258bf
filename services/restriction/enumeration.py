"""Signs that a partner goes through numbers instead of asking about its customers. Pure.

Within a sliding window of ten minutes three shares are looked at, from two hundred checks on:

    INVALID     of numbers that cannot be right: whoever guesses misses the check character ten times
                in eleven, whoever scans documents hardly ever does
    FOUND       of people on whom something was found: few of a partner's customers are under a
                measure, most of those on a list of debtors are; copies that are confirmed do not count
    NEIGHBOUR   of numbers that differ from one of the last eight or more in one part only (region, day of
                birth, or serial), however they are spelled: whoever counts up always, customers hardly ever

That a document is never asked about again is no sign: a ticket office asks about nearly everybody once.
A sign is a line in the log for a person to look into, and never touches an answer. Kept are counts,
and of the eight to sixteen numbers asked last hashes of their parts, under a key of this process alone.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from document.normal import RAW_LENGTH_MAX, normalise

PART_S: Final = 60.0
PARTS: Final = 10
CHECKS_LEAST: Final = 200

# Of a resident's number: region 0-6, day of birth 6-14, serial 14-17 (GB 11643-1999); the last is a check.
_RESIDENT_CHARS: Final = 18
_REGION: Final = 6
_BORN: Final = 14
_SERIAL: Final = 17
_COUNTED_CHARS: Final = 3
# Whoever counts up may put others in between; those that she asks about over and over dilute nothing.
# A number has four hashes at the most.
_HASHES_REMEMBERED: Final = 8 * 4


class Sign(StrEnum):
    """What is seen."""

    INVALID = "INVALID"
    FOUND = "FOUND"
    NEIGHBOUR = "NEIGHBOUR"


SHARES: Final[Mapping[Sign, float]] = {
    Sign.INVALID: 0.2,
    Sign.FOUND: 0.1,
    Sign.NEIGHBOUR: 0.2,
}
"""From which share on each is a sign; an honest partner stays well below a tenth of it."""


@dataclass(slots=True)
class _Part:
    """Counts of one minute; `fresh` are checks that confirm no copy, `others` of a number not just asked."""

    begun_s: float
    checks: int = 0
    fresh: int = 0
    others: int = 0
    invalid: int = 0
    found: int = 0
    neighbours: int = 0


class Window:
    """What one partner asked in the last ten minutes, as counts."""

    def __init__(self) -> None:
        self._parts: deque[_Part] = deque(maxlen=PARTS)
        # Hashes of the numbers asked last. One set is filled, then takes the other's place: every check comes
        # through here, and looking through eight numbers one by one was seen to cost as much as the rest.
        self._recent: set[int] = set()
        self._former: set[int] = set()

    def note(self, number: str, *, invalid: bool, found: bool, copy: bool, now_s: float) -> None:
        """Count one check, of the document with this number as it was typed."""
        parts = self._parts
        if not parts or now_s - parts[-1].begun_s >= PART_S:
            parts.append(_Part(now_s))
        part = parts[-1]
        part.checks += 1
        part.invalid += invalid
        self._compare(part, *_hashes(number))
        if not copy:
            part.fresh += 1
            part.found += found

    def _compare(self, part: _Part, whole: int, places: tuple[int, ...]) -> None:
        recent, former = self._recent, self._former
        if whole in recent or whole in former:
            return
        part.others += 1
        part.neighbours += not (recent.isdisjoint(places) and former.isdisjoint(places))
        recent.update(places)
        recent.add(whole)
        if len(recent) >= _HASHES_REMEMBERED:
            self._former, self._recent = recent, set()

    def signs(self, now_s: float) -> Mapping[Sign, float]:
        """The signs that are seen now, each with its share."""
        parts = [one for one in self._parts if now_s - one.begun_s < PART_S * PARTS]
        checks, fresh = sum(one.checks for one in parts), sum(one.fresh for one in parts)
        others = sum(one.others for one in parts)
        shares = {
            Sign.INVALID: _share(sum(one.invalid for one in parts), checks),
            Sign.FOUND: _share(sum(one.found for one in parts), fresh),
            Sign.NEIGHBOUR: _share(sum(one.neighbours for one in parts), others),
        }
        return {sign: share for sign, share in shares.items() if share >= SHARES[sign]}


def _share(count: int, of: int) -> float:
    return count / of if of >= CHECKS_LEAST else 0.0


def _hashes(number: str) -> tuple[int, tuple[int, ...]]:
    """Of the number, and of what is left of it without one part, for each part: neighbours share one of these.

    A number is the same in whichever width, and with whatever spaces and hyphens, it is typed.
    Python's hash of a text is keyed anew in every process (SipHash, PEP 456).
    """
    number = normalise(number[:RAW_LENGTH_MAX]) or number
    if len(number) != _RESIDENT_CHARS:
        return hash(number), (hash(number[:-_COUNTED_CHARS]),)
    region, born, serial = number[:_REGION], number[_REGION:_BORN], number[_BORN:_SERIAL]
    return hash(number[:_SERIAL]), (
        hash((born, serial)),
        hash((region, serial)),
        hash(number[:_BORN]),
    )
