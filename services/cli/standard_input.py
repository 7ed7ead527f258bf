"""Standard input: one line typed or piped in, or all of a paper."""

import sys
from collections.abc import Iterator
from typing import Final

from cli.errors import UsageError

NAME: Final = "-"
"""Stands for standard input where a file is named."""
_MARK: Final = "\ufeff"
# No number or name is near as long; what has no line ends does not fill the memory.
_LINE_CHARS_MAX: Final = 4096


def line() -> str:
    """The next line without what surrounds it; empty where nothing is left, or nothing is piped in.

    Raises:
        UsageError: it is no text in the terminal's encoding, or far too long. It repeats none of it.
    """
    if sys.stdin is None:
        return ""
    try:
        read = sys.stdin.readline(_LINE_CHARS_MAX)
        # Bytes that are no text are kept as lone surrogates in the C locale.
        read.encode()
    except UnicodeError:
        raise _no_text() from None
    if len(read) == _LINE_CHARS_MAX and not read.endswith("\n"):
        raise UsageError(
            f"a line of standard input is longer than {_LINE_CHARS_MAX} characters",
            next_step="pipe in the number alone, and the name on the line after it",
        )
    return read.removeprefix(_MARK).strip()


def content(most: int) -> bytes:
    """All of it, and no more than `most` bytes."""
    return b"" if sys.stdin is None else sys.stdin.buffer.read(most)


def lines() -> Iterator[str]:
    """Each line, with its end, read as UTF-8. Raises UsageError."""
    if sys.stdin is None:
        return
    for number, raw in enumerate(sys.stdin.buffer):
        try:
            yield raw.decode("utf-8-sig" if number == 0 else "utf-8")
        except UnicodeDecodeError:
            raise UsageError(
                f"standard input: line {number + 1} is not UTF-8", next_step="pipe it in as UTF-8"
            ) from None


def _no_text() -> UsageError:
    encoding = (sys.stdin.encoding or "").upper() or "the terminal's encoding"
    return UsageError(
        f"standard input is no text in {encoding}",
        next_step=f"pipe it in as {encoding}, or set LC_ALL to the locale that it is written in",
    )
