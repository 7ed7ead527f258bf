"""Where product and oracle do not agree."""

from typing import Any

from tests.robustness.lives.town import refused


class DifferenceError(AssertionError):
    """One of the two is wrong; the text of the law says which."""


def expect(reply: Any, *, lawful: bool, act: str) -> bool:
    """Whether the act was done; raises DifferenceError where that is not as the law has it."""
    done = not refused(reply)
    if done != lawful:
        said = "was done" if done else f"was refused: {reply} {getattr(reply, 'violations', '')}"
        raise DifferenceError(f"{act} {said}; the law has it the other way")
    return done


def expect_same(found: object, expected: object, what: str) -> None:
    """Raise DifferenceError where they differ."""
    if found != expected:
        raise DifferenceError(f"{what}: the product says {found}, the oracle {expected}")
