"""What lenders pull of listings: ground and performance while they stand, what erasing takes after."""

from datetime import datetime

from courtlist.ledger.v1 import change_pb2
from restriction.facts.changes import change_from
from restriction.facts.store import Delivery, DeliveryEvent
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of
from tests.fakes.ledger import START

DIGEST = digest_of(resident_id(serial=1))
SET, LIFTED = DeliveryEvent.SET, DeliveryEvent.LIFTED


async def _all(bench: Bench) -> list[Delivery]:
    return list(await bench.facts.read_deliveries(0, 1000))


def _recorded_at(bench: Bench, position: int) -> datetime:
    return change_from(bench.ledger.changes[position - 1].change).recorded_at


async def _listed(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", DIGEST)
    bench.ledger.enter_listing("l1", "s1", ground=change_pb2.GROUND_EVADES, obligation_id="b1")
    await bench.take()


async def test_a_listing_is_sent_with_its_ground(lender: Bench) -> None:
    await _listed(lender)
    (sent,) = await _all(lender)
    assert (sent.event, sent.ground, sent.start_at) == (SET, 3, START)
    assert (sent.performed_at, sent.ended_at, sent.void_from_start) == (None, None, False)


async def test_a_performance_sends_the_listing_again(lender: Bench) -> None:
    await _listed(lender)
    performed = lender.ledger.perform("b1")
    await lender.take()
    last = (await _all(lender))[-1]
    assert (last.number, last.event, list(last.digests)) == (2, SET, [DIGEST])
    assert last.performed_at == _recorded_at(lender, performed)
    assert last.position == performed
    lender.ledger.reopen("b1")
    await lender.take()
    last = (await _all(lender))[-1]
    assert (last.number, last.event, last.performed_at) == (3, SET, None)


async def test_another_persons_performance_sends_nothing(lender: Bench) -> None:
    await _listed(lender)
    lender.ledger.perform("b2")
    await lender.take()
    assert len(await _all(lender)) == 1


async def test_a_deleted_listing_is_lifted_with_the_instant_of_its_end(lender: Bench) -> None:
    await _listed(lender)
    ended = lender.ledger.end_listing("l1", "s1")
    await lender.take()
    sent = await _all(lender)
    (ending,) = change_from(lender.ledger.changes[ended - 1].change).endings
    # The restriction is not sent any more: its lift is, twice, each time whole.
    assert [(one.event, one.ended_at, one.void_from_start) for one in sent] == [
        (LIFTED, ending.end_at, False)
    ] * 2
    assert all(not one.digests for one in sent)


async def test_a_revoked_listing_is_lifted_as_void_from_the_start(lender: Bench) -> None:
    await _listed(lender)
    lender.ledger.end_listing("l1", "s1", kind=change_pb2.ENDING_KIND_REVOKED)
    await lender.take()
    last = (await _all(lender))[-1]
    assert (last.event, last.void_from_start) == (LIFTED, True)


async def test_whoever_was_told_of_a_deletion_is_told_that_the_listing_was_void(
    lender: Bench,
) -> None:
    await _listed(lender)
    ended = lender.ledger.end_listing("l1", "s1")
    await lender.take()
    lender.ledger.end_listing("l1", "s1", kind=change_pb2.ENDING_KIND_REVOKED)
    await lender.take()
    (ending,) = change_from(lender.ledger.changes[ended - 1].change).endings
    last = (await _all(lender))[-1]
    assert (last.number, last.event, last.ended_at) == (3, LIFTED, ending.end_at)
    assert last.void_from_start
    lender.ledger.end_listing("l1", "s1", kind=change_pb2.ENDING_KIND_REVOKED)
    await lender.take()
    assert len(await _all(lender)) == 3


async def test_how_it_ended_is_sent_when_a_judge_has_settled_it(lender: Bench) -> None:
    await _listed(lender)
    unsettled = change_pb2.EndingUnsettled(
        basis_id="l1", measure=change_pb2.MEASURE_LISTING, subject_id="s1"
    )
    lender.ledger.act([change_pb2.Effect(ending_unsettled=unsettled)])
    await lender.take()
    assert [(one.event, one.ended_at) for one in await _all(lender)] == [(LIFTED, None)] * 2
    settled = change_pb2.EndingSettled(
        basis_id="l1", measure=change_pb2.MEASURE_LISTING, subject_id="s1", upheld=True
    )
    settled.end_time.FromDatetime(START)
    lender.ledger.act([change_pb2.Effect(ending_settled=settled)])
    await lender.take()
    last = (await _all(lender))[-1]
    assert (last.number, last.event, last.ended_at) == (3, LIFTED, START)
    lender.ledger.bind("s1", "d2", digest_of(resident_id(serial=2)))
    await lender.take()
    assert len(await _all(lender)) == 3


async def test_of_an_order_nothing_more_is_sent_than_before(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", DIGEST)
    bench.ledger.issue("o1", "s1", obligation_id="b1")
    await bench.take()
    bench.ledger.perform("b1")
    await bench.take()
    (sent,) = await _all(bench)
    assert (sent.ground, sent.performed_at) == (None, None)
    bench.ledger.lift("o1", "s1")
    await bench.take()
    last = (await _all(bench))[-1]
    assert (last.event, last.ended_at, last.void_from_start) == (LIFTED, None, False)
