"""Telling a person at a terminal how far it is."""

import time
from collections.abc import Callable, Iterable
from typing import Final, TextIO

_SILENT_S: Final = 1.0
_EVERY_S: Final = 1.0


def follow(
    counts: Iterable[int],
    *,
    total: int,
    out: TextIO,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Run through `counts` (rows done so far), saying how far it is; return the last.

    Says nothing within the first second, then a line a second: rows, share, rows a second.
    """
    begun = clock()
    told, done, spoke = begun + _SILENT_S - _EVERY_S, 0, False
    end = "\r" if out.isatty() else "\n"
    for done in counts:
        now = clock()
        if now - told >= _EVERY_S:
            told, spoke = now, True
            rate = done / (now - begun)
            share = done * 100 // total
            print(f"{done:,} of {total:,} rows, {share} %, {rate:,.0f} rows/s", end=end, file=out)
            out.flush()
    if spoke and out.isatty():
        print(file=out)
    return done
