"""Of a subject that the ledger says is erased nothing personal is held, in any order of reading."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.postgres import Postgres
from restriction.facts.store import Cursor, DeliveryEvent
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of

DIGEST, OTHERS = digest_of(resident_id(serial=1)), digest_of(resident_id(serial=2))
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
# What is witnessed of endings: opaque ids.
_WITNESS = "seen_ending"


async def _holding(postgres: Postgres, *, what: tuple[str, ...]) -> set[str]:
    """The tables in which any of this stands."""
    async with postgres.connection() as connection:
        tables = [row["tablename"] for row in await connection.fetch(_TABLES)]
        return {
            table
            for table in tables
            for row in await connection.fetch(f"SELECT one::text AS text FROM {table} AS one")
            if any(one in row["text"] for one in what)
        }


def _freed(bench: Bench) -> None:
    """A subject with a basis, a pass and a partner's copy of it, freed; and one who is not."""
    bench.ledger.enrol_court()
    for subject, document, digest in (("s1", "document-1", DIGEST), ("s2", "document-2", OTHERS)):
        bench.ledger.bind(subject, document, digest)
        bench.ledger.issue(f"o-of-{subject}", subject)
    bench.ledger.grant_pass(
        "p1", "o-of-s1", "s1", start_at=YESTERDAY, end_at=YESTERDAY + timedelta(days=9)
    )
    bench.ledger.lift("o-of-s1", "s1")


async def test_nothing_but_the_witness_is_left_of_who_is_erased(bench: Bench) -> None:
    _freed(bench)
    await bench.take(5)
    await bench.take()
    bench.ledger.erase("s1")
    await bench.take()
    assert await _holding(bench.postgres, what=(DIGEST.hex(), "限o-of-s1", "document-1")) == set()
    left = await _holding(bench.postgres, what=("s1", "o-of-s1", "p1"))
    assert left == {_WITNESS, "delivery", "delivered"}
    assert (await bench.facts.read_facts([DIGEST])).bases == ()


async def test_who_is_not_erased_is_untouched(bench: Bench) -> None:
    _freed(bench)
    await bench.take()
    bench.ledger.erase("s1")
    await bench.take()
    assert await bench.facts.read_live_digests() == [OTHERS]
    (basis,) = (await bench.facts.read_facts([OTHERS])).bases
    assert (basis.basis_id, basis.reference) == ("o-of-s2", "限o-of-s2")
    sent = await bench.facts.read_deliveries(0, 10)
    (set_,) = (one for one in sent if one.restriction_id == "o-of-s2")
    assert (set_.event, list(set_.digests)) == (DeliveryEvent.SET, [OTHERS])


async def test_partners_are_still_told_by_its_id_alone_that_it_is_lifted(bench: Bench) -> None:
    _freed(bench)
    await bench.take(5)
    await bench.take()
    bench.ledger.erase("s1")
    await bench.take()
    steps = await bench.facts.read_deliveries(0, 10)
    assert [one.number for one in steps] == [1, 2, 3]
    told = [one for one in steps if one.restriction_id == "o-of-s1"]
    assert {one.event for one in told} == {DeliveryEvent.LIFTED}
    assert {(one.case_number, one.order_number, one.court_name) for one in told} == {("", "", "")}


async def test_a_lift_and_the_erasure_in_one_batch_reach_partners(bench: Bench) -> None:
    _freed(bench)
    await bench.take(5)
    bench.ledger.erase("s1")
    await bench.take()
    steps = await bench.facts.read_deliveries(0, 10)
    (told,) = (one for one in steps if one.restriction_id == "o-of-s1" and one.number > 2)
    assert (told.event, told.digests) == (DeliveryEvent.LIFTED, [])


async def test_what_only_its_period_has_ended_is_lifted_when_it_is_erased(bench: Bench) -> None:
    bench.ledger.bind("s1", "document-1", DIGEST)
    bench.ledger.issue("o1", "s1", end_at=datetime.now(UTC) + timedelta(days=1))
    await bench.take()
    assert await bench.facts.read_live_digests() == [DIGEST]
    bench.ledger.erase("s1")
    assert (await bench.take()).removed == [DIGEST]
    steps = await bench.facts.read_deliveries(0, 10)
    assert {one.event for one in steps} == {DeliveryEvent.LIFTED}
    assert await _holding(bench.postgres, what=(DIGEST.hex(), "限o1")) == set()


async def test_who_was_recalled_after_the_ending_leaves_the_index(lender: Bench) -> None:
    lender.ledger.bind("s1", "document-1", DIGEST)
    lender.ledger.enter_listing("l1", "s1")
    lender.ledger.end_listing("l1", "s1")
    await lender.take()
    assert await lender.facts.read_live_digests() == [DIGEST]
    lender.ledger.erase("s1")
    change = await lender.take()
    assert (change.added, change.removed) == ([], [DIGEST])
    assert await lender.facts.read_live_digests() == []


async def test_who_comes_and_is_erased_in_one_batch_never_enters_the_index(lender: Bench) -> None:
    lender.ledger.bind("s1", "document-1", DIGEST)
    await lender.take()
    lender.ledger.enter_listing("l1", "s1")
    lender.ledger.end_listing("l1", "s1")
    lender.ledger.erase("s1")
    change = await lender.take()
    assert (change.added, change.removed) == ([], [])


async def test_endings_read_late_bring_nobody_back(bench: Bench) -> None:
    _freed(bench)
    bench.ledger.erase("s1")
    await bench.take()
    await bench.take(cursor=Cursor.ENDINGS)
    assert await _holding(bench.postgres, what=("o-of-s1",)) == {_WITNESS}


async def test_endings_read_ahead_of_the_erasure_are_no_hindrance(bench: Bench) -> None:
    _freed(bench)
    bench.ledger.erase("s1")
    await bench.take(cursor=Cursor.ENDINGS)
    await bench.take(3)
    await bench.take()
    assert await _holding(bench.postgres, what=("document-1", "限o-of-s1")) == set()


@pytest.mark.parametrize("page", [1, 3, 500])
async def test_a_replay_equals_a_copy_that_forgot_by_and_by(bench: Bench, page: int) -> None:
    _freed(bench)
    await bench.take()
    bench.ledger.erase("s1")
    bench.ledger.bind("s3", "document-3", DIGEST)
    bench.ledger.issue("o3", "s3")
    await bench.take()
    await bench.rebuild.start_generation(2)
    while (await bench.rebuild.read_generation(2)).all.number < len(bench.ledger.changes):  # type: ignore[union-attr]
        await bench.take(page, generation=2)
    assert await bench.rebuild.count_differences(1, 2) == {}
    assert set(await bench.facts.read_live_digests()) == {OTHERS, DIGEST}


async def test_a_replay_equals_a_copy_in_which_everybody_was_erased(bench: Bench) -> None:
    _freed(bench)
    bench.ledger.lift("o-of-s2", "s2")
    await bench.take()
    bench.ledger.erase("s1", "s2")
    await bench.take()
    await bench.rebuild.start_generation(2)
    await bench.take(generation=2)
    # It has never seen a digest, nor heard of an epoch.
    assert await bench.rebuild.count_differences(1, 2) == {}
