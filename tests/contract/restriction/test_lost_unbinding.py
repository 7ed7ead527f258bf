"""An unbinding that this service saw and a restored ledger says nothing of."""

from restriction.serving.recall import recall
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of

OWN = digest_of(resident_id(serial=1))
TAKEN_OFF = digest_of(resident_id(serial=2))


async def test_who_is_found_by_a_document_seen_unbound_is_unsettled(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", OWN)
    bench.ledger.bind("s1", "d2", TAKEN_OFF)
    copy = bench.ledger.issue("o1", "s1")
    bench.ledger.unbind("s1", "d2")
    await bench.take()
    bench.ledger.restore(copy)
    await bench.rebuild.start_generation(2)
    await bench.take(generation=2)
    await bench.rebuild.switch_to(2)
    (doubted,) = (await bench.facts.read_facts([TAKEN_OFF])).bases
    assert doubted.unsettled
    (certain,) = (await bench.facts.read_facts([OWN])).bases
    assert not certain.unsettled


async def test_whose_document_was_another_persons_before_is_refused_on_it(bench: Bench) -> None:
    """The court took the document off the wrong person and gave it to its owner."""
    bench.ledger.bind("s1", "d1", OWN)
    bench.ledger.unbind("s1", "d1")
    bench.ledger.bind("s2", "d1", OWN)
    bench.ledger.issue("o2", "s2")
    await bench.take()
    (basis,) = (await bench.facts.read_facts([OWN])).bases
    assert (basis.basis_id, basis.unsettled) == ("o2", False)


async def test_nothing_that_ended_is_told_of_who_is_found_by_a_document_seen_unbound(
    lender: Bench,
) -> None:
    """The document was another person's, and a lender must not learn of a stranger's past."""
    lender.ledger.bind("s1", "d1", OWN)
    lender.ledger.bind("s1", "d2", TAKEN_OFF)
    lender.ledger.enter_listing("l1", "s1")
    copy = lender.ledger.end_listing("l1", "s1")
    lender.ledger.unbind("s1", "d2")
    await lender.take()
    lender.ledger.restore(copy)
    await lender.rebuild.start_generation(2)
    await lender.take(generation=2)
    await lender.rebuild.switch_to(2)
    now = lender.ledger.now()
    (doubted,) = (await lender.facts.read_facts([TAKEN_OFF])).bases
    assert (doubted.ended, recall([doubted], now)) == (True, ())
    (certain,) = (await lender.facts.read_facts([OWN])).bases
    assert recall([certain], now) == (certain,)
