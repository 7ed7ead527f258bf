"""The chain of changes, and what may run ahead of it."""

from datetime import UTC, datetime

import pytest

from restriction.effects import (
    NO_HASH,
    BasisEnded,
    BasisUnsettled,
    ChainBrokenError,
    Change,
    DocumentBound,
    hash_of,
    verify_chain,
    verify_hash,
)
from restriction.model import Measure, Position


def _chain(count: int) -> list[Change]:
    changes = []
    previous = NO_HASH
    for number in range(1, count + 1):
        body = f"body {number}".encode()
        changes.append(
            Change(
                position=Position("life-1", number),
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


def test_altered_bytes_break_the_chain() -> None:
    (change,) = _chain(1)
    altered = Change(
        position=change.position,
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


def test_only_what_frees_somebody_runs_ahead() -> None:
    ending = BasisEnded(
        position=1,
        basis_id="o1",
        measure=Measure.ORDER,
        subject_id="s1",
        end_at=datetime(2026, 1, 1, tzinfo=UTC),
        incarnation="life-1",
        hash=NO_HASH,
    )
    bound = DocumentBound(position=1, document_id="d1", subject_id="s1", bound=True)
    unbound = DocumentBound(position=1, document_id="d2", subject_id="s1", bound=False)
    lost = BasisUnsettled(
        position=1, basis_id="o2", measure=Measure.ORDER, subject_id="s1", unsettled=True
    )
    stands = BasisUnsettled(
        position=1, basis_id="o3", measure=Measure.ORDER, subject_id="s1", unsettled=False
    )
    (change,) = _chain(1)
    whole = Change(
        position=change.position,
        previous_hash=change.previous_hash,
        hash=change.hash,
        body=change.body,
        bindings=[bound, unbound],
        endings=[ending],
        unsettled=[lost, stands],
    )
    ahead = whole.endings_only()
    assert list(ahead.endings) == [ending]
    assert list(ahead.bindings) == [unbound]
    assert list(ahead.unsettled) == [lost]
