"""When a digest epoch may be opened, switched to and closed."""

from dataclasses import replace

from registry.epochs.rules import (
    EpochRecord,
    Obstacle,
    Reader,
    closing_obstacle,
    in_force,
    opening_obstacle,
    switching_obstacle,
)
from tests.builders import digest_key

FIRST = EpochRecord(
    epoch=1,
    algorithm="blake2b-128",
    key_id="digest-test-1",
    opened_position=0,
    filled=True,
    switched_position=0,
    closed_position=None,
)
OPENED = replace(
    FIRST,
    epoch=2,
    key_id="digest-test-2",
    opened_position=10,
    filled=True,
    switched_position=None,
)
IN_FORCE = replace(OPENED, switched_position=20)
KEYS = (digest_key(1), digest_key(2))
READY = Reader(follower="travel", position=20, ready_epochs=(1, 2), is_of_this_life=True)


def why(obstacle: Obstacle | None) -> str:
    return "" if obstacle is None else obstacle.why


def test_only_the_newest_key_s_epoch_is_opened() -> None:
    assert why(opening_obstacle([FIRST], 2, KEYS)) == ""
    assert why(opening_obstacle([FIRST], 2, KEYS[:1])) == "NO_KEY"
    assert why(opening_obstacle([FIRST], 1, KEYS[:1])) == "ORDER"
    assert why(opening_obstacle([FIRST, OPENED], 3, (*KEYS, digest_key(3)))) == "ORDER"


def test_an_epoch_is_switched_to_when_it_is_filled_and_everybody_is_ready() -> None:
    def switching(record: EpochRecord, *readers: Reader, is_missing: bool = False) -> str:
        return why(switching_obstacle([FIRST, record], 2, KEYS, readers, is_missing=is_missing))

    assert switching(OPENED, READY) == ""
    assert switching(OPENED) == ""
    assert switching(replace(OPENED, filled=False), READY) == "MISSING"
    assert switching(OPENED, READY, is_missing=True) == "MISSING"
    assert switching(OPENED, READY, replace(READY, ready_epochs=(1,))) == "AWAITED"
    assert switching(IN_FORCE, READY) == "ORDER"
    assert switching(replace(OPENED, closed_position=15), READY) == "ORDER"
    assert switching(replace(OPENED, key_id="another"), READY) == "NO_KEY"


def test_an_epoch_is_closed_when_another_is_in_force_and_everybody_has_passed_the_switch() -> None:
    both = [FIRST, IN_FORCE]
    assert why(closing_obstacle(both, 1, [READY])) == ""
    assert why(closing_obstacle(both, 2, [READY])) == "ORDER"
    assert why(closing_obstacle(both, 1, [replace(READY, position=19)])) == "AWAITED"
    assert why(closing_obstacle(both, 1, [replace(READY, is_of_this_life=False)])) == "AWAITED"
    # The cursor of endings looks nothing up.
    endings = replace(READY, follower="travel/endings", position=3)
    assert why(closing_obstacle(both, 1, [READY, endings])) == ""


def test_an_opened_epoch_can_be_given_up() -> None:
    assert why(closing_obstacle([FIRST, OPENED], 2, [replace(READY, position=0)])) == ""
    assert why(closing_obstacle([FIRST, OPENED], 1, [READY])) == "ORDER"


def test_the_epoch_switched_to_last_is_in_force() -> None:
    assert in_force([FIRST, OPENED]) == FIRST
    assert in_force([FIRST, IN_FORCE]) == IN_FORCE
    assert in_force([]) is None
