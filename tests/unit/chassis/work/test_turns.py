import asyncio

import pytest

from chassis.work.turns import in_turns


async def test_all_items_come_in_their_order() -> None:
    assert [one async for one in in_turns(range(7), every=3)] == list(range(7))


@pytest.mark.parametrize(("count", "turns"), [(0, 0), (2, 0), (3, 1), (7, 2)])
async def test_others_have_their_turn_after_so_many(count: int, turns: int) -> None:
    had = 0

    async def other() -> None:
        nonlocal had
        while True:
            had += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    await asyncio.sleep(0)
    begun = had
    assert len([one async for one in in_turns(range(count), every=3)]) == count
    assert had - begun == turns
    task.cancel()
