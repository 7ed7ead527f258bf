"""Partners come, move and go while the engine runs."""

from tests.eventually import eventually
from tests.integration.restriction.push.conftest import House, MakePartner


def _partners(house: House) -> list[str]:
    return [one.partner_id for one in house.pushes.view()]


async def test_a_partner_is_pushed_to_from_its_enrolment_to_its_retirement(
    house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    await house.enter(2)
    assert _partners(house) == []
    await house.enrol("rail", rail.address)
    await rail.reaches(2)
    assert _partners(house) == ["rail"]
    await house.retire("rail")
    await eventually(lambda: _partners(house) == [])
    rail.calls.clear()
    await house.enter(1)
    air = await make_partner("air")
    await house.enrol("air", air.address)
    await air.reaches(3)
    assert not rail.calls


async def test_a_partner_enrolled_again_goes_on_where_it_was(
    house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    await house.enrol("rail", rail.address)
    await house.enter(2)
    await rail.reaches(2)
    await house.retire("rail")
    await eventually(lambda: _partners(house) == [])
    rail.calls.clear()
    await house.enter(1)
    await house.enrol("rail", rail.address)
    await rail.reaches(3)
    assert [entry.number for entry in rail.entries()] == [3]


async def test_a_partner_that_moves_is_found_at_its_new_address(
    house: House, make_partner: MakePartner
) -> None:
    old, new = await make_partner("old"), await make_partner("new")
    await house.enrol("rail", old.address)
    await house.enter(2)
    await old.reaches(2)
    await house.enrol("rail", new.address)
    await new.reaches(2)
    await house.enter(1)
    await new.reaches(3)
    assert old.applied() == 2


async def test_only_partners_of_this_field_with_an_address_are_pushed_to(
    house: House, make_partner: MakePartner
) -> None:
    inn, rail = await make_partner("inn"), await make_partner("rail")
    await house.enrol("inn", inn.address, fields=("hotel",))
    await house.enrol("puller", "")
    await house.enrol("rail", rail.address)
    await house.enter(1)
    await rail.reaches(1)
    assert _partners(house) == ["rail"]
    await house.enrol("rail", rail.address, fields=("hotel", "loan"))
    await eventually(lambda: _partners(house) == [])
    assert not inn.calls
