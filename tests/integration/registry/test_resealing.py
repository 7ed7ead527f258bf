"""Values are sealed anew beside everybody who writes; then the older key opens nothing that is stored."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest

from chassis.clock import SystemClock
from registry.resealing.counting import SealedCounts
from registry.resealing.places import PLACES
from registry.resealing.queries import ResealingQueries
from registry.resealing.resealing import Resealing
from registry.sealing import Sealer, SealKey, UnsealError
from tests.integration.registry.ledger_house import House, house

OLD, NEW = SealKey("seal-test-1", bytes(range(32))), SealKey("seal-test-2", bytes(32))
NEWEST = SealKey("seal-test-3", bytes(reversed(range(32))))
BOTH, NEW_ONLY = Sealer([OLD, NEW]), Sealer([NEW])


class Ring(Sealer):
    """A sealer whose keys change, as those of a running process do."""

    def turn_to(self, keys: Sequence[SealKey]) -> None:
        Sealer.__init__(self, keys)


@pytest.fixture
async def written(database: str) -> AsyncIterator[House]:
    """A record of which every value was sealed under the old key."""
    async with house(database) as registry:
        for _ in range(3):
            debtor = await registry.clerk.debtor()
            await registry.clerk.order(debtor)
            await registry.clerk.listing(debtor)
        yield registry


def resealing(registry: House, sealer: Sealer = BOTH, batch: int = 2) -> Resealing:
    return Resealing(postgres=registry.postgres, sealer=sealer, clock=SystemClock(), batch=batch)


async def left(registry: House) -> int:
    return await SealedCounts(postgres=registry.postgres).under_older(NEW.key_id)


async def finish(work: Resealing) -> None:
    while await work.work():
        pass


async def test_every_value_is_sealed_anew_and_opens_under_the_new_key_alone(
    written: House,
) -> None:
    before = await left(written)
    assert before > 0
    work = resealing(written)
    await finish(work)
    assert await left(written) == 0
    assert work.resealed == before
    assert work.unreadable == 0
    await _open_all(written, NEW_ONLY)
    with pytest.raises(UnsealError):
        await _open_all(written, Sealer([OLD]))


async def test_a_pass_that_was_cut_off_is_taken_up_again(written: House) -> None:
    first = resealing(written)
    for _ in range(3):
        await first.work()
    assert await left(written) > 0
    await finish(resealing(written))
    assert await left(written) == 0


async def test_what_is_written_meanwhile_is_neither_lost_nor_left_under_the_old_key(
    database: str, written: House
) -> None:
    work = resealing(written, batch=1)
    async with house(database, seals=BOTH) as registry:
        await asyncio.gather(finish(work), registry.clerk.court("沪0199"))
    # One who had not looked at the keyring yet.
    await written.clerk.court("粤0199")
    await finish(resealing(written))
    assert await left(written) == 0
    await _open_all(written, NEW_ONLY)


async def test_what_is_written_behind_a_pass_is_found_by_the_next_one_at_once(
    written: House,
) -> None:
    work = resealing(written, batch=50)
    # The subjects, and that there are no more.
    for _ in range(2):
        await work.work()
    await written.clerk.debtor()
    await finish(work)
    assert await left(written) == 0


async def test_a_key_that_is_added_while_nothing_is_left_to_do_is_begun_with_at_once(
    written: House,
) -> None:
    ring = Ring([OLD, NEW])
    work = resealing(written, ring)
    await finish(work)
    before = work.resealed
    ring.turn_to([OLD, NEW, NEWEST])
    await finish(work)
    assert work.resealed == 2 * before
    assert await SealedCounts(postgres=written.postgres).under_older(NEWEST.key_id) == 0


async def test_a_row_that_an_act_holds_is_waited_for_by_nobody(
    database: str, written: House
) -> None:
    holder = await asyncpg.connect(database, server_settings={"search_path": "registry"})
    try:
        transaction = holder.transaction()
        await transaction.start()
        await holder.fetch("SELECT subject_id FROM subject FOR UPDATE")
        work = resealing(written, batch=50)
        await finish(work)
        assert await left(written) == 3
        await transaction.rollback()
    finally:
        await holder.close()
    await finish(resealing(written))
    assert await left(written) == 0


async def test_a_value_that_changed_since_it_was_read_is_not_overwritten(written: House) -> None:
    place = next(one for one in PLACES if one.column == "subject.facts_sealed")
    queries = ResealingQueries.load()
    [row, *_] = await written.fetch("SELECT subject_id, facts_sealed FROM subject")
    newer = BOTH.seal(b"newer", f"subject/{row['subject_id']}")
    await written.fetch(
        "UPDATE subject SET facts_sealed = $2 WHERE subject_id = $1", row["subject_id"], newer
    )
    stale = BOTH.seal(b"facts", f"subject/{row['subject_id']}")
    await written.fetch(place.keep(queries), [row["subject_id"]], [row["facts_sealed"]], [stale])
    [kept] = await written.fetch(
        "SELECT facts_sealed FROM subject WHERE subject_id = $1", row["subject_id"]
    )
    assert kept["facts_sealed"] == newer


async def test_what_no_key_opens_is_counted_and_stays(written: House) -> None:
    await written.fetch("UPDATE subject SET facts_sealed = $1", b"\x01\x03odd" + bytes(40))
    work = resealing(written)
    await finish(work)
    assert work.unreadable == 3
    assert await left(written) == 3


async def test_what_is_left_is_found_by_an_index_of_each_place(
    database: str, written: House
) -> None:
    queries = ResealingQueries.load()
    connection = await asyncpg.connect(database, server_settings={"search_path": "registry"})
    try:
        # So few rows would be read through: whether an index would do it, is what is asked.
        await connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
        for place in PLACES:
            statement = await connection.prepare(place.count(queries))
            plan = json.dumps(await statement.explain(b"\x01\x04seal", 10))
            assert plan.count('"Index Scan"') == 2, place.column
            assert f"{place.name}_by_seal" in plan
            assert "Seq Scan" not in plan
            assert '"Sort"' not in plan
    finally:
        await connection.close()


async def test_no_sealed_column_is_left_out(written: House) -> None:
    columns = await written.fetch(
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns"
        " WHERE table_schema = 'registry' AND column_name LIKE '%\\_sealed'"
    )
    assert {row["name"] for row in columns} == {place.column for place in PLACES}


async def _open_all(registry: House, sealer: Sealer) -> None:
    queries = ResealingQueries.load()
    for place in PLACES:
        for row in await registry.fetch(place.look(queries), b"none", *place.first, 1000):
            *key, sealed = row
            if sealed is not None:
                sealer.unseal(sealed, place.context(*key))
