"""A life: acts drawn from a seed, every gate asked after each, and the few acts that a failure needs."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from tests.robustness.lives import ending, entering, granting, happening, identifying, paying
from tests.robustness.lives.asking import ask
from tests.robustness.lives.book import Book
from tests.robustness.lives.days import CHINA, DAY, day_of
from tests.robustness.lives.difference import DifferenceError
from tests.robustness.lives.people import settlers
from tests.robustness.lives.questions import draw
from tests.robustness.lives.town import Town

Act = Callable[[Town, Random], Awaitable[str]]

_OFTEN: Final[dict[Act, int]] = {
    entering.enter_listing: 14,
    entering.issue_order: 8,
    paying.issue_statement: 6,
    paying.record_repayment: 9,
    paying.return_repayment: 2,
    paying.record_act: 2,
    ending.end_listing: 5,
    ending.revoke_listing: 2,
    ending.lift_order: 4,
    ending.correct_listing: 1,
    granting.grant_pass: 8,
    granting.withdraw_pass: 3,
    identifying.bind_passport: 5,
    identifying.unbind_document: 2,
    happening.let_time_pass: 18,
    happening.rate_site: 4,
    happening.break_line: 3,
    happening.mend_line: 4,
    happening.restart_gate: 1,
    happening.shift_clocks: 3,
    happening.change_digest_key: 1,
}
_ACTS: Final = {act.__name__: act for act in _OFTEN}
_QUESTIONS: Final = 6
"""Of each field, after each act."""
_SWEEP: Final = 60
"""Of each field, at the end."""


@dataclass(frozen=True)
class Step:
    """One act by name, and the seed of what it draws: it means the same whatever comes before it."""

    act: str
    seed: int


@dataclass
class Tally:
    """How much was done."""

    acts: int = 0
    checks: int = 0


def drawn(seed: int, length: int) -> list[Step]:
    """The steps of the life of that seed."""
    rng = Random(seed)
    names = rng.choices(list(_ACTS), weights=list(_OFTEN.values()), k=length)
    return [Step(name, rng.getrandbits(32)) for name in names]


def first_day(seed: int) -> datetime:
    """When the life of that seed begins: at noon of some day of 2026 to 2028, so that ends meet month's ends."""
    return datetime(2026, 1, 5, 12, tzinfo=CHINA) + DAY * Random(seed).randrange(900)


def first_page(seed: int) -> Book:
    """The book of a life before anything is decided."""
    return Book(people=settlers(Random(seed), day_of(first_day(seed))))


async def live(town: Town, steps: Sequence[Step], tally: Tally) -> None:
    """Do the steps one by one, asking after each. Raises DifferenceError, with the diary of the life so far."""
    diary: list[str] = []
    try:
        await happening.open_hotels(town)
        await town.settle()
        for step in steps:
            rng = Random(step.seed)
            town.book.turn += 1
            await town.clocks.move_to(town.clocks.now + timedelta(seconds=1))
            diary.append(f"{town.clocks.now:%Y-%m-%d %H:%M:%S} {await _ACTS[step.act](town, rng)}")
            tally.acts += 1
            town.unsettle()
            tally.checks += await _ask(town, rng, 2)
            await town.settle()
            tally.checks += await _ask(town, rng, _QUESTIONS)
        town.line.mend()
        await happening.hear(town)
        await town.settle()
        tally.checks += await _ask(town, Random(0), _SWEEP)
    except DifferenceError as difference:
        raise DifferenceError("\n".join([*diary, "", str(difference)])) from difference


async def _ask(town: Town, rng: Random, count: int) -> int:
    return await ask(town, draw(town.book, rng, town.clocks.gates.now(), count))


async def shrunk(
    steps: Sequence[Step], fails: Callable[[Sequence[Step]], Awaitable[bool]]
) -> list[Step]:
    """Fewer steps that fail as well: halves are left out, then quarters, and so on to single ones."""
    left, size = list(steps), max(1, len(steps) // 2)
    while size:
        at = 0
        while at < len(left):
            fewer = left[:at] + left[at + size :]
            if await fails(fewer):
                left = fewer
            else:
                at += size
        size //= 2
    return left
