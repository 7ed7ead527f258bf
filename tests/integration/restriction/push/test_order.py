"""A partner is handed everything once, in order, under its own digests."""

from courtlist.restriction.v1 import restriction_pb2 as restriction
from restriction.convert import entry_to
from tests.eventually import eventually
from tests.fakes.partners import numbers
from tests.integration.restriction.push.conftest import DIGESTS, House, MakePartner


async def test_entries_come_in_order_without_a_gap_in_pages_of_at_most_500(
    house: House, make_partner: MakePartner
) -> None:
    await house.enter(700)
    rail = await make_partner("rail")
    await house.enrol("rail", rail.address)
    await rail.reaches(700)
    assert numbers(rail.entries()) == list(range(1, 701))
    assert max(len(call.entries) for call in rail.calls) == 500
    assert all(call.field == "travel" for call in rail.calls)
    await eventually(lambda: house.view("rail") == (700, 700, False))


async def test_what_is_pushed_is_what_the_same_partner_would_pull(
    house: House, make_partner: MakePartner
) -> None:
    await house.enter(2)
    await house.lift("o1")
    rail, air = await make_partner("rail"), await make_partner("air")
    await house.enrol("rail", rail.address)
    await house.enrol("air", air.address)
    await rail.reaches(3)
    await air.reaches(3)
    pulled = [
        entry_to(one, DIGESTS.for_partner("rail", one.secret_version))
        for one in await house.bench.facts.read_deliveries(0, 10)
    ]
    assert rail.entries() == pulled
    assert rail.entries()[0].event == restriction.RESTRICTION_EVENT_SET
    assert rail.entries()[0].digests != air.entries()[0].digests
    last = rail.calls[-1]
    assert (last.as_of.incarnation, last.as_of.position > 0) == ("life-1", True)
    assert last.HasField("as_of_time")


async def test_entries_that_come_twice_have_their_effect_once(
    house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    rail.loses_answers = 2
    orders = await house.enter(5)
    await house.enrol("rail", rail.address)
    await rail.reaches(5)
    await house.lift(orders[0])
    await rail.reaches(6)
    assert rail.loses_answers == 0
    assert rail.restrictions() == set(orders[1:])
    await eventually(lambda: house.view("rail") == (6, 6, False))


async def test_a_partner_that_refuses_every_second_call_misses_nothing(
    house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    rail.refuses_every = 2
    await house.enrol("rail", rail.address)
    for _ in range(5):
        await house.enter(3)
    await rail.reaches(15)
    assert len(rail.restrictions()) == 15
    assert rail.refused > 1
