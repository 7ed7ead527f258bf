"""What stands against the subject behind a document, read either way."""

from datetime import UTC, datetime, timedelta

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2 as pb
from registry.reading.freshness import FULLY_CONSISTENT, MINIMIZE_LATENCY
from tests.contract.registry.reading import Reading, foreign_passport, id_card

FRESHNESS = pytest.mark.parametrize(
    "freshness", [MINIMIZE_LATENCY, FULLY_CONSISTENT], ids=["minimize_latency", "fully_consistent"]
)


async def test_every_document_of_a_subject_shows_the_same_standing(court: Reading) -> None:
    card, passport = id_card(), foreign_passport()
    subject_id = await court.seed.subject(card, passport)
    listing_id = await court.seed.listing(subject_id)
    order_id = await court.seed.order(subject_id)
    for document in (card, passport, card, passport):
        standing = await court.reads.get_standing(document, MINIMIZE_LATENCY)
        assert standing.subject_id == str(subject_id)
        assert [one.listing_id for one in standing.listings] == [str(listing_id)]
        assert [one.order_id for one in standing.orders] == [str(order_id)]
        assert list(standing.orders[0].items) == [ledger.ITEM_TRANSPORT, ledger.ITEM_FAST_TRAINS]


async def test_what_stands_is_shown_in_grace_and_not_past_its_term(court: Reading) -> None:
    now, hour = datetime.now(UTC), timedelta(hours=1)
    card = id_card()
    subject_id = await court.seed.subject(card)
    pending = await court.seed.listing(subject_id, start_at=now + hour)
    await court.seed.listing(
        subject_id,
        ground=ledger.GROUND_EVADES,
        start_at=now - 2 * hour,
        term_end_at=now - hour,
    )
    await court.seed.order(subject_id, start_at=now - 2 * hour, period_end_at=now - hour)
    for _ in range(2):
        standing = await court.reads.get_standing(card, MINIMIZE_LATENCY)
        assert [(one.listing_id, one.state) for one in standing.listings] == [
            (str(pending), pb.BASIS_STATE_PENDING)
        ]
        assert not standing.orders


async def test_nothing_stands_any_more_once_the_endings_are_answered(court: Reading) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card)
    listing_id = await court.seed.listing(subject_id)
    order_id = await court.seed.order(subject_id)
    assert (await court.reads.get_standing(card, MINIMIZE_LATENCY)).listings
    await court.seed.end_listing(listing_id)
    await court.seed.end_order(order_id)
    await court.told(listings=[listing_id], orders=[order_id])
    for _ in range(2):
        standing = await court.reads.get_standing(card, MINIMIZE_LATENCY)
        assert standing.subject_id == str(subject_id)
        assert not standing.listings
        assert not standing.orders


async def test_a_document_of_nobody_has_an_empty_standing_until_its_owner_is_entered(
    court: Reading,
) -> None:
    card = id_card()
    for _ in range(2):
        standing = await court.reads.get_standing(card, MINIMIZE_LATENCY)
        assert standing.subject_id == ""
        assert not standing.listings
        assert standing.HasField("as_of")
        assert standing.HasField("as_of_time")
    subject_id = await court.seed.subject(card)
    await court.seed.listing(subject_id)
    await court.told(subjects=[subject_id])
    standing = await court.reads.get_standing(card, MINIMIZE_LATENCY)
    assert standing.subject_id == str(subject_id)
    assert standing.listings


async def test_an_unbound_document_has_no_standing_as_soon_as_the_act_is_answered(
    court: Reading,
) -> None:
    card, passport = id_card(), foreign_passport()
    subject_id = await court.seed.subject(card)
    document_id = await court.seed.bind(subject_id, passport)
    await court.seed.listing(subject_id)
    assert (await court.reads.get_standing(passport, MINIMIZE_LATENCY)).listings
    await court.seed.unbind(document_id)
    await court.told(subjects=[subject_id])
    assert (await court.reads.get_standing(passport, MINIMIZE_LATENCY)).subject_id == ""
    assert (await court.reads.get_standing(card, MINIMIZE_LATENCY)).listings
