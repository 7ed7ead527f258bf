"""An older effect never undoes a newer one, whichever cursor brings it (design §3.4)."""

from typing import Any

from courtlist.ledger.v1 import change_pb2
from restriction.facts.store import Cursor
from restriction.model import Basis
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of

DIGEST = digest_of(resident_id(serial=1))


def _unsettle(bench: Bench) -> None:
    """What a registry writes when a follower reports an ending that it has lost."""
    effect = change_pb2.Effect(
        ending_unsettled=change_pb2.EndingUnsettled(
            basis_id="o1", measure=change_pb2.MEASURE_ORDER, subject_id="s1"
        )
    )
    bench.ledger.act([effect])


async def _basis(bench: Bench) -> Basis:
    (basis,) = (await bench.facts.read_facts([DIGEST])).bases
    return basis


async def _row(bench: Bench) -> Any:
    async with bench.postgres.connection() as connection:
        return await connection.fetchrow("SELECT * FROM basis WHERE basis_id = 'o1'")


async def test_a_basis_that_stands_again_is_not_unsettled_by_an_older_change(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", DIGEST)
    bench.ledger.issue("o1", "s1")
    _unsettle(bench)
    bench.ledger.settle("o1", "s1", upheld=False)
    await bench.take(cursor=Cursor.ENDINGS)
    await bench.take(3)
    assert not (await _basis(bench)).unsettled


async def test_an_entry_does_not_undo_the_ending_that_came_before_it(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", DIGEST)
    bench.ledger.issue("o1", "s1")
    bench.ledger.lift("o1", "s1")
    await bench.take(cursor=Cursor.ENDINGS)
    await bench.take(2)
    assert (await _basis(bench)).ended
    assert await bench.facts.read_live_digests() == []


async def test_the_first_ending_replaces_a_later_one_that_came_before_it(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", DIGEST)
    bench.ledger.issue("o1", "s1")
    first = bench.ledger.lift("o1", "s1")
    bench.ledger.lift("o1", "s1")
    generation = (await bench.facts.read_follower()).generation
    async with bench.postgres.connection() as connection:
        await connection.execute(
            "INSERT INTO basis (generation, basis_id, subject_id, ended_at, ended_position)"
            " VALUES ($1, 'o1', 's1', now(), 4)",
            generation,
        )
    await bench.take()
    assert (await _row(bench))["ended_position"] == first


async def test_an_unbinding_that_ran_ahead_is_not_undone_by_an_older_binding(bench: Bench) -> None:
    bench.ledger.issue("o1", "s1")
    bound = bench.ledger.bind("s1", "d1", DIGEST)
    unbound = bench.ledger.unbind("s1", "d1")
    await bench.take(cursor=Cursor.ENDINGS)
    await bench.take(2)
    assert await bench.facts.read_live_digests() == []
    async with bench.postgres.connection() as connection:
        row = await connection.fetchrow("SELECT * FROM binding WHERE document_id = 'd1'")
    assert row is not None
    assert (row["bound_position"], row["unbound_position"]) == (bound, unbound)
    await bench.take()
    assert await bench.facts.read_live_digests() == []
