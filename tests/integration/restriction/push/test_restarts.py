"""Positions survive the engine and the partner; what cannot be known is handed over anew."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.databases import Databases, Schema
from tests.eventually import eventually
from tests.fakes.ledger import FakeLedger
from tests.fakes.partners import ServedPartner, numbers
from tests.integration.restriction.push.conftest import House, MakePartner, leading, open_house


async def test_a_restarted_engine_goes_on_where_it_was(
    idle_house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    async with leading(idle_house) as house:
        await house.enter(3)
        await house.enrol("rail", rail.address)
        await eventually(lambda: house.view("rail") == (3, 3, False))
    assert not idle_house.pushes.view()
    await idle_house.enter(2)
    rail.calls.clear()
    async with leading(idle_house):
        await rail.reaches(5)
    assert (rail.calls[0].after, len(rail.calls[0].entries)) == (3, 0)
    assert numbers(rail.entries()) == [4, 5]


async def test_what_was_applied_and_not_noted_is_not_sent_again_after_a_restart(
    idle_house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    await idle_house.enter(3)
    await idle_house.enrol("rail", rail.address)
    rail.loses_answers = 1
    async with leading(idle_house):
        await rail.reaches(3)
    rail.calls.clear()
    async with leading(idle_house) as house:
        await eventually(lambda: house.view("rail") == (3, 3, False))
    assert not rail.entries()


async def test_a_restarted_partner_goes_on_where_it_was(
    house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    await house.enter(3)
    await house.enrol("rail", rail.address)
    await rail.reaches(3)
    await rail.stop()
    orders = await house.enter(2)
    await house.lift(orders[0])
    rail.calls.clear()
    await rail.start()
    await rail.reaches(6)
    assert set(numbers(rail.entries())) == {4, 5, 6}
    assert rail.restrictions() == {"o0", "o1", "o2", "o4"}


async def test_a_partner_that_lost_its_copy_is_handed_everything_again(
    house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    orders = await house.enter(3)
    await house.lift(orders[0])
    await house.enrol("rail", rail.address)
    await rail.reaches(4)
    # Nothing happens meanwhile: it is found out by asking.
    await rail.lose_copy()
    await rail.reaches(4)
    assert rail.restrictions() == {"o1", "o2"}
    await eventually(lambda: house.view("rail") == (4, 4, False))


async def test_numbers_go_on_after_the_ledger_was_restored(
    house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    await house.enrol("rail", rail.address)
    await house.enter(2)
    kept = len(house.ledger.changes)
    await house.enter(1)
    await rail.reaches(3)
    house.ledger.restore(kept)
    house.ledger.issue("o9", "s1")
    rebuild = house.bench.rebuild
    await rebuild.start_generation(2)
    await house.bench.take(generation=2)
    await rebuild.switch_to(2)
    await rebuild.reconcile(house.ledger.now())
    house.progress.wake()
    await rail.reaches(5)
    assert numbers(rail.entries()) == [1, 2, 3, 4, 5]
    assert rail.restrictions() == {"o0", "o1", "o9"}
    assert len({call.series for call in rail.calls}) == 1


@asynccontextmanager
async def _house_with(dsn: str, like: House) -> AsyncIterator[House]:
    """The engine on another database, following the same ledger."""
    async with open_house(dsn, like.ledger) as opened, leading(opened):
        other = replace(opened, people=like.people)
        await other.follow()
        yield other


async def test_a_schema_made_anew_never_takes_the_old_numbers_for_its_own(
    idle_house: House, make_partner: MakePartner, databases: Databases, schema: Schema
) -> None:
    rail = await make_partner("rail")
    await idle_house.enrol("rail", rail.address)
    async with leading(idle_house):
        orders = await idle_house.enter(3)
        await idle_house.lift(orders[0])
        await rail.reaches(4)
    dsn = await databases.fresh(schema)
    async with _house_with(dsn, idle_house) as house:
        # Fewer numbers than the partner holds, then more: neither is taken for what it has.
        await eventually(lambda: house.view("rail")[:2] == (2, 2))
        assert rail.restrictions() == {"o1", "o2"}
        await house.enter(2)
        await rail.reaches(4)
        assert rail.restrictions() == {"o1", "o2", "o3", "o4"}
    await databases.drop(dsn)


@pytest.fixture
async def backed_up(
    databases: Databases, schema: Schema, make_partner: MakePartner
) -> AsyncIterator[tuple[House, ServedPartner, str]]:
    """A house whose partner applied three entries, a backup of it, and two entries more."""
    rail = await make_partner("rail")
    dsn = await databases.fresh(schema)
    async with open_house(dsn, FakeLedger()) as house:
        await house.enrol("rail", rail.address)
        async with leading(house):
            await house.enter(3)
            await eventually(lambda: house.view("rail") == (3, 3, False))
    backup = databases.dsn_of("backup_" + dsn.rsplit("/", 1)[1])
    name = backup.rsplit("/", 1)[1]
    await databases._execute(f'CREATE DATABASE "{name}" TEMPLATE "{dsn.rsplit("/", 1)[1]}"')
    async with open_house(dsn, house.ledger) as again, leading(again):
        again.people = house.people
        await again.enter(2)
        await rail.reaches(5)
        house.people = again.people
    yield house, rail, backup
    await databases.drop(dsn)
    await databases.drop(backup)


async def test_after_the_fields_database_was_restored_a_copy_of_later_numbers_is_made_anew(
    backed_up: tuple[House, ServedPartner, str],
) -> None:
    house, rail, backup = backed_up
    before = rail.calls[-1].series
    # Restored and followed on without the partner: 4 and 5 now are other entries than it applied.
    await rail.stop()
    async with open_house(backup, house.ledger) as restored:
        async with leading(restored):
            house.ledger.lift("o0", "s0")
            house.ledger.lift("o1", "s1")
            await restored.follow()
            assert await restored.head() == 7
            await eventually(lambda: restored.view("rail")[2])
        # A second start before the partner is back must not take its numbers for proven.
        async with leading(restored):
            await rail.start()
            await eventually(lambda: restored.view("rail") == (7, 7, False))
    assert rail.calls[-1].series != before
    assert rail.restrictions() == {"o2", "o3", "o4"}
