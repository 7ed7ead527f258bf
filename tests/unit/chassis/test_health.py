import asyncio
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
import structlog
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from structlog.testing import CapturingLogger

from chassis.health import Health, Probe
from chassis.limits import HEALTH_WATCHES_OF_ONE_MAX
from tests.eventually import LIMIT_S

SERVING = HealthCheckResponse.SERVING
NOT_SERVING = HealthCheckResponse.NOT_SERVING


class Switch:
    """A probe that passes while it is on."""

    def __init__(self, *, on: bool = True) -> None:
        self.on = on
        self.asked = 0

    async def __call__(self) -> None:
        self.asked += 1
        if not self.on:
            raise RuntimeError("off")


async def hang() -> None:
    await asyncio.Event().wait()


def health(
    ready: dict[str, Probe],
    *,
    named: dict[str, dict[str, Probe]] | None = None,
    lines: CapturingLogger | None = None,
) -> Health:
    log = structlog.wrap_logger(
        lines or CapturingLogger(), processors=[lambda _, __, event: ((), event)]
    )
    return Health(
        ready=ready, named=named, services=["x.Y"], interval_s=0.02, timeout_s=0.01, log=log
    )


async def test_live_depends_on_no_probe() -> None:
    one = health({"store": Switch(on=False)})
    await one.poll()
    assert one.status("live") == SERVING
    assert [one.status(name) for name in ("ready", "", "x.Y")] == [NOT_SERVING] * 3


async def test_ready_needs_every_ready_probe() -> None:
    store, feed = Switch(), Switch()
    one = health({"store": store, "feed": feed})
    await one.poll()
    assert [one.status(name) for name in ("ready", "", "x.Y")] == [SERVING] * 3
    feed.on = False
    await one.poll()
    assert [one.status(name) for name in ("ready", "", "x.Y")] == [NOT_SERVING] * 3
    feed.on = True
    await one.poll()
    assert one.status("ready") == SERVING


async def test_a_named_group_stands_for_itself() -> None:
    fresh = Switch(on=False)
    one = health({"store": Switch()}, named={"fresh": {"lag": fresh}})
    await one.poll()
    assert (one.status("fresh"), one.status("ready")) == (NOT_SERVING, SERVING)


async def test_a_probe_that_hangs_fails_within_its_timeout_and_holds_up_no_other() -> None:
    other = Switch()
    one = health({"store": hang}, named={"fresh": {"lag": other}})
    async with asyncio.timeout(LIMIT_S):
        await one.poll()
    assert (one.status("ready"), one.status("fresh")) == (NOT_SERVING, SERVING)


async def test_a_probe_slow_to_end_is_not_waited_for_nor_started_again_beside_itself() -> None:
    ended = asyncio.Event()
    started = 0

    async def cling() -> None:
        nonlocal started
        started += 1
        try:
            await asyncio.Event().wait()
        finally:
            await ended.wait()

    one = health({"store": cling})
    async with asyncio.timeout(LIMIT_S):
        await one.poll()
        await one.poll()
        assert (one.status("ready"), started) == (NOT_SERVING, 1)
    ended.set()
    await asyncio.sleep(0)
    await one.poll()
    await one.poll()
    assert started == 2
    ended.set()


async def test_the_poller_sees_a_fault_and_the_recovery_by_itself() -> None:
    store = Switch()
    one = health({"store": store})
    polling = asyncio.create_task(one.run())
    for on, status in ((True, SERVING), (False, NOT_SERVING), (True, SERVING)):
        store.on = on
        async with asyncio.timeout(LIMIT_S):
            while one.status("ready") != status:  # noqa: ASYNC110 - the poller tells nobody
                await asyncio.sleep(0.005)
    polling.cancel()
    await asyncio.wait((polling,))


async def test_a_fault_is_logged_once_and_its_end_too() -> None:
    lines = CapturingLogger()
    store = Switch(on=False)
    one = health({"store": store}, lines=lines)
    for on in (False, False, True, True):
        store.on = on
        await one.poll()
    assert [(call.kwargs["event"], call.kwargs["probe"]) for call in lines.calls] == [
        ("probe_failed", "ready/store"),
        ("probe_recovered", "ready/store"),
    ]


async def test_a_drain_is_final_for_all_but_live() -> None:
    one = health({"store": Switch()})
    await one.poll()
    one.drain()
    await one.poll()
    assert one.status("live") == SERVING
    assert [one.status(name) for name in ("ready", "", "x.Y")] == [NOT_SERVING] * 3


class AbortedError(Exception):
    """What gRPC raises where a call is aborted."""


@dataclass(frozen=True)
class Connection:
    """A call's context, as far as a watch looks at it."""

    certificate: bytes

    def peer_identities(self) -> list[bytes]:
        return [self.certificate]

    async def abort(self, code: grpc.StatusCode, _: str) -> None:
        raise AbortedError(code)


async def test_one_certificate_takes_the_watches_of_no_other() -> None:
    one, live = health({}), HealthCheckRequest(service="live")
    watches: list[Any] = [
        one.Watch(live, Connection(b"rail")) for _ in range(HEALTH_WATCHES_OF_ONE_MAX)
    ]
    for watch in watches:
        await anext(watch)
    with pytest.raises(AbortedError):
        await anext(one.Watch(live, Connection(b"rail")))
    await anext(one.Watch(live, Connection(b"supervisor")))
    await watches[0].aclose()
    await anext(one.Watch(live, Connection(b"rail")))


async def test_a_drain_that_begins_while_a_status_is_written_is_still_told() -> None:
    one = health({"store": Switch()})
    await one.poll()
    watch: Any = one.Watch(HealthCheckRequest(service="ready"), Connection(b"rail"))
    assert (await anext(watch)).status == SERVING
    # The server writes; the generator goes on only when that is done.
    one.drain()
    assert [reply.status async for reply in watch] == [NOT_SERVING]
