"""Tasks that work together: the first that ends takes the others along."""

import asyncio

import pytest

from chassis.work.companions import until_first_ends
from tests.eventually import eventually


async def _end() -> None:
    return


async def _break() -> None:
    raise LookupError("gone")


async def _work(ended: list[str], begun: list[str] | None = None) -> None:
    try:
        if begun is not None:
            begun.append("begun")
        await asyncio.Event().wait()
    finally:
        ended.append("worked")


async def test_the_first_that_ends_ends_the_others() -> None:
    ended: list[str] = []
    tasks = [asyncio.create_task(one) for one in (_work(ended), _end(), _work(ended))]
    await until_first_ends(tasks)
    assert all(task.done() for task in tasks)
    assert ended == ["worked", "worked"]


async def test_what_broke_one_is_raised_once_the_others_are_over() -> None:
    ended: list[str] = []
    with pytest.raises(LookupError):
        await until_first_ends([asyncio.create_task(one) for one in (_work(ended), _break())])
    assert ended == ["worked"]


async def test_who_is_cancelled_leaves_none_behind() -> None:
    ended: list[str] = []
    begun: list[str] = []
    tasks = [asyncio.create_task(_work(ended, begun)) for _ in range(2)]
    waiting = asyncio.create_task(until_first_ends(tasks))
    await eventually(lambda: len(begun) == 2)
    waiting.cancel()
    await asyncio.wait((waiting,))
    assert waiting.cancelled()
    assert ended == ["worked", "worked"]
