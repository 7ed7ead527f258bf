"""What applying changes promises: once, whole, in any order that the cursors allow."""

import random
from dataclasses import replace

import asyncpg
import pytest

from courtlist.ledger.v1 import change_pb2
from restriction.convert import endings_to
from restriction.facts.statements import load_statements
from restriction.facts.store import Cursor, EndingSeen, MovedError
from restriction.index import CountedIndex
from restriction.model import Measure
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of
from tests.fakes.history import History
from tests.fakes.ledger import FakeLedger

_ORDER = 2


def _digest(serial: int) -> bytes:
    return digest_of(resident_id(serial=serial))


def _history(ledger: FakeLedger, seed: int) -> History:
    return History(ledger, seed=seed, digest_of_serial=_digest)


@pytest.mark.parametrize("seed", range(12))
async def test_endings_ahead_and_any_batching_come_to_the_same_as_a_replay_from_0(
    bench: Bench, seed: int
) -> None:
    await _follow_in_any_order_and_replay(bench, seed)


@pytest.mark.parametrize("seed", range(12))
async def test_they_do_where_listings_bind_and_ended_ones_are_told(
    lender: Bench, seed: int
) -> None:
    await _follow_in_any_order_and_replay(lender, seed)


async def _follow_in_any_order_and_replay(bench: Bench, seed: int) -> None:
    pick = random.Random(seed)
    index = CountedIndex()

    async def take() -> None:
        change = await bench.take(pick.randrange(1, 9), cursor=pick.choice(list(Cursor)))
        for digest in change.added:
            index.add(digest)
        for digest in change.removed:
            index.remove(digest)

    for _ in _history(bench.ledger, seed).acts():
        # Some changes are read at once, others when a later one has altered what is told of them.
        if pick.random() < 0.5:
            await take()
    while (await bench.facts.read_follower()).all.number < len(bench.ledger.changes):
        await take()
    await bench.rebuild.start_generation(2)
    await bench.take(1000, generation=2)
    assert await bench.rebuild.count_differences(1, 2) == {}
    live = await bench.facts.read_live_digests()
    assert len(index) == len(live)
    assert all(index.contains(digest) for digest in live)


@pytest.mark.parametrize("seed", range(4))
async def test_the_live_digests_are_those_of_everybody_under_a_basis(
    bench: Bench, seed: int
) -> None:
    _history(bench.ledger, seed).make()
    await bench.take(1000)
    live = set(await bench.facts.read_live_digests())
    for document in {f"d{number}" for number in range(60)} & bench.ledger.documents:
        digest = bench.ledger.digest_of(document)
        assert (digest in live) == bool(bench.ledger.standing(digest, _ORDER))


