"""Errands are run to their end, whoever waits for them."""

import asyncio

import pytest
from structlog.testing import capture_logs

from chassis.work.errands import Errands
from tests.eventually import eventually


async def test_who_waits_is_given_what_an_errand_comes_to() -> None:
    async def work() -> int:
        return 7

    assert await Errands().run(work()) == 7


async def test_who_waits_is_told_of_what_broke_it() -> None:
    async def work() -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError):
        await Errands().run(work())


async def test_an_errand_goes_on_when_nobody_waits_for_it() -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    ended: list[str] = []

    async def work() -> None:
        begun.set()
        await may_end.wait()
        ended.append("done")

    waiting = asyncio.create_task(Errands().run(work()))
    await begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    may_end.set()
    await eventually(lambda: ended == ["done"])


async def test_what_broke_an_errand_is_told_where_nobody_waits_for_it_any_more() -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await may_end.wait()
        raise LookupError("a name")

    with capture_logs() as lines:
        errands = Errands()
        waiting = asyncio.create_task(errands.run(work()))
        await begun.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        may_end.set()
        await eventually(lambda: bool(lines))
    [line] = lines
    assert line["event"] == "errand_failed"
    assert line["fault"][0] == "LookupError"
    assert "a name" not in repr(line)


async def test_a_process_ends_when_its_errands_have() -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    steps: list[str] = []

    async def work() -> None:
        begun.set()
        await may_end.wait()
        steps.append("errand")

    errands = Errands()
    waiting = asyncio.create_task(errands.run(work()))
    await begun.wait()
    waiting.cancel()

    async def close() -> None:
        await errands.ended()
        steps.append("closed")

    closing = asyncio.create_task(close())
    await asyncio.wait((waiting,))
    may_end.set()
    await closing
    assert steps == ["errand", "closed"]
