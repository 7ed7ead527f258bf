"""One change that removes something which must be missed."""

from collections.abc import Callable
from dataclasses import dataclass


class StaleError(Exception):
    """The mutant does not fit the tree any more: what it removes is not there, or not once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A change of one file.

    Attributes:
        name: unique and short, for `--only` and the report.
        file: path from the root of the tree.
        mutate: from the file's text to the mutated text; raises StaleError.
        tests: what pytest is asked to run: the test that must fail, or a folder of rules' tests.
        why: what the removed thing protects, in one sentence.
    """

    name: str
    file: str
    mutate: Callable[[str], str]
    tests: tuple[str, ...]
    why: str

    def is_judged_by(self, test: str) -> bool:
        """Whether a test, by its id, is among those of this mutant."""
        return any(test.startswith(one) for one in self.tests)


def replacing(
    old: str, new: str, *, place: int | None = None, everywhere: bool = False
) -> Callable[[str], str]:
    """A mutation that puts `new` in the place of `old`.

    `old` must stand in the file once; where it may stand several times, `place` (from 1) chooses
    one of them, and `everywhere` takes them all.
    """

    def mutate(text: str) -> str:
        count = text.count(old)
        if everywhere and count > 1:
            return text.replace(old, new)
        if count == 0 or (place is None and count > 1) or (place is not None and count < place):
            raise StaleError(f"{old!r} is there {count} times")
        at = -1
        for _ in range(place or 1):
            at = text.index(old, at + 1)
        return text[:at] + new + text[at + len(old) :]

    return mutate


def hand(
    name: str,
    file: str,
    old: str,
    new: str,
    killer: str,
    why: str,
    *,
    place: int | None = None,
    everywhere: bool = False,
) -> Mutant:
    """A hand-written mutant under `services/`, with its killer under `tests/`."""
    return Mutant(
        name=name,
        file=f"services/{file}",
        mutate=replacing(old, new, place=place, everywhere=everywhere),
        tests=(f"tests/{killer}",),
        why=why,
    )
