"""What applying changes promises: once, whole, in any order that the cursors allow."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from courtlist.ledger.v1 import change_pb2
from restriction.index import CountedIndex
from restriction.model import Measure
from restriction.statements import load_statements
from restriction.store import Cursor, EndingSeen, MovedError
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of
from tests.fakes.ledger import START, FakeLedger
from tests.fakes.ledger_acts import ALL_ITEMS

_ORDER = 2


def _digest(serial: int) -> bytes:
    return digest_of(resident_id(serial=serial))


def _random_history(ledger: FakeLedger, seed: int) -> None:
    for _ in _random_acts(ledger, seed):
        pass


def _random_acts(ledger: FakeLedger, seed: int, *, length: int = 60) -> Iterator[None]:
    """Acts on a few people in random but lawful order, with listings among them; stops after each.

    An act that brings neither an ending nor an entry may be joined to one that ends something, so
    that the second cursor brings it ahead.
    """
    pick = random.Random(seed)
    standing: list[tuple[str, str]] = []
    bound: list[tuple[str, str]] = []
    ledger.enrol_court()
    for number in range(length):
        subject = f"s{pick.randrange(5)}"
        act = pick.randrange(10)
        if act <= 1:
            document = f"d{number}"
            ledger.bind(subject, document, _digest(number))
            bound.append((subject, document))
        elif act <= 3:
            end_at = START + timedelta(days=36500) if pick.random() < 0.3 else None
            later = timedelta(days=36000) if pick.random() < 0.2 else timedelta()
            ledger.issue(
                f"o{number}",
                subject,
                start_at=START + later,
                end_at=end_at,
                obligation_id=f"b{pick.randrange(6)}",
            )
            standing.append((f"o{number}", subject))
        elif act == 4 and standing:
            ledger.lift(*standing.pop(pick.randrange(len(standing))))
        elif act == 5 and bound:
            subject, document = bound.pop(pick.randrange(len(bound)))
            ledger.unbind(subject, document)
            if pick.random() < 0.5:
                ledger.bind(f"s{pick.randrange(5)}", document, ledger.digest_of(document))
        elif act == 6:
            ledger.enter_listing(f"l{number}", subject, obligation_id=f"b{pick.randrange(6)}")
            if pick.random() < 0.7:
                kind = change_pb2.EndingKind.ValueType(pick.randrange(1, 3))
                ledger.end_listing(f"l{number}", subject, kind=kind)
        elif act > 6:
            effects = [_passing_effect(pick, number)]
            if pick.random() < 0.5:
                nobodys = change_pb2.OrderLifted(order_id=f"x{number}", subject_id=subject)
                effects.append(change_pb2.Effect(order_lifted=nobodys))
            ledger.act(effects)
        yield


def _passing_effect(pick: random.Random, number: int) -> change_pb2.Effect:
    """Of an obligation, a pass, a partner or a rating."""
    obligation, partner = f"b{pick.randrange(6)}", f"partner-{pick.randrange(2)}"
    granted = change_pb2.PassGranted(
        pass_id=f"p{number}", order_id=f"o{number}", items=[pick.choice(ALL_ITEMS)]
    )
    freed = pick.randrange(number + 1)
    withdrawn = change_pb2.PassWithdrawn(pass_id=f"p{freed}", order_id=f"o{freed}")
    enrolled = change_pb2.PartnerEnrolled(
        partner_id=partner, fields=["travel", "loan"], push_address=f"localhost:{number}"
    )
    rated = change_pb2.RatingRecorded(partner_id=partner, stars=pick.randrange(6))
    return pick.choice(
        [
            change_pb2.Effect(
                obligation_performed=change_pb2.ObligationPerformed(obligation_id=obligation)
            ),
            change_pb2.Effect(
                obligation_reopened=change_pb2.ObligationReopened(obligation_id=obligation)
            ),
            change_pb2.Effect(pass_granted=granted),
            change_pb2.Effect(pass_withdrawn=withdrawn),
            change_pb2.Effect(partner_enrolled=enrolled),
            change_pb2.Effect(partner_retired=change_pb2.PartnerRetired(partner_id=partner)),
            change_pb2.Effect(rating_recorded=rated),
        ]
    )


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

    for _ in _random_acts(bench.ledger, seed):
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
    _random_history(bench.ledger, seed)
    await bench.take(1000)
    live = set(await bench.facts.read_live_digests())
    for document in {f"d{number}" for number in range(60)} & bench.ledger.documents:
        digest = bench.ledger.digest_of(document)
        assert (digest in live) == bool(bench.ledger.standing(digest, _ORDER))


@pytest.mark.parametrize("seed", range(4))
async def test_the_facts_are_what_the_registry_holds(bench: Bench, seed: int) -> None:
    _random_history(bench.ledger, seed)
    await bench.take(1000)
    for document in bench.ledger.documents:
        digest = bench.ledger.digest_of(document)
        facts = await bench.facts.read_facts([digest])
        held = {basis.basis_id: basis for basis in facts.bases if not basis.ended}
        standing = {one.basis_id: one for one in bench.ledger.standing(digest, _ORDER)}
        assert held.keys() == standing.keys()
        for basis_id, basis in held.items():
            expected = standing[basis_id]
            assert basis.reference == expected.reference
            assert basis.case_number == expected.case_number
            assert basis.court_contact == expected.court_contact
            assert {int(item) for item in basis.items} == {int(item) for item in expected.items}


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
