"""What every reader of the record promises, whether it asks Postgres or a cache before it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2 as pb
from document import Document
from registry.reading.freshness import FULLY_CONSISTENT, MINIMIZE_LATENCY, Freshness
from registry.reading.search import Conditions, Page
from registry.reading.states import instant
from tests.contract.registry.reading import Reading, foreign_passport, id_card
from tests.contract.registry.seed import COURT, PAST

FRESHNESS = pytest.mark.parametrize(
    "freshness", [MINIMIZE_LATENCY, FULLY_CONSISTENT], ids=["minimize_latency", "fully_consistent"]
)


async def test_a_listing_is_shown_with_its_debtor_and_its_masked_documents(court: Reading) -> None:
    card, passport = id_card(), foreign_passport()
    subject_id = await court.seed.subject(card, name="测试乙")
    await court.seed.bind(subject_id, passport)
    obligation_id = await court.seed.obligation(subject_id)
    listing_id = await court.seed.listing(subject_id, obligation_id)
    order_id = await court.seed.order(subject_id, obligation_id, listing_id=listing_id)
    for _ in range(2):
        listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
        assert listing.listing_id == str(listing_id)
        assert listing.subject_id == str(subject_id)
        assert listing.subject_name == "测试乙"
        assert listing.obligation_id == str(obligation_id)
        assert listing.order_id == str(order_id)
        assert listing.court_code == COURT
        assert listing.case_number == await court.seed.case_of(obligation_id)
        assert (listing.decided_on.year, listing.decided_on.month, listing.decided_on.day) == (
            2026,
            1,
            2,
        )
        assert listing.ground == ledger.GROUND_ABLE_BUT_REFUSES
        assert (listing.conduct, listing.performed_part) == ("隐匿财产", "全部未履行")
        assert not listing.HasField("term_end_time")
        assert not listing.HasField("end_time")
        assert [(one.kind, one.issuing_state, one.masked) for one in listing.documents] == [
            (document_pb2.DOCUMENT_KIND_RESIDENT_ID, "CHN", card.masked()),
            (document_pb2.DOCUMENT_KIND_PASSPORT, "FRA", passport.masked()),
        ]


async def test_no_whole_number_is_in_any_answer(court: Reading) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card)
    listing_id = await court.seed.listing(subject_id)
    listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    standing = await court.reads.get_standing(card, MINIMIZE_LATENCY)
    assert card.number not in str(listing) + str(standing)


async def test_an_unbound_document_is_shown_no_more(court: Reading) -> None:
    subject_id = await court.seed.subject(id_card())
    document_id = await court.seed.bind(subject_id, foreign_passport())
    listing_id = await court.seed.listing(subject_id)
    assert len((await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)).documents) == 2
    await court.seed.unbind(document_id)
    await court.told(subjects=[subject_id])
    listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    assert [one.kind for one in listing.documents] == [document_pb2.DOCUMENT_KIND_RESIDENT_ID]


async def test_an_answer_names_the_ledgers_head_and_the_records_own_version(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    entered = await court.head()
    await court.seed.act()
    head = await court.head()
    for _ in range(2):
        listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
        assert listing.etag == str(entered.position)
        assert (listing.as_of.incarnation, listing.as_of.position) == (
            str(head.incarnation),
            head.position,
        )


async def test_an_order_is_shown_with_its_items_and_instants(court: Reading) -> None:
    end = datetime.now(UTC) + timedelta(days=30)
    subject_id = await court.seed.subject(id_card())
    order_id = await court.seed.order(subject_id, period_end_at=end)
    for _ in range(2):
        order = await court.reads.get_order(order_id, MINIMIZE_LATENCY)
        assert order.order_id == str(order_id)
        assert order.listing_id == ""
        assert list(order.items) == [ledger.ITEM_TRANSPORT, ledger.ITEM_FAST_TRAINS]
        assert instant(order.period_end_time) == end
        assert not order.HasField("review_time")
        assert order.state == pb.BASIS_STATE_IN_FORCE


@FRESHNESS
async def test_what_is_not_there_is_not_found(court: Reading, freshness: Freshness) -> None:
    for read, kind in (
        (court.reads.get_listing(uuid4(), freshness), "listing"),
        (court.reads.get_order(uuid4(), freshness), "order"),
        (court.reads.get_obligation(uuid4()), "obligation"),
    ):
        with pytest.raises(ServiceError) as refused:
            await read
        assert refused.value.reason == reasons.ERROR_REASON_NOT_FOUND
        assert refused.value.metadata == {"kind": kind}


async def test_what_was_not_found_is_found_as_soon_as_it_is_entered(court: Reading) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    await court.seed.connection.execute("UPDATE listing SET listing_id = $1", uuid4())
    with pytest.raises(ServiceError):
        await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    await court.seed.connection.execute(
        "UPDATE listing SET listing_id = $1, text_sealed = $2",
        listing_id,
        court.seed.sealer.seal(b"", f"listing/{listing_id}"),
    )
    listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    assert listing.listing_id == str(listing_id)


@pytest.mark.parametrize(
    ("start", "end", "state"),
    [
        (timedelta(hours=-1), None, pb.BASIS_STATE_IN_FORCE),
        (timedelta(hours=1), None, pb.BASIS_STATE_PENDING),
        (timedelta(hours=-2), timedelta(hours=-1), pb.BASIS_STATE_EXPIRED),
        (timedelta(hours=-2), timedelta(hours=1), pb.BASIS_STATE_IN_FORCE),
    ],
)
async def test_a_state_is_that_of_the_moment_of_asking(
    court: Reading, start: timedelta, end: timedelta | None, state: pb.BasisState.ValueType
) -> None:
    now = datetime.now(UTC)
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(
        subject_id,
        ground=ledger.GROUND_EVADES if end else ledger.GROUND_ABLE_BUT_REFUSES,
        start_at=now + start,
        term_end_at=None if end is None else now + end,
    )
    for _ in range(2):
        listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
        assert listing.state == state
        assert abs(instant(listing.as_of_time) - now) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ledger.ENDING_KIND_DELETED, pb.BASIS_STATE_DELETED),
        (ledger.ENDING_KIND_REVOKED, pb.BASIS_STATE_REVOKED),
    ],
)
async def test_an_ended_listing_is_shown_ended_as_soon_as_the_act_is_answered(
    court: Reading, kind: int, state: pb.BasisState.ValueType
) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    before = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    assert before.state == pb.BASIS_STATE_IN_FORCE
    await court.seed.end_listing(listing_id, kind)
    await court.told(listings=[listing_id])
    for _ in range(2):
        listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
        assert listing.state == state
        assert listing.HasField("end_time")
        assert listing.end_cause == ledger.ENDING_CAUSE_PERFORMED
        assert listing.etag != before.etag


async def test_a_lifted_order_is_shown_lifted_as_soon_as_the_act_is_answered(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    order_id = await court.seed.order(subject_id)
    assert (await court.reads.get_order(order_id, MINIMIZE_LATENCY)).state == (
        pb.BASIS_STATE_IN_FORCE
    )
    await court.seed.end_order(order_id)
    await court.told(orders=[order_id])
    for _ in range(2):
        order = await court.reads.get_order(order_id, MINIMIZE_LATENCY)
        assert order.state == pb.BASIS_STATE_LIFTED
        assert order.HasField("end_time")


async def states(court: Reading, listing_id: UUID, order_id: UUID, document: Document) -> set[int]:
    """The states in which a listing and an order are shown, alone and in the standing."""
    standing = await court.reads.get_standing(document, MINIMIZE_LATENCY)
    return {
        (await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)).state,
        (await court.reads.get_order(order_id, MINIMIZE_LATENCY)).state,
        standing.listings[0].state,
        standing.orders[0].state,
    }


async def test_a_basis_whose_ending_was_lost_is_unsettled_until_a_judge_decides(
    court: Reading,
) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card)
    listing_id = await court.seed.listing(subject_id)
    order_id = await court.seed.order(subject_id)
    for basis_id in (listing_id, order_id):
        await court.seed.unsettle(basis_id, subject_id)
    for _ in range(2):
        assert await states(court, listing_id, order_id, card) == {pb.BASIS_STATE_UNSETTLED}
    for basis_id in (listing_id, order_id):
        await court.seed.settle(basis_id)
    await court.told(listings=[listing_id], orders=[order_id])
    assert await states(court, listing_id, order_id, card) == {pb.BASIS_STATE_IN_FORCE}


async def test_the_decisions_that_a_court_owes_are_shown_until_they_are_taken(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    obligation_id = await court.seed.obligation(subject_id)
    listing_id = await court.seed.listing(subject_id, obligation_id)
    other_id = await court.seed.listing(await court.seed.subject(id_card(1)), obligation_id)
    own = await court.seed.task(basis_id=listing_id, obligation_id=obligation_id)
    common = await court.seed.task(obligation_id=obligation_id)
    for _ in range(2):
        listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
        other = await court.reads.get_listing(other_id, MINIMIZE_LATENCY)
        assert [one.task_id for one in listing.open_tasks] == [str(own), str(common)]
        assert [one.task_id for one in other.open_tasks] == [str(common)]
        assert listing.open_tasks[0].kind == ledger.TASK_KIND_EARLY_DELETION
        assert listing.open_tasks[0].basis_id == str(listing_id)
        assert listing.open_tasks[1].basis_id == ""
        assert listing.open_tasks[0].opened_time.ToDatetime(UTC) == PAST
    await court.seed.close_task(own)
    await court.told(listings=[listing_id])
    listing = await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    assert [one.task_id for one in listing.open_tasks] == [str(common)]


async def test_an_obligation_is_shown_with_what_was_paid_and_what_is_missing(
    court: Reading,
) -> None:
    debtors = [await court.seed.subject(id_card(one)) for one in (1, 2)]
    cases = (f"（2099）{COURT}执900号", f"（2099）{COURT}执恢901号")
    obligation_id = await court.seed.obligation(*debtors, principal_fen=1_000, cases=cases)
    obligation = await court.reads.get_obligation(obligation_id)
    assert list(obligation.case_numbers) == list(cases)
    assert sorted(obligation.debtor_ids) == sorted(map(str, debtors))
    assert obligation.terms.duty == "支付货款"
    assert not obligation.HasField("paid")
    assert not obligation.HasField("remaining")
    await court.seed.repayment(obligation_id, 200)
    await court.seed.repayment(obligation_id, 5, is_reversed=True)
    assert not (await court.reads.get_obligation(obligation_id)).HasField("remaining")
    await court.seed.statement(obligation_id, 900)
    await court.seed.repayment(obligation_id, 300)
    obligation = await court.reads.get_obligation(obligation_id)
    assert (obligation.paid.minor_units, obligation.paid.currency) == (500, "CNY")
    assert (obligation.remaining.minor_units, obligation.remaining.currency) == (600, "CNY")
    assert not obligation.performed
    await court.seed.repayment(obligation_id, 600)
    await court.seed.perform(obligation_id)
    obligation = await court.reads.get_obligation(obligation_id)
    assert obligation.performed
    assert obligation.paid.minor_units == 1_100
    assert not obligation.HasField("remaining")
    assert obligation.etag == str((await court.head()).position)


async def test_an_obligation_to_act_is_shown_without_money(court: Reading) -> None:
    subject_id = await court.seed.subject(id_card())
    obligation_id = await court.seed.obligation(subject_id, principal_fen=None)
    obligation = await court.reads.get_obligation(obligation_id)
    assert not obligation.HasField("paid")
    assert not obligation.HasField("remaining")


async def test_a_search_shows_an_act_as_soon_as_it_is_answered(court: Reading) -> None:
    subject_id = await court.seed.subject(id_card())
    listing_id = await court.seed.listing(subject_id)
    await court.reads.get_listing(listing_id, MINIMIZE_LATENCY)
    for state in (pb.BASIS_STATE_IN_FORCE, pb.BASIS_STATE_DELETED):
        answer = await court.reads.search(Conditions(court_code=COURT), Page())
        assert [(one.listing_id, one.state) for one in answer.listings] == [
            (str(listing_id), state)
        ]
        await court.seed.end_listing(listing_id)
