"""What partners pull: numbered without a gap, never before grace ends, lifts as soon as they are known."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from courtlist.ledger.v1 import change_pb2
from restriction.facts.store import Cursor, Delivery, DeliveryEvent
from restriction.model import Item
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of

TOMORROW = datetime.now(UTC) + timedelta(days=1)


def _digest(serial: int) -> bytes:
    return digest_of(resident_id(serial=serial))


def _held_by_partner(deliveries: list[Delivery]) -> dict[str, Delivery]:
    """What a partner holds after applying every step in order."""
    held: dict[str, Delivery] = {}
    for delivery in deliveries:
        if delivery.event is DeliveryEvent.SET:
            held[delivery.restriction_id] = delivery
        else:
            held.pop(delivery.restriction_id, None)
    return held


async def _all(bench: Bench) -> list[Delivery]:
    return list(await bench.facts.read_deliveries(0, 1000))


async def test_a_restriction_is_sent_with_everything_a_partner_needs(bench: Bench) -> None:
    bench.ledger.enrol_court()
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    await bench.take()
    (sent,) = await _all(bench)
    assert (sent.number, sent.restriction_id, sent.event) == (1, "o1", DeliveryEvent.SET)
    assert list(sent.digests) == [_digest(1)]
    assert sent.order_number == "限o1"
    assert sent.court_name == "某区人民法院"
    assert sent.position == 3


async def test_an_order_is_narrowed_to_the_items_of_the_field(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1", items=[change_pb2.ITEM_TRANSPORT, change_pb2.ITEM_LODGING])
    await bench.take()
    (sent,) = await _all(bench)
    assert sent.items == {Item.TRANSPORT}


async def test_an_order_with_none_of_the_fields_items_is_not_sent_and_not_lifted(
    bench: Bench,
) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1", items=[change_pb2.ITEM_LODGING])
    await bench.take()
    bench.ledger.lift("o1", "s1")
    await bench.take()
    assert await _all(bench) == []


async def test_a_restriction_in_grace_is_sent_when_grace_ends_and_not_before(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1", start_at=TOMORROW)
    await bench.take()
    assert await bench.facts.deliver_pending(TOMORROW - timedelta(seconds=1), 10) == 0
    assert await _all(bench) == []
    assert await bench.facts.deliver_pending(TOMORROW, 10) == 1
    assert [one.restriction_id for one in await _all(bench)] == ["o1"]
    assert await bench.facts.deliver_pending(TOMORROW, 10) == 0


async def test_a_restriction_lifted_in_grace_is_never_sent(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1", start_at=TOMORROW)
    await bench.take()
    bench.ledger.lift("o1", "s1")
    await bench.take()
    await bench.facts.deliver_pending(TOMORROW, 10)
    assert await _all(bench) == []


async def test_a_lift_overtakes_the_restriction_it_ends(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    await bench.take()
    bench.ledger.lift("o1", "s1")
    await bench.take(cursor=Cursor.ENDINGS)
    # A partner that starts reading now is never sent the restriction at all.
    assert [one.event for one in await _all(bench)] == [DeliveryEvent.LIFTED] * 2
    assert all(not one.digests for one in await _all(bench))


async def test_a_new_document_sends_the_whole_set_again(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    await bench.take()
    bench.ledger.bind("s1", "d2", _digest(2))
    await bench.take()
    sent = await _all(bench)
    assert [one.number for one in sent] == [1, 2]
    assert set(sent[1].digests) == {_digest(1), _digest(2)}


async def test_an_unbinding_sends_the_set_that_is_left_with_its_own_position(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.bind("s1", "d2", _digest(2))
    bench.ledger.issue("o1", "s1")
    await bench.take()
    unbound = bench.ledger.unbind("s1", "d2")
    await bench.take()
    last = (await _all(bench))[-1]
    assert (last.event, list(last.digests)) == (DeliveryEvent.SET, [_digest(1)])
    assert last.position == unbound


async def _kept_digests(bench: Bench) -> list[bytes]:
    async with bench.postgres.connection() as connection:
        rows = await connection.fetch("SELECT unnest(digests) AS digest FROM delivery")
    return [row["digest"] for row in rows]


async def test_a_document_that_was_unbound_is_sent_to_nobody_who_reads_from_the_start(
    bench: Bench,
) -> None:
    """It may be an innocent person's: its digest is not kept in what was delivered before, either."""
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.bind("s1", "d2", _digest(2))
    bench.ledger.issue("o1", "s1")
    await bench.take()
    bench.ledger.unbind("s1", "d2")
    await bench.take()
    assert [list(one.digests) for one in await _all(bench)] == [[_digest(1)], [_digest(1)]]
    assert await _kept_digests(bench) == [_digest(1)]


async def test_of_what_is_lifted_no_digest_is_kept(bench: Bench) -> None:
    before = bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    bench.ledger.issue("o2", "s1")
    await bench.take()
    bench.ledger.lift("o1", "s1")
    await bench.take()
    assert await _kept_digests(bench) == [_digest(1)]
    bench.ledger.restore(before)
    await bench.rebuild.start_generation(2)
    await bench.take(generation=2)
    await bench.rebuild.switch_to(2)
    await bench.rebuild.reconcile(bench.ledger.now())
    assert await _kept_digests(bench) == [], "the ledger knows of neither"


async def test_changes_that_alter_nothing_send_nothing(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    await bench.take()
    bench.ledger.enter_listing("l1", "s1")
    bench.ledger.end_listing("l1", "s1")
    await bench.take()
    assert len(await _all(bench)) == 1


@pytest.mark.parametrize("seed", range(4))
async def test_numbers_have_no_gap_and_the_copy_is_what_stands(bench: Bench, seed: int) -> None:
    pick = random.Random(seed)
    standing: list[tuple[str, str]] = []
    for number in range(40):
        subject = f"s{pick.randrange(4)}"
        if number < 4:
            bench.ledger.bind(f"s{number}", f"d{number}", _digest(number))
        elif standing and pick.random() < 0.4:
            bench.ledger.lift(*standing.pop())
        else:
            bench.ledger.issue(f"o{number}", subject)
            standing.append((f"o{number}", subject))
        if pick.random() < 0.5:
            await bench.take(pick.randrange(1, 4), cursor=pick.choice(list(Cursor)))
    await bench.take(1000)
    sent = await _all(bench)
    assert [one.number for one in sent] == list(range(1, len(sent) + 1))
    assert (await bench.facts.read_delivery_head()).number == len(sent)
    assert _held_by_partner(sent).keys() == {basis_id for basis_id, _ in standing}


async def test_after_a_rebuild_the_copy_is_what_the_restored_ledger_holds(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", _digest(1))
    bench.ledger.issue("o1", "s1")
    kept = len(bench.ledger.changes)
    bench.ledger.issue("o2", "s1")
    await bench.take()
    assert _held_by_partner(await _all(bench)).keys() == {"o1", "o2"}
    bench.ledger.restore(kept)
    bench.ledger.issue("o3", "s1")
    await bench.rebuild.start_generation(2)
    await bench.take(generation=2)
    await bench.rebuild.switch_to(2)
    await bench.rebuild.reconcile(bench.ledger.now())
    sent = await _all(bench)
    assert _held_by_partner(sent).keys() == {"o1", "o3"}
    assert [one.number for one in sent] == list(range(1, len(sent) + 1))
    await bench.rebuild.reconcile(bench.ledger.now())
    assert len(await _all(bench)) == len(sent)
