"""Erasing that meets an act on the same person, and erasing that is cut off: nothing is lost or half done."""

import asyncio

import asyncpg
import pytest

from chassis.errors import ServiceError
from tests.eventually import eventually
from tests.integration.registry.acts.courthouse import Hold
from tests.integration.registry.erasing.archive import Archive
from tests.integration.registry.lock_waits import are_waiting

_ENDS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
_HOLD_HEAD = "SELECT FROM ledger_head FOR UPDATE"


async def test_an_entry_that_waits_for_who_is_being_erased_makes_somebody_new(
    archive: Archive,
) -> None:
    person = archive.house.person()
    former = await archive.long_free(subject=person.subject)
    async with archive.connection.transaction():
        await archive.connection.execute(_HOLD_HEAD)
        erases = asyncio.create_task(archive.erase(former.listing.subject_id))
        await eventually(Hold(archive.connection).is_awaited)
        enters = asyncio.create_task(archive.house.enter(subject=person.subject))
        await eventually(lambda: are_waiting(archive.connection, 2))
    assert (await erases).position is not None
    entered = await enters
    assert entered.listing.subject_id != former.listing.subject_id
    standing = await archive.house.standing(person.resident_id)
    assert [one.listing_id for one in standing.listings] == [entered.listing.listing_id]


async def test_an_entry_that_came_first_keeps_who_was_about_to_be_erased(archive: Archive) -> None:
    person = archive.house.person()
    former = await archive.long_free(subject=person.subject)
    async with archive.connection.transaction():
        await archive.connection.execute(_HOLD_HEAD)
        enters = asyncio.create_task(archive.house.enter(subject=person.subject))
        await eventually(Hold(archive.connection).is_awaited)
        erases = asyncio.create_task(archive.erase(former.listing.subject_id))
        await eventually(lambda: are_waiting(archive.connection, 2))
    entered = await enters
    assert (await erases).position is None
    assert entered.listing.subject_id == former.listing.subject_id
    assert (await archive.house.listing(former.listing.listing_id)).listing_id


async def test_erasing_that_is_cut_off_leaves_everything_and_is_taken_up_again(
    archive: Archive,
) -> None:
    entered = await archive.long_free()
    before, counts = await archive.house.record(), await archive.counts()
    async with archive.connection.transaction():
        await archive.connection.execute(_HOLD_HEAD)
        erases = asyncio.create_task(archive.erase(entered.listing.subject_id))
        await eventually(Hold(archive.connection).is_awaited)
        await archive.connection.execute(_ENDS)
        with pytest.raises(ServiceError):
            await erases
    assert (await archive.house.record(), await archive.counts()) == (before, counts)
    assert (await archive.passed()).erased == 1
    assert not await archive.is_on_record(entered.listing.subject_id)


async def test_what_was_said_of_her_a_moment_ago_goes_with_the_rest(archive: Archive) -> None:
    entered = await archive.long_free()
    # Nobody has read yet whom those changes concern.
    outcome = await archive.erase(entered.listing.subject_id)
    assert (outcome.position is not None, outcome.facts) == (True, 3)


async def test_what_cannot_go_stays_whole_and_holds_up_nobody_else(archive: Archive) -> None:
    held, other = await archive.long_free(), await archive.long_free()
    await archive.connection.execute(
        "CREATE TABLE odd (subject_id uuid REFERENCES subject);"
        f"INSERT INTO odd VALUES ('{held.listing.subject_id}')"
    )
    erasing = await archive.passed()
    assert (erasing.erased, erasing.failed) == (1, 1)
    assert (await archive.house.listing(held.listing.listing_id)).listing_id
    assert not await archive.is_on_record(other.listing.subject_id)


async def test_a_database_that_was_restored_from_before_is_erased_again(
    archive: Archive, database: str
) -> None:
    entered = await archive.long_free()
    tables = [
        row["tablename"]
        for row in await archive.connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'registry'"
        )
    ]
    for table in tables:
        await archive.connection.execute(f"CREATE TABLE copy_of_{table} AS TABLE {table}")
    assert (await archive.passed()).erased == 1
    await _put_back(database, tables)
    assert await archive.is_on_record(entered.listing.subject_id)
    assert (await archive.passed()).erased == 1
    assert not await archive.is_on_record(entered.listing.subject_id)


async def _put_back(dsn: str, tables: list[str]) -> None:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "registry"})
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        for table in tables:
            await connection.execute(f"DELETE FROM {table}")
            await connection.execute(f"INSERT INTO {table} SELECT * FROM copy_of_{table}")
    await connection.close()
