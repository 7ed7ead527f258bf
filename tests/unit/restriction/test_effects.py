"""The chain of changes, and what may run ahead of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from restriction.facts.effects import (
    NO_HASH,
    ChainBrokenError,
    Change,
    hash_of,
    verify_chain,
    verify_hash,
)
from restriction.model import Position

RECORDED_AT = datetime(2099, 1, 31, tzinfo=UTC)


def _chain(count: int) -> list[Change]:
    changes = []
    previous = NO_HASH
    for number in range(1, count + 1):
        body = f"body {number}".encode()
        changes.append(
            Change(
                position=Position("life-1", number),
                recorded_at=RECORDED_AT,
                previous_hash=previous,
                hash=hash_of(previous, body),
                body=body,
            )
        )
        previous = changes[-1].hash
    return changes


def test_an_unbroken_chain_passes_from_any_place() -> None:
    changes = _chain(4)
    verify_chain(changes, after=0, last_hash=NO_HASH)
    verify_chain(changes[2:], after=2, last_hash=changes[1].hash)


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_missing_change_breaks_the_chain(gone: int) -> None:
    changes = _chain(4)
    del changes[gone]
    with pytest.raises(ChainBrokenError):
        verify_chain(changes, after=0, last_hash=NO_HASH)


def test_a_change_that_says_another_position_breaks_the_chain() -> None:
    (change,) = _chain(1)
    misplaced = replace(change, position=Position("life-1", 2))
    with pytest.raises(ChainBrokenError, match="position 1 is missing"):
        verify_chain([misplaced], after=0, last_hash=NO_HASH)


def test_altered_bytes_break_the_chain() -> None:
    (change,) = _chain(1)
    altered = Change(
        position=change.position,
        recorded_at=change.recorded_at,
        previous_hash=change.previous_hash,
        hash=change.hash,
        body=b"body 2",
    )
    with pytest.raises(ChainBrokenError):
        verify_chain([altered], after=0, last_hash=NO_HASH)
    with pytest.raises(ChainBrokenError):
        verify_hash(altered)


def test_a_chain_that_continues_another_one_is_refused() -> None:
    with pytest.raises(ChainBrokenError):
        verify_chain(_chain(2)[1:], after=1, last_hash=bytes(31) + b"\x01")
