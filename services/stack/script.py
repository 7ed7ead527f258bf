"""The lines of a story: each is done, timed, and compared with what was to come of it."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import grpc


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story: what was done or asked, what was to come of it, and what came."""

    chapter: str
    what: str
    expected: str
    got: str
    took_ms: float
    note: str = ""

    @property
    def is_right(self) -> bool:
        """Whether what came is what was to come."""
        return self.expected == self.got


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in a few words, and what can be said to explain it."""

    answer: str
    note: str = ""


@dataclass(slots=True)
class Script:
    """Does the lines of a story one after another and keeps them."""

    lines: list[Line] = field(default_factory=list)
    chapter: str = ""

    async def do(self, what: str, expected: str, act: Callable[[], Awaitable[Said | str]]) -> None:
        """Do one line; a refused call is an answer like any other."""
        began_s = time.monotonic()
        try:
            answer = await act()
        except grpc.aio.AioRpcError as error:
            answer = f"{error.code().name}: {error.details()}"
        took_ms = (time.monotonic() - began_s) * 1000
        said = answer if isinstance(answer, Said) else Said(answer)
        self.lines.append(Line(self.chapter, what, expected, said.answer, took_ms, said.note))

    @property
    def is_right(self) -> bool:
        """Whether every line came as expected."""
        return all(line.is_right for line in self.lines)


def since_ms(began_s: float) -> float:
    """Milliseconds since an instant of the monotonic clock, to a tenth."""
    return round((time.monotonic() - began_s) * 1000, 1)
