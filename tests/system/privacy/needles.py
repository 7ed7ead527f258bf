"""What must stand nowhere, and finding it in millions of bytes at once."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tests.system.privacy.writings import (
    digest_writings,
    documents_of,
    encodings,
    name_spellings,
    number_spellings,
)

# What is shorter stands everywhere by chance.
_BYTES_MIN: Final = 6
# A text is cut into pieces of eight bytes, twice, the second time from its fifth: one of four pieces that
# begin next to each other in a pattern is among them, wherever the pattern stands.
_PIECE: Final = 8
_SHIFTS: Final = (0, 4)
_RUN: Final = _PIECE + _SHIFTS[1] - _SHIFTS[0] - 1
_EMPTY: Final = re.compile(rb"\0{64,}")


@dataclass
class Needles:
    """Byte patterns, each with the number or name that it tells.

    The pieces of all patterns are compared with all of a text's in one go; a pattern is looked for itself
    only where a piece of it was found.
    """

    whose: dict[bytes, str] = field(default_factory=dict)
    _pieces: dict[int, set[bytes]] = field(default_factory=dict)
    _short: set[bytes] = field(default_factory=set)

    @classmethod
    def of(cls, *, numbers: Iterable[str] = (), names: Iterable[str] = ()) -> "Needles":
        """Every way to write these numbers and names."""
        made = cls()
        for number in numbers:
            # One figure over and over is nobody's, and stands in every hash of nothing.
            if len(set(number)) == 1:
                continue
            for text in set(number_spellings(number)):
                made.add(encodings(text), number)
            for content in documents_of(number):
                made.add(digest_writings(content), number)
        for name in names:
            for text in set(name_spellings(name)):
                made.add(encodings(text), name)
                made.add(digest_writings(text.encode()), name)
        return made

    def add(self, patterns: Iterable[bytes], whose: str) -> None:
        """Look for these, too."""
        for pattern in patterns:
            if len(pattern) < _BYTES_MIN or pattern in self.whose:
                continue
            self.whose[pattern] = whose
            if len(pattern) < _RUN:
                self._short.add(pattern)
                continue
            for piece in _rarest(pattern):
                self._pieces.setdefault(piece, set()).add(pattern)

    def found_in(self, content: bytes) -> set[str]:
        """The numbers and names that it tells."""
        return {self.whose[pattern] for pattern in self.patterns_in(content)}

    def patterns_in(self, content: bytes) -> Iterator[bytes]:
        """Those that stand in it."""
        # Files of databases are empty for the most part.
        content = _EMPTY.sub(bytes(_PIECE), content)
        yield from (pattern for pattern in self._short if pattern in content)
        hits = set[int]()
        for shift in _SHIFTS:
            length = (len(content) - shift) // _PIECE * _PIECE
            if length > 0:
                there = memoryview(content)[shift : shift + length].cast("Q")
                hits |= self._pieces.keys() & set(there)
        likely = {pattern for hit in hits for pattern in self._pieces[hit]}
        yield from (pattern for pattern in likely if pattern in content)


def _rarest(pattern: bytes) -> Iterator[int]:
    """The pieces of the run in it whose bytes are most unlike each other; every other one is looked at."""
    runs = (pattern[at : at + _RUN] for at in range(0, len(pattern) - _RUN + 1, 2))
    run = max(runs, key=lambda one: len(set(one)))
    for at in range(_RUN - _PIECE + 1):
        yield memoryview(run)[at : at + _PIECE].cast("Q")[0]
