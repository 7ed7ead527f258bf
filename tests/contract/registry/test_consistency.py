"""How fresh an answer is, read either way."""

from uuid import uuid4

import pytest

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import listing_pb2 as pb
from registry.reading.freshness import FULLY_CONSISTENT, MINIMIZE_LATENCY, Freshness, Place
from tests.contract.registry.reading import Reading, id_card

FRESHNESS = pytest.mark.parametrize(
    "freshness", [MINIMIZE_LATENCY, FULLY_CONSISTENT], ids=["minimize_latency", "fully_consistent"]
)


async def test_an_answer_at_a_place_includes_that_place(court: Reading) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card)
    listing_id = await court.seed.listing(subject_id)
    order_id = await court.seed.order(subject_id)
    await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    await court.reads.get_order(order_id, MINIMIZE_LATENCY)
    await court.reads.get_standing(card, MINIMIZE_LATENCY)
    # Nobody tells the cache: the place alone must rule out what was kept before.
    await court.seed.end_listing(listing_id)
    await court.seed.end_order(order_id)
    wanted = Freshness(at_least=await court.head())
    for _ in range(2):
        listing = await court.reads.get_listing(listing_id, wanted)
        order = await court.reads.get_order(order_id, wanted)
        standing = await court.reads.get_standing(card, wanted)
        assert listing.state == pb.BASIS_STATE_DELETED
        assert order.state == pb.BASIS_STATE_LIFTED
        assert not standing.listings


async def test_a_fully_consistent_answer_owes_nothing_to_any_cache(court: Reading) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card)
    listing_id = await court.seed.listing(subject_id)
    order_id = await court.seed.order(subject_id)
    await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    await court.reads.get_order(order_id, MINIMIZE_LATENCY)
    await court.reads.get_standing(card, MINIMIZE_LATENCY)
    await court.seed.end_listing(listing_id)
    await court.seed.end_order(order_id)
    listing = await court.reads.get_listing(listing_id, FULLY_CONSISTENT)
    order = await court.reads.get_order(order_id, FULLY_CONSISTENT)
    standing = await court.reads.get_standing(card, FULLY_CONSISTENT)
    assert listing.state == pb.BASIS_STATE_DELETED
    assert order.state == pb.BASIS_STATE_LIFTED
    assert not standing.listings


async def test_a_place_beyond_the_head_is_refused_for_every_record(court: Reading) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card)
    listing_id = await court.seed.listing(subject_id)
    order_id = await court.seed.order(subject_id)
    await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    head = await court.head()
    beyond = Freshness(at_least=Place(head.incarnation, head.position + 1))
    for read in (
        court.reads.get_listing(listing_id, beyond),
        court.reads.get_listing(uuid4(), beyond),
        court.reads.get_order(order_id, beyond),
        court.reads.get_standing(card, beyond),
    ):
        with pytest.raises(ServiceError) as refused:
            await read
        assert refused.value.reason == reasons.ERROR_REASON_POSITION_NOT_REACHED
        assert "fully_consistent" in refused.value.message


async def test_a_place_of_an_earlier_life_is_honoured_as_far_as_the_restore_kept_it(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    restored = await court.head()
    await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    await court.seed.open_incarnation()
    await court.told()
    await court.seed.act()
    await court.seed.act()
    for _ in range(2):
        listing = await court.reads.get_listing(listing_id, Freshness(at_least=restored))
        assert listing.as_of.incarnation != str(restored.incarnation)
    lost = Freshness(at_least=Place(restored.incarnation, restored.position + 1))
    unknown = Freshness(at_least=Place(uuid4(), 1))
    for wanted in (lost, unknown):
        with pytest.raises(ServiceError) as refused:
            await court.reads.get_listing(listing_id, wanted)
        assert refused.value.reason == reasons.ERROR_REASON_POSITION_NOT_REACHED
