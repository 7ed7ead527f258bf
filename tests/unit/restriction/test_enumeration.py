"""Signs that a partner goes through numbers; honest partners show none, and nobody is named."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest
from structlog.testing import capture_logs

from chassis.clock import HeldClock
from restriction.asking.watch import Watch
from restriction.enumeration import CHECKS_LEAST, PART_S, PARTS, Sign, Window
from restriction.model import CLEAR, DecidedBy, Decision, Reason, undetermined
from tests.builders import passport, resident_id
from tests.fakes.restriction_doubles import NOW

BORN = date(1970, 1, 1)


def _strangers(count: int) -> Iterable[str]:
    """Numbers of people who have nothing in common: every part differs from one to the next."""
    for number in range(count):
        yield resident_id(
            BORN + timedelta(days=37 * number % 12_000),
            region=f"{number % 900:06d}",
            serial=7 * number % 1000,
        )


def _window(
    numbers: Iterable[str], *, invalid: int = 0, found: int = 0, copy: bool = False
) -> Window:
    """Asked one after another; every `invalid`th cannot be right, on every `found`th something was."""
    window = Window()
    for place, number in enumerate(numbers, start=1):
        window.note(
            number,
            invalid=bool(invalid) and place % invalid == 0,
            found=bool(found) and place % found == 0,
            copy=copy,
            now_s=0,
        )
    return window


def test_an_honest_partner_shows_no_sign() -> None:
    assert not _window(_strangers(5000), invalid=50, found=50).signs(0)


def test_a_family_that_is_asked_about_again_and_again_shows_none() -> None:
    family = list(_strangers(3))
    assert not _window(family * 500).signs(0)


@pytest.mark.parametrize(
    "numbers",
    [
        [resident_id(serial=number) for number in range(400)],
        [resident_id(BORN + timedelta(days=number)) for number in range(400)],
        [resident_id(region=f"{number:06d}") for number in range(400)],
        [passport(number) for number in range(400)],
    ],
)
def test_whoever_counts_up_one_part_of_a_number_is_seen(numbers: list[str]) -> None:
    assert set(_window(numbers).signs(0)) == {Sign.NEIGHBOUR}


@pytest.mark.parametrize("between", [1, 7])
def test_whoever_hides_what_she_counts_among_others_is_seen(between: int) -> None:
    others = list(_strangers(between))
    numbers = [one for serial in range(400) for one in (resident_id(serial=serial), *others)]
    assert set(_window(numbers).signs(0)) == {Sign.NEIGHBOUR}


_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@pytest.mark.parametrize(
    "spelled",
    [
        lambda number, place: f"{number[:place]} {number[place:]}",
        lambda number, place: number[:place].translate(_WIDE) + number[place:],
    ],
    ids=["with a space", "partly in full width"],
)
def test_whoever_spells_each_number_otherwise_is_seen(spelled: Callable[[str, int], str]) -> None:
    numbers = [spelled(resident_id(serial=serial), serial % 17 + 1) for serial in range(400)]
    assert set(_window(numbers).signs(0)) == {Sign.NEIGHBOUR}


def test_whoever_guesses_numbers_is_seen() -> None:
    assert set(_window(_strangers(400), invalid=4).signs(0)) == {Sign.INVALID}


def test_whoever_asks_about_known_debtors_is_seen_but_not_for_confirming_a_copy() -> None:
    assert set(_window(_strangers(400), found=5).signs(0)) == {Sign.FOUND}
    assert not _window(_strangers(400), found=1, copy=True).signs(0)


def test_few_checks_are_no_sign_and_neither_is_what_is_past() -> None:
    numbers = [resident_id(serial=number) for number in range(CHECKS_LEAST - 1)]
    window = _window(numbers)
    assert not window.signs(0)
    window.note(resident_id(serial=500), invalid=False, found=False, copy=False, now_s=0)
    assert window.signs(0)
    assert not window.signs(PART_S * PARTS)


def test_a_sign_is_said_once_in_ten_minutes_and_names_nobody() -> None:
    clock = HeldClock(NOW)
    decision = Decision(verdict=undetermined(Reason.DOCUMENT_INVALID), decided_by=DecidedBy.RULE)
    with capture_logs() as lines:
        watch = Watch(clock=clock)
        for _ in range(2):
            for number in _strangers(600):
                watch.note("rail", number, "ORDER", decision)
            clock.advance(PART_S * PARTS)
    assert [line["event"] for line in lines] == ["enumeration_suspected"] * 2
    assert lines[0] == {
        "event": "enumeration_suspected",
        "log_level": "warning",
        "partner_id": "rail",
        "sign": "INVALID",
        "share": 1.0,
    }
    assert watch.said() == {("rail", "INVALID"): 2}


def test_somebody_in_grace_is_noted_as_a_stranger_is() -> None:
    watch = Watch(clock=HeldClock(NOW))
    graced = Decision(verdict=CLEAR, decided_by=DecidedBy.INDEX, looked_up=True)
    for number in _strangers(600):
        watch.note("rail", number, "ORDER", graced)
    assert not watch.said()