async def test_a_batch_that_begins_elsewhere_changes_nothing(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    batch = await bench.next_batch()
    await bench.facts.apply(batch)
    moved = await bench.facts.read_follower()
    with pytest.raises(MovedError):
        await bench.facts.apply(batch)
    assert await bench.facts.read_follower() == moved


@pytest.mark.parametrize("broken", ["advance_all", "refresh_live", "deliver", "upsert_starts"])
async def test_a_crash_within_a_batch_leaves_nothing_of_it(bench: Bench, broken: str) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    failing = bench.store_with(replace(load_statements(), **{broken: "SELECT 1 / 0"}))
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await bench.take(store=failing)
    assert (await bench.facts.read_follower()).all.number == 0
    assert await bench.facts.read_live_digests() == []
    assert (await bench.facts.read_delivery_head()).number == 0
    await bench.take()
    assert await bench.facts.read_live_digests() == [_digest(1)]
    assert (await bench.facts.read_delivery_head()).number == 1


async def _digests_kept(bench: Bench) -> list[bytes]:
    async with bench.postgres.connection() as connection:
        rows = await connection.fetch("SELECT digest FROM digest ORDER BY document_id")
    return [row["digest"] for row in rows]


@pytest.mark.parametrize("cursor", Cursor)
async def test_the_digest_of_a_document_that_was_unbound_is_forgotten(
    bench: Bench, cursor: Cursor
) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.bind("s1", "d2", _digest(2))
    bench.ledger.issue("o1", "s1")
    await bench.take()
    bench.ledger.unbind("s1", "d2")
    change = await bench.take(cursor=cursor)
    assert (change.added, change.removed) == ([], [_digest(2)])
    assert await _digests_kept(bench) == [_digest(1)]


async def test_a_binding_that_was_read_before_its_unbinding_brings_no_digest_back(
    bench: Bench,
) -> None:
    bench.ledger.issue("o1", "s1")
    bench.ledger.bind("s1", "d1", _digest(1))
    read_before = await bench.next_batch()
    bench.ledger.unbind("s1", "d1")
    await bench.take(cursor=Cursor.ENDINGS)
    change = await bench.facts.apply(read_before)
    assert (change.added, change.removed) == ([], [])
    assert await _digests_kept(bench) == []


@pytest.mark.parametrize("subject", ["s1", "s2"])
async def test_a_document_that_is_bound_again_is_known_again(bench: Bench, subject: str) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    bench.ledger.issue("o2", "s2")
    await bench.take()
    bench.ledger.unbind("s1", "d1")
    await bench.take()
    bench.ledger.bind(subject, "d1", _digest(1))
    assert (await bench.take()).added == [_digest(1)]
    # The other cursor comes late with the unbinding, and undoes nothing.
    assert (await bench.take(cursor=Cursor.ENDINGS)).removed == []
    assert await _digests_kept(bench) == [_digest(1)]


async def test_an_ending_that_arrives_before_its_start_ends_it(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    bench.ledger.lift("o1", "s1")
    await bench.take(cursor=Cursor.ENDINGS)
    change = await bench.take()
    assert (change.added, change.removed) == ([], [])
    (basis,) = (await bench.facts.read_facts([_digest(1)])).bases
    assert basis.ended


async def test_the_furthest_place_is_handed_to_the_registry(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    bench.ledger.lift("o1", "s1")
    await bench.take(1)
    await bench.take(cursor=Cursor.ENDINGS)
    facts = await bench.facts.read_facts([_digest(1)])
    assert facts.as_of.number == 1
    assert facts.seen.position.number == 3
    assert facts.seen.hash == bench.ledger.head_hash


async def test_another_persons_basis_is_nobody_elses(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.bind("s2", "d2", _digest(2))
    bench.ledger.issue("o1", "s1")
    await bench.take()
    assert (await bench.facts.read_facts([_digest(2)])).bases == ()
    assert await bench.facts.read_live_digests() == [_digest(1)]


async def test_the_first_ending_stays_however_the_changes_are_cut(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    bench.ledger.lift("o1", "s1")
    bench.ledger.lift("o1", "s1")
    await bench.take()
    await bench.rebuild.start_generation(2)
    for _ in range(4):
        await bench.take(1, generation=2)
    assert await bench.rebuild.count_differences(1, 2) == {}


async def test_an_unbinding_that_a_restore_lost_protects_until_a_judge_has_settled_each_basis(
    bench: Bench,
) -> None:
    """Even if the restored ledger says nothing of it."""
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.bind("s1", "d2", _digest(2))
    copy = bench.ledger.issue("o1", "s1")
    bench.ledger.unbind("s1", "d2")
    await bench.take()
    bench.ledger.restore(copy)
    await bench.rebuild.start_generation(2)
    await bench.take(generation=2)
    await bench.rebuild.switch_to(2)

    async def unsettled(serial: int) -> list[bool]:
        facts = await bench.facts.read_facts([_digest(serial)])
        return [basis.unsettled for basis in facts.bases]

    assert await unsettled(2) == [True]
    assert await unsettled(1) == [False], "nobody doubts the subject's other document"
    bench.ledger.settle("o1", "s1", upheld=False)
    await bench.take()
    assert await unsettled(2) == [False]


async def test_a_document_that_the_ledger_still_holds_as_unbound_and_bound_again_is_not_doubted(
    bench: Bench,
) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.unbind("s1", "d1")
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    await bench.take()
    (basis,) = (await bench.facts.read_facts([_digest(1)])).bases
    assert not basis.unsettled


async def test_what_was_witnessed_is_read_newest_first_page_by_page(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    bench.ledger.lift("o1", "s1")
    bench.ledger.unbind("s1", "d1")
    bench.ledger.enter_listing("l1", "s1")
    bench.ledger.end_listing("l1", "s1")
    await bench.take()
    await bench.take(cursor=Cursor.ENDINGS)
    seen: list[EndingSeen] = []
    while page := await bench.rebuild.read_seen_endings(seen[-1] if seen else None, 1):
        seen += page
    assert [(one.position, one.basis_id, one.document_id, one.measure) for one in seen] == [
        (6, "l1", "", Measure.LISTING),
        (4, "", "d1", None),
        (3, "o1", "", Measure.ORDER),
    ]
    changes = [bench.ledger.changes[one.position - 1] for one in seen]
    assert [one.hash for one in seen] == [one.change.hash for one in changes]
    assert {(one.subject_id, one.incarnation) for one in seen} == {("s1", "life-1")}
    assert not any(one.void_from_start for one in seen)


async def test_the_witness_says_of_a_revocation_that_it_was_one(bench: Bench) -> None:
    bench.ledger.enter_listing("l1", "s1")
    bench.ledger.end_listing("l1", "s1")
    bench.ledger.end_listing("l1", "s1", kind=change_pb2.ENDING_KIND_REVOKED)
    await bench.take()
    seen = await bench.rebuild.read_seen_endings(None, 10)
    assert [(one.position, one.void_from_start) for one in seen] == [(3, True), (2, False)]
    (newest, _) = endings_to(seen)
    assert newest.void_from_start


async def test_the_registrys_seal_on_an_ending_is_kept_and_handed_back(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    bench.ledger.lift("o1", "s1")
    bench.ledger.unbind("s1", "d1")
    bench.ledger.changes[2].change.ending_seals.add(ended_id="o1", seal=b"of the lift")
    bench.ledger.changes[3].change.ending_seals.add(ended_id="d1", seal=b"of the unbinding")
    bench.ledger.enter_listing("l1", "s1")
    bench.ledger.end_listing("l1", "s1")
    await bench.take()
    seen = endings_to(await bench.rebuild.read_seen_endings(None, 10))
    assert [(one.position, one.seal) for one in seen] == [
        (6, b""),
        (4, b"of the unbinding"),
        (3, b"of the lift"),
    ]


async def test_an_ending_that_a_restore_lost_protects_until_a_judge_has_settled_it(
    bench: Bench,
) -> None:
    """Even if the restored ledger says nothing of it."""
    bench.ledger.bind("s1", "d1", _digest(1))
    copy = bench.ledger.issue("o1", "s1")
    bench.ledger.lift("o1", "s1")
    await bench.take()
    bench.ledger.restore(copy)
    await bench.rebuild.start_generation(2)
    await bench.take(generation=2)
    await bench.rebuild.switch_to(2)
    (basis,) = (await bench.facts.read_facts([_digest(1)])).bases
    assert (basis.ended, basis.unsettled) == (False, True)
    bench.ledger.settle("o1", "s1", upheld=False)
    await bench.take()
    (basis,) = (await bench.facts.read_facts([_digest(1)])).bases
    assert (basis.ended, basis.unsettled) == (False, False)
