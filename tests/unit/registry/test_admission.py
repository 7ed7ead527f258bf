"""Acts take turns, and a queue that is full or does not move is not joined for ever."""

import asyncio

import pytest

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from registry.admission import Admission
from tests.eventually import LIMIT_S, eventually


class Work:
    """An act that lasts until it is let go."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self.has_begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        async with self._admission.turn():
            self.has_begun.set()
            await self.may_end.wait()


async def refusal(work: Work) -> ServiceError:
    with pytest.raises(ServiceError) as refused:
        await work.task
    return refused.value


async def test_no_more_are_at_work_than_may_be() -> None:
    admission = Admission(at_work_max=2)
    works = [Work(admission) for _ in range(3)]
    await works[1].has_begun.wait()
    assert [one.has_begun.is_set() for one in works] == [True, True, False]
    works[0].may_end.set()
    await asyncio.wait_for(works[2].has_begun.wait(), LIMIT_S)
    for one in works:
        one.may_end.set()
    await asyncio.gather(*(one.task for one in works))


async def test_who_finds_the_queue_full_is_told_at_once_to_come_again() -> None:
    admission = Admission(at_work_max=1, waiting_max=1, wait_s_max=2 * LIMIT_S)
    first, second, third = (Work(admission) for _ in range(3))
    error = await asyncio.wait_for(refusal(third), LIMIT_S)
    assert error.reason == reasons.ERROR_REASON_OVERLOADED
    assert error.retry_after_s is not None
    first.may_end.set()
    second.may_end.set()
    await asyncio.gather(first.task, second.task)


async def test_who_waits_too_long_is_told_to_come_again() -> None:
    admission = Admission(at_work_max=1, wait_s_max=0.01)
    first, second = Work(admission), Work(admission)
    error = await asyncio.wait_for(refusal(second), LIMIT_S)
    assert error.reason == reasons.ERROR_REASON_OVERLOADED
    first.may_end.set()
    await first.task
    again = Work(admission)
    again.may_end.set()
    await asyncio.wait_for(again.task, LIMIT_S)


async def test_who_gives_up_waiting_leaves_the_place_to_another() -> None:
    admission = Admission(at_work_max=1, waiting_max=1, wait_s_max=2 * LIMIT_S)
    first, second = Work(admission), Work(admission)
    await first.has_begun.wait()
    second.task.cancel()
    await eventually(second.task.done)
    third = Work(admission)
    first.may_end.set()
    third.may_end.set()
    await asyncio.wait_for(third.task, LIMIT_S)
    await first.task


async def test_an_act_that_fails_gives_its_turn_back() -> None:
    admission = Admission(at_work_max=1)
    with pytest.raises(ValueError, match="broken"):
        async with admission.turn():
            raise ValueError("broken")
    last = Work(admission)
    last.may_end.set()
    await asyncio.wait_for(last.task, LIMIT_S)
