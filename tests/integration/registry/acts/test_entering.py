"""Entering a debtor: what a lawful entry brings about, on every ground and for every kind of debtor."""

from datetime import UTC, datetime, timedelta

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2
from registry.law.days import add_months, add_years, end_of_day
from stack.papers import day
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

IN_FORCE = listing_pb2.BASIS_STATE_IN_FORCE
PENDING = listing_pb2.BASIS_STATE_PENDING
TERMED = [ground for ground in ledger.Ground.values() if ground > ledger.GROUND_ABLE_BUT_REFUSES]


async def test_an_entry_makes_a_listing_and_its_order_in_one_act(house: CourtHouse) -> None:
    before = (await house.record())["head"]
    entered = await house.enter()
    assert (await house.record())["head"] == before + 1
    assert entered.position.position == before + 1
    assert (entered.listing.state, entered.order.state) == (IN_FORCE, IN_FORCE)
    assert entered.listing.order_id == entered.order.order_id
    assert entered.order.listing_id == entered.listing.listing_id


async def test_what_an_entry_answers_is_what_is_read_afterwards(house: CourtHouse) -> None:
    entered = await house.enter()
    listing = await house.listing(entered.listing.listing_id)
    order = await house.order(entered.order.order_id)
    for basis in (listing, order, entered.listing, entered.order):
        basis.ClearField("as_of")
        basis.ClearField("as_of_time")
    assert (listing, order) == (entered.listing, entered.order)


async def test_an_entry_shows_the_number_masked_and_the_case_as_written(house: CourtHouse) -> None:
    person, case = house.person(), house.case()
    typed = case.replace("（", " ( ").replace("）", ")")
    entered = await house.enter(subject=person.subject, case_number=typed)
    [document] = entered.listing.documents
    assert (
        document.masked
        == person.resident_id.number[:10] + "****" + (person.resident_id.number[14:])
    )
    assert (entered.listing.case_number, entered.listing.case_number_raw) == (case, typed)


async def test_ground_1_has_no_term(house: CourtHouse) -> None:
    entered = await house.enter(ground=ledger.GROUND_ABLE_BUT_REFUSES)
    assert not entered.listing.HasField("term_end_time")


@pytest.mark.parametrize("ground", TERMED, ids=ledger.Ground.Name)
async def test_the_other_grounds_end_two_years_after_the_decision(
    house: CourtHouse, ground: ledger.Ground.ValueType
) -> None:
    entered = await house.enter(ground=ground)
    decided_on = house.papers().decided_on
    assert entered.listing.ground == ground
    assert entered.listing.term_end_time.ToDatetime(UTC) == end_of_day(add_years(decided_on, 2))


@pytest.mark.parametrize("years", [1, 2, 3])
async def test_an_extension_adds_its_years_to_the_term(house: CourtHouse, years: int) -> None:
    request = house.entry(ground=ledger.GROUND_OBSTRUCTS)
    extension(house, request.listing, years)
    reply = await house.do(request)
    decided_on = house.papers().decided_on
    assert reply.listing.term_end_time.ToDatetime(UTC) == (
        end_of_day(add_years(decided_on, 2 + years))
    )


def extension(house: CourtHouse, terms: listing_pb2.ListingTerms, years: int) -> None:
    """Add a decision to extend, of its own number."""
    terms.extension.CopyFrom(
        listing_pb2.TermExtension(
            years=years,
            reason=listing_pb2.TERM_EXTENSION_REASON_SEVERAL_ACTS,
            decision=house.papers().decision("延长决定"),
        )
    )


async def test_in_grace_nothing_is_in_force_until_its_last_day_has_ended(
    house: CourtHouse,
) -> None:
    until = add_months(house.papers().decided_on, 1)
    person = house.person()
    request = house.entry(subject=person.subject)
    request.grace_until.CopyFrom(day(until))
    entered = await house.do(request)
    assert (entered.listing.state, entered.order.state) == (PENDING, PENDING)
    starts = {entered.listing.start_time.ToDatetime(UTC), entered.order.start_time.ToDatetime(UTC)}
    assert starts == {end_of_day(until)}
    standing = await house.standing(person.resident_id)
    assert [one.state for one in standing.listings] == [PENDING]
    assert [one.state for one in standing.orders] == [PENDING]


async def test_an_order_with_a_last_day_ends_when_that_day_ends(house: CourtHouse) -> None:
    request = house.restriction()
    request.order.ClearField("review_on")
    last = house.today + timedelta(days=100)
    request.order.end_on.CopyFrom(day(last))
    order = (await house.do(request)).order
    assert order.period_end_time.ToDatetime(UTC) == end_of_day(last)
    assert not order.HasField("review_time")


async def test_nothing_counts_before_it_is_in_the_record(house: CourtHouse) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    entered = await house.enter()
    assert entered.listing.start_time.ToDatetime(UTC) > before


async def test_an_order_alone_restricts_without_listing(house: CourtHouse) -> None:
    person = house.person()
    order = (await house.do(house.restriction(subject=person.subject))).order
    assert (order.state, order.listing_id) == (IN_FORCE, "")
    standing = await house.standing(person.resident_id)
    assert (len(standing.listings), len(standing.orders)) == (0, 1)


async def test_a_listing_takes_the_place_of_the_order_that_stood_alone(house: CourtHouse) -> None:
    person, case = house.person(), house.case()
    alone = (await house.do(house.restriction(subject=person.subject, case_number=case))).order
    entered = await house.enter(
        subject=person.subject, case_number=case, obligation_id=alone.obligation_id
    )
    replaced = await house.order(alone.order_id)
    assert replaced.state == listing_pb2.BASIS_STATE_LIFTED
    assert replaced.end_cause == ledger.ENDING_CAUSE_REPLACED
    standing = await house.standing(person.resident_id)
    assert [one.order_id for one in standing.orders] == [entered.order.order_id]


async def test_an_order_of_another_court_is_not_replaced_by_a_listing(house: CourtHouse) -> None:
    person = house.person()
    alone = (await house.do(house.restriction(subject=person.subject))).order
    await house.enter(SECOND, subject=person.subject, obligation_id=alone.obligation_id)
    assert (await house.order(alone.order_id)).state == IN_FORCE


async def test_two_courts_list_one_person_for_two_debts(house: CourtHouse) -> None:
    person = house.person()
    first = await house.enter(FIRST, subject=person.subject)
    second = await house.enter(SECOND, subject=person.subject)
    assert first.listing.subject_id == second.listing.subject_id
    standing = await house.standing(person.resident_id)
    assert {one.court_code for one in standing.listings} == {FIRST.code, SECOND.code}
