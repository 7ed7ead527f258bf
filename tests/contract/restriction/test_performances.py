"""A basis tells when its obligation was performed, whichever of the two is read first."""

from datetime import datetime

from courtlist.ledger.v1 import change_pb2
from restriction.facts.changes import change_from
from restriction.facts.store import Cursor
from restriction.model import Basis
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of

DIGEST = digest_of(resident_id(serial=1))


def _recorded_at(bench: Bench, position: int) -> datetime:
    return change_from(bench.ledger.changes[position - 1].change).recorded_at


async def _basis(bench: Bench) -> Basis:
    (basis,) = (await bench.facts.read_facts([DIGEST])).bases
    return basis


def _listed(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", DIGEST)
    bench.ledger.enter_listing("l1", "s1", obligation_id="b1")


def _with_an_ending(bench: Bench, effect: change_pb2.Effect) -> int:
    """In one act with an ending, which the second cursor brings ahead."""
    lifted = change_pb2.OrderLifted(order_id="o9", subject_id="s9")
    return bench.ledger.act([effect, change_pb2.Effect(order_lifted=lifted)])


def _perform_and_lift(bench: Bench) -> int:
    performed = change_pb2.ObligationPerformed(obligation_id="b1")
    return _with_an_ending(bench, change_pb2.Effect(obligation_performed=performed))


async def test_a_basis_tells_when_its_obligation_was_performed(lender: Bench) -> None:
    _listed(lender)
    lender.ledger.enter_listing("l2", "s1", obligation_id="b2")
    await lender.take()
    performed = lender.ledger.perform("b1")
    await lender.take()
    bases = (await lender.facts.read_facts([DIGEST])).bases
    assert {one.basis_id: one.performed_at for one in bases} == {
        "l1": _recorded_at(lender, performed),
        "l2": None,
    }
    assert not any(one.ended for one in bases)


async def test_a_performance_that_was_taken_back_is_none(lender: Bench) -> None:
    _listed(lender)
    lender.ledger.perform("b1")
    lender.ledger.reopen("b1")
    await lender.take()
    assert (await _basis(lender)).performed_at is None
    again = lender.ledger.perform("b1")
    await lender.take()
    assert (await _basis(lender)).performed_at == _recorded_at(lender, again)


async def test_a_performance_read_ahead_is_known_when_its_listing_comes(lender: Bench) -> None:
    _listed(lender)
    performed = _perform_and_lift(lender)
    await lender.take(cursor=Cursor.ENDINGS)
    await lender.take(2)
    assert (await _basis(lender)).performed_at == _recorded_at(lender, performed)


async def test_an_older_performance_does_not_undo_a_newer_reopening(lender: Bench) -> None:
    _listed(lender)
    lender.ledger.perform("b1")
    lender.ledger.reopen("b1")
    latest = _perform_and_lift(lender)
    await lender.take(cursor=Cursor.ENDINGS)
    for _ in range(2):
        await lender.take(2)
        assert (await _basis(lender)).performed_at == _recorded_at(lender, latest)
    reopened = lender.ledger.reopen("b1")
    await lender.take()
    assert (await _basis(lender)).performed_at is None
    async with lender.postgres.connection() as connection:
        row = await connection.fetchrow("SELECT * FROM obligation")
    assert row is not None
    assert (row["performed_position"], row["reopened_position"]) == (latest, reopened)


async def test_a_reopening_that_ran_ahead_is_not_undone_by_the_older_performance(
    lender: Bench,
) -> None:
    _listed(lender)
    lender.ledger.perform("b1")
    reopened = change_pb2.ObligationReopened(obligation_id="b1")
    _with_an_ending(lender, change_pb2.Effect(obligation_reopened=reopened))
    await lender.take(cursor=Cursor.ENDINGS)
    await lender.take(3)
    assert (await _basis(lender)).performed_at is None


async def test_an_order_tells_it_too(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", DIGEST)
    bench.ledger.issue("o1", "s1", obligation_id="b1")
    performed = bench.ledger.perform("b1")
    await bench.take()
    assert (await _basis(bench)).performed_at == _recorded_at(bench, performed)
