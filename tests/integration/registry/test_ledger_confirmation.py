"""ConfirmStanding: every basis that is not ended, from the primary, at this moment."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from tests.integration.registry.ledger_house import house, refusal
from tests.integration.registry.ledger_people import COURT, START, Debtor


def nobody() -> feed.Inquiry:
    return feed.Inquiry(epoch=1, digest=bytes(16))


async def test_an_order_is_answered_with_all_that_a_refusal_must_say(database: str) -> None:
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        order_id = await registry.clerk.order(debtor)
        answer = await registry.confirm(debtor)
        expected = feed.Basis(
            basis_id=str(order_id),
            measure=ledger.MEASURE_ORDER,
            subject_id=str(debtor.subject_id),
            court_code=COURT,
            court_name="测试法院",
            court_contact="010-00000000",
            case_number=debtor.case_number,
            reference="限1号",
            items=[ledger.ITEM_TRANSPORT, ledger.ITEM_FAST_TRAINS],
        )
        expected.start_time.FromDatetime(START)
        expected.end_time.FromDatetime(START + timedelta(days=3650))
        assert list(answer.standings[0].bases) == [expected]
        assert answer.as_of == (await registry.ledger()).head
        assert abs(answer.as_of_time.ToDatetime(UTC) - datetime.now(UTC)) < timedelta(seconds=30)


async def test_a_listing_is_answered_with_its_ground_and_only_when_listings_are_asked_for(
    database: str,
) -> None:
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        order_id = await registry.clerk.order(debtor)
        listing_id = await registry.clerk.listing(debtor)
        listed = await registry.confirm(debtor, measure=ledger.MEASURE_LISTING)
        (basis,) = listed.standings[0].bases
        assert basis.basis_id == str(listing_id)
        assert basis.measure == ledger.MEASURE_LISTING
        assert basis.ground == ledger.GROUND_ABLE_BUT_REFUSES
        assert basis.reference == "决1号"
        assert not basis.HasField("end_time")
        ordered = await registry.confirm(debtor)
        assert [one.basis_id for one in ordered.standings[0].bases] == [str(order_id)]


async def test_answers_stand_in_the_order_of_the_inquiries(database: str) -> None:
    async with house(database) as registry:
        debtors = [await registry.clerk.debtor() for _ in range(3)]
        orders = [str(await registry.clerk.order(debtor)) for debtor in debtors]
        asked = [debtors[2].inquiry, nobody(), debtors[0].inquiry, debtors[2].inquiry]
        request = feed.ConfirmStandingRequest(measure=ledger.MEASURE_ORDER, inquiries=asked)
        answer = await registry.stub.ConfirmStanding(request)
        found = [[one.basis_id for one in standing.bases] for standing in answer.standings]
        assert found == [[orders[2]], [], [orders[0]], [orders[2]]]


async def test_what_has_ended_is_left_out_and_what_has_not_started_is_not(database: str) -> None:
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        ended = await registry.clerk.order(debtor)
        await registry.clerk.lift(ended)
        pending = await registry.clerk.order(debtor, start_at=START + timedelta(days=3000))
        answer = await registry.confirm(debtor)
        assert [one.basis_id for one in answer.standings[0].bases] == [str(pending)]


async def test_no_confirmation_sent_after_a_lift_was_acknowledged_shows_it(database: str) -> None:
    async with house(database) as registry:
        debtors = [await registry.clerk.debtor() for _ in range(40)]
        orders = [await registry.clerk.order(debtor) for debtor in debtors]

        async def lift_and_ask(number: int) -> None:
            await registry.clerk.lift(orders[number])
            answer = await registry.confirm(debtors[number])
            assert not answer.standings[0].bases

        await asyncio.gather(*(lift_and_ask(number) for number in range(len(orders))))


async def test_a_gate_that_saw_less_is_answered(database: str) -> None:
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        gate = await registry.reader().catch_up()
        await registry.clerk.order(debtor)
        answer = await registry.confirm(debtor, seen=gate)
        assert len(answer.standings[0].bases) == 1
        assert answer.as_of.position == gate.position + 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"measure": ledger.MEASURE_UNSPECIFIED}, "measure"),
        ({"inquiries": []}, "inquiries"),
        ({"inquiries": [nobody()] * 501}, "inquiries"),
        ({"inquiries": [feed.Inquiry(epoch=1, digest=bytes(15))]}, "inquiries[0].digest"),
        ({"inquiries": [feed.Inquiry(epoch=0, digest=bytes(16))]}, "inquiries[0].epoch"),
        ({"seen_hash": b"short", "seen": {"position": 3}}, "seen_hash"),
        ({"seen": {"position": -1}}, "seen.position"),
    ],
)
async def test_a_request_that_cannot_be_read_is_refused_by_field(
    database: str, change: dict, field: str
) -> None:
    async with house(database) as registry:
        whole = {"measure": ledger.MEASURE_ORDER, "inquiries": [nobody()]}
        request = feed.ConfirmStandingRequest(**(whole | change))
        error = await refusal(registry.stub.ConfirmStanding(request))
        assert error.reason == reasons.ERROR_REASON_INVALID_REQUEST
        assert field in [one.field for one in error.violations]


async def test_five_hundred_inquiries_are_answered_in_one_statement(database: str) -> None:
    async with house(database) as registry:
        debtor: Debtor = await registry.clerk.debtor()
        await registry.clerk.order(debtor)
        request = feed.ConfirmStandingRequest(
            measure=ledger.MEASURE_ORDER, inquiries=[debtor.inquiry] * 500
        )
        answer = await registry.stub.ConfirmStanding(request)
        assert [len(one.bases) for one in answer.standings] == [1] * 500
