import asyncio

from chassis.telemetry.call_log import Sampler, call_log, open_call_log


def test_the_first_and_each_nth_routine_call_is_picked_with_its_count() -> None:
    sampler = Sampler(every=3)
    assert [sampler.pick("/a") for _ in range(7)] == [1, None, None, 4, None, None, 7]


def test_each_method_is_counted_by_itself() -> None:
    sampler = Sampler(every=2)
    assert [sampler.pick("/a"), sampler.pick("/b"), sampler.pick("/a")] == [1, 1, None]
    assert sampler.counts == {"/a": 2, "/b": 1}


def test_every_one_picks_every_call() -> None:
    sampler = Sampler(every=1)
    assert [sampler.pick("/a") for _ in range(3)] == [1, 2, 3]


async def test_calls_at_the_same_time_have_lines_of_their_own() -> None:
    async def call(name: str) -> dict[str, object]:
        line = open_call_log()
        await asyncio.sleep(0)
        call_log().fields["by"] = name
        await asyncio.sleep(0)
        return line.fields

    first, second = asyncio.create_task(call("a")), asyncio.create_task(call("b"))
    assert await first == {"by": "a"}
    assert await second == {"by": "b"}


def test_outside_a_call_a_line_is_written_by_nobody() -> None:
    call_log().fields["lost"] = True
    assert call_log().fields == {}
