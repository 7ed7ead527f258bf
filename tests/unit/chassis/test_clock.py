from datetime import UTC, datetime, timedelta, timezone

import pytest

from chassis.clock import HeldClock, SystemClock

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_the_systems_now_is_aware_and_in_utc() -> None:
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - now) < timedelta(seconds=5)


def test_ids_are_version_7_and_sort_by_the_millisecond_they_were_made_in() -> None:
    clock = SystemClock()
    first = clock.uuid()
    started = clock.monotonic()
    while clock.monotonic() - started < 0.003:
        pass
    second = clock.uuid()
    assert (first.version, first.variant) == (7, "specified in RFC 4122")
    assert first < second
    made_at = datetime.fromtimestamp((first.int >> 80) / 1000, UTC)
    assert abs(datetime.now(UTC) - made_at) < timedelta(seconds=5)


def test_ids_do_not_repeat() -> None:
    clock = SystemClock()
    assert len({clock.uuid() for _ in range(10_000)}) == 10_000


def test_a_held_clock_moves_only_when_told() -> None:
    clock = HeldClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(90)
    assert clock.now() == NOON + timedelta(seconds=90)
    assert clock.monotonic() == 90
    clock.set(NOON - timedelta(days=1))
    assert clock.now() == NOON - timedelta(days=1)
    assert clock.monotonic() == 90


def test_a_held_clock_answers_in_utc_and_refuses_naive_instants() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert HeldClock(datetime(2026, 1, 2, 20, tzinfo=shanghai)).now().hour == 12
    with pytest.raises(AssertionError):
        HeldClock(datetime(2026, 1, 2))  # noqa: DTZ001 - naive on purpose


def test_a_held_clocks_ids_are_the_same_in_every_run() -> None:
    ids = [HeldClock(NOON).uuid(), HeldClock(NOON).uuid()]
    assert ids[0] == ids[1]
    clock = HeldClock(NOON)
    assert clock.uuid() < clock.uuid()
