"""What a change does not concern stays as it is."""

from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of

DIGEST = digest_of(resident_id(serial=1))


async def test_a_listing_is_no_basis_where_orders_bind(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", DIGEST)
    bench.ledger.enter_listing("l1", "s1")
    await bench.take()
    assert await bench.facts.read_live_digests() == []
    assert (await bench.facts.read_facts([DIGEST])).bases == ()
    assert await bench.facts.read_deliveries(0, 10) == []


async def test_a_second_order_does_not_send_the_first_again(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", DIGEST)
    bench.ledger.issue("o1", "s1")
    await bench.take()
    bench.ledger.issue("o2", "s1")
    await bench.take()
    sent = await bench.facts.read_deliveries(0, 10)
    assert [one.restriction_id for one in sent] == ["o1", "o2"]
