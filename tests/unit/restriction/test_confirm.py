"""A check joins only a confirmation that has not been sent yet."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from chassis.telemetry.tracing import running_traceparent, set_running_traceparent
from restriction.confirm import Confirmer, NotConfirmedError
from restriction.ledger import Confirmation, Inquiry, LedgerError
from restriction.model import Seen, Standing
from tests.fakes.restriction_doubles import MemoryPrimary, order, seen

INQUIRY = Inquiry(1, bytes(16))


class SingleFlight(Confirmer):
    """What the guard forbids: a check for a document asked about shares the call under way."""

    def __init__(self, *, primary: MemoryPrimary, timeout_s: float) -> None:
        super().__init__(primary=primary, timeout_s=timeout_s)
        self._shared: dict[bytes, asyncio.Task[Standing]] = {}

    async def confirm(self, inquiry: Inquiry, seen: Seen) -> Standing:
        task = self._shared.get(inquiry.digest)
        if task is None:
            task = asyncio.create_task(super().confirm(inquiry, seen))
            self._shared[inquiry.digest] = task
            task.add_done_callback(lambda _: self._shared.pop(inquiry.digest, None))
        return await task


async def _refusals_after_a_lift(make: type[Confirmer], seed: int) -> int:
    """Checks race a lift; returns how many that began after its acknowledgement saw the order."""
    pauses = random.Random(seed)
    primary = MemoryPrimary(bases=(order(),))
    acknowledged = False
    refused = 0

    async def travel() -> None:
        for _ in range(pauses.randrange(6)):
            await asyncio.sleep(0)

    async def check() -> None:
        nonlocal refused
        await travel()
        began_after = acknowledged
        standing = await confirmer.confirm(INQUIRY, seen())
        refused += began_after and bool(standing.bases)

    async def lift() -> None:
        nonlocal acknowledged
        await travel()
        primary.bases = ()
        acknowledged = True

    primary.reading = travel
    primary.replying = travel
    confirmer = make(primary=primary, timeout_s=5)
    await asyncio.gather(*(check() for _ in range(12)), lift())
    return refused


async def test_no_check_begun_after_a_lift_was_acknowledged_is_refused_on_it() -> None:
    assert sum([await _refusals_after_a_lift(Confirmer, seed) for seed in range(300)]) == 0


async def test_joining_a_call_in_flight_would_refuse_them() -> None:
    """The guard above is needed: without it the same race refuses people."""
    assert sum([await _refusals_after_a_lift(SingleFlight, seed) for seed in range(300)]) > 0


async def test_checks_that_arrive_together_share_one_call() -> None:
    primary = MemoryPrimary()
    confirmer = Confirmer(primary=primary, timeout_s=5)
    await asyncio.gather(*(confirmer.confirm(INQUIRY, seen()) for _ in range(40)))
    assert [len(inquiries) for inquiries, _ in primary.calls] == [40]


async def test_a_full_batch_is_followed_by_another() -> None:
    primary = MemoryPrimary()
    confirmer = Confirmer(primary=primary, timeout_s=5, batch_max=3)
    await asyncio.gather(*(confirmer.confirm(INQUIRY, seen()) for _ in range(7)))
    assert [len(inquiries) for inquiries, _ in primary.calls] == [3, 3, 1]


async def test_no_more_calls_than_allowed_are_under_way() -> None:
    under_way = most = 0
    gone_on = asyncio.Event()

    async def reading() -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await gone_on.wait()
        under_way -= 1

    primary = MemoryPrimary(reading=reading)
    confirmer = Confirmer(primary=primary, timeout_s=5, batch_max=1, in_flight_max=2)
    checks = [asyncio.create_task(confirmer.confirm(INQUIRY, seen())) for _ in range(9)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(primary.calls) == 2
    gone_on.set()
    await asyncio.gather(*checks)
    assert most == 2
    assert len(primary.calls) == 9


async def test_a_batch_hands_in_the_furthest_place_that_any_of_its_facts_rest_on() -> None:
    primary = MemoryPrimary()
    confirmer = Confirmer(primary=primary, timeout_s=5)
    places = [seen(3), seen(9), seen(2, generation=2), seen(1, generation=2)]
    await asyncio.gather(*(confirmer.confirm(INQUIRY, one) for one in places))
    ((_, handed_in),) = primary.calls
    assert handed_in == seen(2, generation=2)


async def test_queueing_counts_against_a_checks_deadline() -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    primary = MemoryPrimary(reading=hang)
    confirmer = Confirmer(primary=primary, timeout_s=0.05, in_flight_max=1, batch_max=1)
    checks = [confirmer.confirm(INQUIRY, seen()) for _ in range(3)]
    outcomes = await asyncio.gather(*checks, return_exceptions=True)
    assert all(isinstance(one, NotConfirmedError) for one in outcomes)
    await confirmer.close()


async def test_a_fault_fails_its_batch_and_no_other() -> None:
    primary = MemoryPrimary(fault=LedgerError("UNAVAILABLE"))
    confirmer = Confirmer(primary=primary, timeout_s=5)
    with pytest.raises(NotConfirmedError):
        await confirmer.confirm(INQUIRY, seen())
    primary.fault = None
    assert (await confirmer.confirm(INQUIRY, seen())).bases == ()


async def test_closing_answers_whoever_waits() -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    confirmer = Confirmer(primary=MemoryPrimary(reading=hang), timeout_s=5)
    check = asyncio.create_task(confirmer.confirm(INQUIRY, seen()))
    for _ in range(5):
        await asyncio.sleep(0)
    await confirmer.close()
    with pytest.raises(NotConfirmedError):
        await check


async def test_a_confirmation_belongs_to_the_trace_of_a_check_that_waits_for_it() -> None:
    primary, carried, begun = MemoryPrimary(), [], asyncio.Event()

    async def reading() -> None:
        carried.append(running_traceparent())
        begun.set()
        await asyncio.sleep(0)

    primary.reading = reading
    confirmer = Confirmer(primary=primary, timeout_s=5, in_flight_max=1)

    async def check(trace: str) -> None:
        set_running_traceparent(trace)
        await confirmer.confirm(INQUIRY, seen())

    first = asyncio.create_task(check("first"))
    await begun.wait()
    await asyncio.gather(first, asyncio.create_task(check("second")))
    assert carried == ["first", "second"]


async def test_an_inquiry_of_a_closed_epoch_takes_no_other_along() -> None:
    class OneEpoch(MemoryPrimary):
        async def confirm(
            self, inquiries: Sequence[Inquiry], *, seen: Seen, timeout_s: float
        ) -> Confirmation:
            if any(one.epoch != 2 for one in inquiries):
                raise LedgerError("a digest is of an epoch that is not open")
            return await super().confirm(inquiries, seen=seen, timeout_s=timeout_s)

    confirmer = Confirmer(primary=OneEpoch(), timeout_s=5)
    answers = await asyncio.gather(
        *(confirmer.confirm(Inquiry(epoch, bytes(16)), seen()) for epoch in (2, 1, 2, 1, 2)),
        return_exceptions=True,
    )
    assert [isinstance(one, NotConfirmedError) for one in answers] == [False, True] * 2 + [False]
