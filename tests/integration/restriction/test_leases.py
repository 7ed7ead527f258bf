"""Blocks of tokens on a real Valkey: shared by all processes of a field, and nobody's fault when it is away."""

import secrets
from collections.abc import AsyncIterator
from datetime import date

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from chassis.clock import SystemClock
from restriction.asking import leases
from restriction.asking.leases import WINDOW_S, Leases
from stack.ports import free_port
from tests.eventually import LIMIT_S

DAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine answers late: whoever gave up would count by itself."""
    monkeypatch.setattr(leases, "_TIMEOUT_S", LIMIT_S)


@pytest.fixture
def field() -> str:
    """A field that no other test has."""
    return f"test-{secrets.token_hex(6)}"


@pytest.fixture
async def two(valkey_server: str, field: str) -> AsyncIterator[tuple[Leases, Leases]]:
    """Two processes of one field."""
    clock = SystemClock()
    async with (
        Leases.open(valkey_server, field=field, clock=clock) as one,
        Leases.open(valkey_server, field=field, clock=clock) as other,
    ):
        yield one, other


async def test_a_rate_is_shared_and_never_exceeded_together(two: tuple[Leases, Leases]) -> None:
    one, other = two
    assert await one.rate("rail", 10, 10 * WINDOW_S - 30)
    assert await other.rate("rail", 10, 30)
    assert not await one.rate("rail", 10, 10)
    assert not await other.rate("rail", 10, 10)


async def test_a_quota_is_that_of_a_day_and_of_one_partner(two: tuple[Leases, Leases]) -> None:
    one, other = two
    assert await one.quota("rail", 100, DAY, 100)
    assert not await other.quota("rail", 100, DAY, 1)
    assert await other.quota("air", 100, DAY, 100)
    assert await other.quota("rail", 100, DAY.replace(day=2), 100)


async def test_another_field_has_limits_of_its_own(
    valkey_server: str, two: tuple[Leases, Leases], field: str
) -> None:
    assert await two[0].quota("rail", 10, DAY, 10)
    async with Leases.open(valkey_server, field=f"{field}-b", clock=SystemClock()) as other:
        assert await other.quota("rail", 10, DAY, 10)


async def test_what_lies_in_valkey_is_counts_by_field_and_partner_and_ends_by_itself(
    valkey_server: str, two: tuple[Leases, Leases], field: str
) -> None:
    await two[0].quota("rail", 10, DAY, 3)
    await two[0].rate("rail", 10, 3)
    async with Redis.from_url(valkey_server) as client:
        keys = [key async for key in client.scan_iter(f"courtlist:limits:*{field}*")]
        assert len(keys) == 2
        for key in keys:
            assert await client.get(key) == b"3"
            assert await client.ttl(key) > 0


async def test_while_valkey_is_away_a_process_counts_by_itself_and_says_so_once(
    field: str,
) -> None:
    nobody = f"redis://127.0.0.1:{free_port()}/0"
    with capture_logs() as lines:
        async with Leases.open(nobody, field=field, clock=SystemClock()) as alone:
            assert await alone.rate("rail", 10, 90)
            assert await alone.quota("rail", 100, DAY, 90)
            assert not await alone.rate("rail", 10, 90)
            assert not await alone.quota("rail", 100, DAY, 90)
    assert [line["event"] for line in lines] == ["limits_not_shared"]


async def test_without_an_address_a_process_counts_by_itself_and_says_nothing(field: str) -> None:
    with capture_logs() as lines:
        async with Leases.open("", field=field, clock=SystemClock()) as alone:
            assert await alone.quota("rail", 100, DAY, 100)
            assert not await alone.quota("rail", 100, DAY, 1)
    assert not lines
