"""A slow, hanging, dead or lying partner holds back nobody else, and says so."""

import time

import pytest

from chassis.clock import SystemClock
from stack.ports import free_port
from tests.eventually import eventually
from tests.fakes.partners import numbers
from tests.integration.restriction.push.conftest import CALL_TIMEOUT_S, House, MakePartner

# Less than a partner's own call may hang: whoever waited for it would be late.
PROMPTLY_S = 0.75 * CALL_TIMEOUT_S


async def test_a_lift_reaches_a_partner_promptly_while_another_hangs(
    house: House, make_partner: MakePartner
) -> None:
    rail, air = await make_partner("rail"), await make_partner("air")
    orders = await house.enter(3)
    await house.enrol("rail", rail.address)
    await house.enrol("air", air.address)
    await rail.reaches(3)
    await air.reaches(3)
    air.hangs, calls = True, len(air.calls)
    await eventually(lambda: len(air.calls) > calls)
    took_s = []
    for done, order_id in enumerate(orders, 1):
        lifted_s = time.monotonic()
        await house.lift(order_id)
        await rail.reaches(3 + done)
        took_s.append(time.monotonic() - lifted_s)
    # A busy machine is late once. Whoever waited for the one that hangs would be late each time.
    assert min(took_s) < PROMPTLY_S
    assert rail.restrictions() == set()
    await eventually(lambda: house.view("air") == (3, 6, True))

    air.hangs = False
    await air.reaches(6)
    await eventually(lambda: house.view("air") == (6, 6, False))
    assert air.restrictions() == set()


async def test_a_lift_reaches_a_partner_promptly_while_another_is_handed_a_long_past(
    house: House, make_partner: MakePartner
) -> None:
    orders = await house.enter(300)
    rail, slow = await make_partner("rail"), await make_partner("slow")
    await house.enrol("rail", rail.address)
    await rail.reaches(300)
    # Half a minute for all of it.
    slow.pause_s = 0.5
    slow.applies_at_most = 5
    await house.enrol("slow", slow.address)
    await eventually(lambda: slow.applied() > 0)
    await house.lift(orders[0])
    await rail.reaches(301)
    assert slow.applied() < 300
    # What is lifted by now is not even set at whoever comes late.
    assert not house.view("slow")[2]


async def test_a_dead_partner_is_tried_again_until_it_answers(
    house: House, make_partner: MakePartner
) -> None:
    rail, air = await make_partner("rail"), await make_partner("air")
    await house.enrol("rail", rail.address)
    await house.enrol("air", air.address)
    await air.stop()
    await house.enter(2)
    await rail.reaches(2)
    await eventually(lambda: house.view("air") == (0, 2, True))
    await air.start()
    await air.reaches(2)
    await eventually(lambda: house.view("air") == (2, 2, False))


async def test_a_partner_that_never_was_there_harms_nobody(
    house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    await house.enrol("nobody", f"127.0.0.1:{free_port()}")
    await house.enrol("nowhere", "no such place:-1")
    await house.enrol("rail", rail.address)
    await house.enter(1)
    await rail.reaches(1)
    await eventually(lambda: house.view("nowhere") == (0, 1, True))


@pytest.mark.parametrize("lie", [-1, 4, 10**12])
async def test_a_partner_that_says_more_than_it_was_sent_is_handed_everything_anew(
    house: House, make_partner: MakePartner, lie: int
) -> None:
    rail, air = await make_partner("rail"), await make_partner("air")
    await house.enter(3)
    await house.enrol("rail", rail.address)
    await house.enrol("air", air.address)
    await rail.reaches(3)
    before = rail.calls[-1].series
    rail.answers = lie
    await eventually(lambda: house.view("rail")[2])
    await house.enter(1)
    await air.reaches(4)
    rail.answers = None
    await rail.reaches(4)
    await eventually(lambda: house.view("rail") == (4, 4, False))
    assert rail.calls[-1].series != before
    assert len({call.series for call in air.calls}) == 1
    assert len(rail.restrictions()) == 4


async def test_a_partner_that_applies_nothing_is_failing_and_is_asked_less_and_less(
    house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    rail.answers = 0
    await house.enter(1)
    await house.enrol("rail", rail.address)
    await eventually(lambda: house.view("rail") == (0, 1, True))
    first = len(rail.calls)
    began_s = SystemClock().monotonic()
    await eventually(lambda: len(rail.calls) >= first + 8)
    # Pauses of 0.1 s at most, of which half is chance: eight of them last longer than this.
    assert SystemClock().monotonic() - began_s > 0.2
    assert set(numbers(rail.entries())) == {1}


async def test_a_partner_that_answers_in_another_series_acknowledges_nothing(
    house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    rail.series = "of another court"
    await house.enter(1)
    await house.enrol("rail", rail.address)
    await eventually(lambda: house.view("rail") == (0, 1, True))
