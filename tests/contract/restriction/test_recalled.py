"""Who is under no basis but ended ones stays known to a field that tells of them, and to no other."""

import pytest

from courtlist.ledger.v1 import change_pb2
from restriction.facts.changes import change_from
from restriction.facts.store import Cursor
from restriction.model import Basis
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of

DIGEST = digest_of(resident_id(serial=1))
REVOKED = change_pb2.ENDING_KIND_REVOKED
DELETED = change_pb2.ENDING_KIND_DELETED


async def _basis(bench: Bench) -> Basis:
    (basis,) = (await bench.facts.read_facts([DIGEST])).bases
    return basis


def _ended(bench: Bench, kind: change_pb2.EndingKind.ValueType) -> int:
    bench.ledger.bind("s1", "d1", DIGEST)
    bench.ledger.enter_listing("l1", "s1")
    return bench.ledger.end_listing("l1", "s1", kind=kind)


async def test_an_ended_listing_is_told_with_the_instant_of_its_end(lender: Bench) -> None:
    ended = _ended(lender, DELETED)
    await lender.take()
    basis = await _basis(lender)
    (ending,) = change_from(lender.ledger.changes[ended - 1].change).endings
    assert (basis.ended, basis.ended_at, basis.void_from_start) == (True, ending.end_at, False)


async def test_a_revoked_listing_is_told_as_void_from_the_start(lender: Bench) -> None:
    _ended(lender, REVOKED)
    await lender.take()
    basis = await _basis(lender)
    assert (basis.ended, basis.void_from_start) == (True, True)
    assert await lender.facts.read_live_digests() == [DIGEST]


async def test_the_index_keeps_who_has_nothing_but_ended_listings(lender: Bench) -> None:
    lender.ledger.bind("s1", "d1", DIGEST)
    lender.ledger.enter_listing("l1", "s1")
    assert (await lender.take()).added == [DIGEST]
    lender.ledger.end_listing("l1", "s1")
    change = await lender.take()
    assert (change.added, change.removed) == ([], [])
    assert await lender.facts.read_live_digests() == [DIGEST]


async def test_a_document_that_is_unbound_is_recalled_for_nobody(lender: Bench) -> None:
    _ended(lender, DELETED)
    await lender.take()
    lender.ledger.unbind("s1", "d1")
    assert (await lender.take()).removed == [DIGEST]
    assert await lender.facts.read_live_digests() == []


async def test_an_ending_read_ahead_recalls_nobody_before_the_listing_is_known(
    lender: Bench,
) -> None:
    _ended(lender, REVOKED)
    await lender.take(cursor=Cursor.ENDINGS)
    await lender.take(1)
    assert await lender.facts.read_live_digests() == []
    await lender.take()
    assert await lender.facts.read_live_digests() == [DIGEST]
    assert (await _basis(lender)).void_from_start


async def test_the_first_ending_says_of_which_kind_it_was(lender: Bench) -> None:
    _ended(lender, REVOKED)
    lender.ledger.end_listing("l1", "s1", kind=DELETED)
    await lender.take(3)
    await lender.take(1)
    assert (await _basis(lender)).void_from_start
    await lender.rebuild.start_generation(2)
    await lender.take(generation=2)
    assert await lender.rebuild.count_differences(1, 2) == {}


@pytest.mark.parametrize("batches", [(4,), (3, 1), (2, 2), (2, 1, 1)])
async def test_what_was_deleted_and_then_revoked_is_void_and_ended_when_it_was_deleted(
    lender: Bench, batches: tuple[int, ...]
) -> None:
    deleted = _ended(lender, DELETED)
    lender.ledger.end_listing("l1", "s1", kind=REVOKED)
    for count in batches:
        await lender.take(count)
    basis = await _basis(lender)
    (ending,) = change_from(lender.ledger.changes[deleted - 1].change).endings
    assert (basis.ended_at, basis.void_from_start) == (ending.end_at, True)
    await lender.take(cursor=Cursor.ENDINGS)
    assert await _basis(lender) == basis
    await lender.rebuild.start_generation(2)
    await lender.take(generation=2, cursor=Cursor.ENDINGS)
    await lender.take(generation=2)
    assert await lender.rebuild.count_differences(1, 2) == {}


async def test_where_nothing_ended_is_told_the_document_leaves_the_index(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", DIGEST)
    bench.ledger.issue("o1", "s1")
    await bench.take()
    bench.ledger.lift("o1", "s1")
    assert (await bench.take()).removed == [DIGEST]
    assert await bench.facts.read_live_digests() == []
