"""Batches are sized by what the last ones took."""

import pytest

from chassis.work.pace import Pace


def test_a_queue_begins_with_the_largest_batch() -> None:
    assert Pace(least=10, most=500, aim_s=0.1).size == 500


def test_a_batch_that_took_too_long_halves_the_next() -> None:
    pace = Pace(least=10, most=500, aim_s=0.1)
    pace.note(0.11)
    assert pace.size == 250


def test_no_batch_is_smaller_than_the_least() -> None:
    pace = Pace(least=10, most=500, aim_s=0.1)
    for _ in range(20):
        pace.note(5.0)
    assert pace.size == 10


@pytest.mark.parametrize("least", [1, 2, 3, 10])
def test_quick_batches_grow_back_to_the_most(least: int) -> None:
    pace = Pace(least=least, most=500, aim_s=0.1)
    for _ in range(20):
        pace.note(5.0)
    for _ in range(40):
        pace.note(0.01)
    assert pace.size == 500


def test_a_batch_near_the_aim_changes_nothing() -> None:
    pace = Pace(least=10, most=400, aim_s=0.1)
    pace.note(1.0)
    pace.note(0.07)
    pace.note(0.1)
    assert pace.size == 200
