"""How far a process has come, and what health makes of it."""

import asyncio
from datetime import timedelta

import pytest

from chassis.clock import HeldClock
from restriction.index import CountedIndex
from restriction.keyring import CurrentGateKeys
from restriction.lookup import Lookup
from restriction.model import Position
from restriction.probes import NotYetError, Probes
from restriction.progress import Progress
from tests.builders import gate_keys
from tests.eventually import LIMIT_S
from tests.fakes.restriction_doubles import NOW


def _progress() -> Progress:
    return Progress(max_staleness_s=5, stale_limit_s=60)


def test_time_is_only_known_at_the_head_and_never_goes_back() -> None:
    progress = _progress()
    progress.reach(Position("life-1", 1), NOW)
    progress.reach(Position("life-1", 2), None)
    assert (progress.position.number, progress.as_of_at) == (2, NOW)
    progress.reach(Position("life-1", 3), NOW - timedelta(seconds=1))
    assert progress.as_of_at == NOW


def test_it_has_started_when_the_index_is_loaded_and_a_head_was_seen() -> None:
    progress = _progress()
    progress.reach(Position("life-1", 1), NOW)
    assert not progress.started
    progress.load(Position("life-1", 1), NOW)
    assert progress.started


def test_an_index_loaded_before_any_head_was_seen_has_not_started() -> None:
    progress = _progress()
    progress.load(Position("life-1", 1), None)
    assert not progress.started


async def test_readiness_does_not_depend_on_freshness() -> None:
    progress, clock = _progress(), HeldClock(NOW)
    lookup = Lookup(index=CountedIndex(), keys=CurrentGateKeys(gate_keys()))
    probes = Probes(progress=progress, lookup=lookup, clock=clock)
    with pytest.raises(NotYetError):
        await probes.caught_up()
    progress.load(Position("life-1", 1), NOW)
    await probes.caught_up()
    await probes.fresh()
    clock.advance(6)
    await probes.caught_up()
    with pytest.raises(NotYetError):
        await probes.fresh()


async def test_news_wakes_whoever_waits() -> None:
    progress = _progress()
    waiting = asyncio.create_task(progress.news())
    await asyncio.sleep(0)
    progress.reach(Position("life-1", 1), NOW)
    await asyncio.wait_for(waiting, LIMIT_S)
