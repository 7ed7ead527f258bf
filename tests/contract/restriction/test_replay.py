"""A copy is rebuilt from an unbroken chain only."""

from dataclasses import replace
from unittest.mock import create_autospec

import pytest

from chassis.clock import SystemClock
from restriction.epochs import EpochLoading
from restriction.facts.changes import change_from
from restriction.facts.effects import ChainBrokenError
from restriction.facts.store import Cursor, Place
from restriction.ledger import Page, Report
from restriction.model import Position
from restriction.rewind import replay
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of
from tests.fakes.ledger import FakeLedger


class SpoiledLedger:
    """Gives out the second change with other bytes than were hashed."""

    def __init__(self, ledger: FakeLedger) -> None:
        self._ledger = ledger

    async def read_changes(
        self, *, incarnation: str, after: Place, cursor: Cursor, limit: int, wait_ms: int
    ) -> Page:
        del incarnation, cursor, wait_ms
        stored = self._ledger.changes
        changes = [change_from(one.change) for one in stored]
        changes[1] = replace(changes[1], body=changes[1].body + b"\x00")
        return Page(
            changes=changes[after.number :][:limit],
            head=Position(self._ledger.incarnation, len(changes)),
            head_hash=changes[-1].hash,
            as_of_at=self._ledger.now(),
        )

    async def report_endings(self, *_: object, **__: object) -> Report:
        raise AssertionError("a replay reports nothing")


async def test_altered_bytes_are_never_taken_into_a_rebuilt_copy(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", digest_of(resident_id(serial=1)))
    bench.ledger.issue("o1", "s1")
    follower = await bench.rebuild.start_generation(2)
    with pytest.raises(ChainBrokenError):
        await replay(
            SpoiledLedger(bench.ledger),
            bench.rebuild,
            create_autospec(EpochLoading),
            follower,
            clock=SystemClock(),
        )
    rebuilt = await bench.rebuild.read_generation(2)
    assert rebuilt is not None
    assert rebuilt.all.number == 0
