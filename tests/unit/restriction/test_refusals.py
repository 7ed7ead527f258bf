"""Group commit of refusals: together where they can, never given before they are committed."""

import asyncio
import uuid

import pytest

from restriction.model import Answer, Position, Query
from restriction.refusals import NotRecordedError, RefusalRecorder
from tests.fakes.restriction_doubles import NOW, MemoryRefusals


def _refusal() -> Query:
    return Query(
        decision_id=str(uuid.uuid4()),
        decided_at=NOW,
        basis_ids=["o1"],
        digest=bytes(16),
        epoch=1,
        partner_id="rail",
        purpose="ORDER",
        product="X",
        answer=Answer.RESTRICTED,
        as_of=Position(),
        articles={"o1": "Art 0"},
    )


async def test_what_arrives_during_a_commit_goes_together_into_the_next() -> None:
    store = MemoryRefusals()
    store.pause = asyncio.Event()
    recorder = RefusalRecorder(store=store, timeout_s=5)
    first = asyncio.create_task(recorder.record(_refusal()))
    await asyncio.sleep(0)
    later = [asyncio.create_task(recorder.record(_refusal())) for _ in range(9)]
    await asyncio.sleep(0)
    assert not first.done()
    store.pause.set()
    await asyncio.gather(first, *later)
    assert [len(batch) for batch in store.batches] == [1, 9]


async def test_nobody_is_told_before_the_commit() -> None:
    store = MemoryRefusals()
    store.pause = asyncio.Event()
    recorder = RefusalRecorder(store=store, timeout_s=0.02)
    with pytest.raises(NotRecordedError):
        await recorder.record(_refusal())
    store.pause.set()
    await recorder.close()


async def test_a_fault_fails_those_concerned_and_the_next_are_recorded() -> None:
    store = MemoryRefusals()
    store.fault = OSError("gone")
    recorder = RefusalRecorder(store=store, timeout_s=5)
    outcomes = await asyncio.gather(
        *(recorder.record(_refusal()) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(one, NotRecordedError) for one in outcomes)
    store.fault = None
    await recorder.record(_refusal())
    assert len(store.recorded) == 1


async def test_what_arrives_in_the_step_after_a_commit_is_recorded_too() -> None:
    store = MemoryRefusals()
    recorder = RefusalRecorder(store=store, timeout_s=0.5)
    # A caller that was waiting goes on in the next turn of the loop, before anything that the end
    # of the writer's task sets off: its next record falls between the two.
    await recorder.record(_refusal())
    await recorder.record(_refusal())
    assert [len(batch) for batch in store.batches] == [1, 1]
