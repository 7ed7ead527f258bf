"""A draft adds an effect together with its row, so ledger and record tell one story."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from chassis.clock import HeldClock
from courtlist.ledger.v1 import change_pb2 as pb
from registry import rows
from registry.acts.effects import Draft
from registry.records import ListingRecord, OrderRecord, UnsettledRecord

NOW = datetime(2026, 11, 1, tzinfo=UTC)
COURT = "京0199"


@pytest.fixture
def draft() -> Draft:
    return Draft(clock=HeldClock(NOW), now=NOW)


def a_listing() -> ListingRecord:
    return ListingRecord(
        listing_id=uuid4(),
        subject_id=uuid4(),
        obligation_id=uuid4(),
        court_code=COURT,
        case_number="（2025）京0199执1号",
        ground=pb.GROUND_EVADES,
        decided_on=NOW.date() - timedelta(days=731),
        start_at=NOW - timedelta(days=731),
        term_end_at=NOW - timedelta(days=1),
        position=7,
    )


def an_order(listing_id: UUID | None = None) -> OrderRecord:
    return OrderRecord(
        order_id=uuid4(),
        subject_id=uuid4(),
        obligation_id=uuid4(),
        court_code=COURT,
        case_number="（2025）京0199执1号",
        listing_id=listing_id,
        decided_on=NOW.date(),
        period_end_at=None,
        position=7,
    )


def test_a_listing_ends_now_in_both(draft: Draft) -> None:
    listing = a_listing()
    draft.end_listing(listing, kind=pb.ENDING_KIND_DELETED, cause=pb.ENDING_CAUSE_PERFORMED)
    [effect], [row] = draft.effects, draft.rows
    assert effect.listing_ended.end_time.ToDatetime(UTC) == NOW
    assert row == rows.EndedListing(
        listing.listing_id, NOW, pb.ENDING_KIND_DELETED, pb.ENDING_CAUSE_PERFORMED
    )
    assert draft.deleted_listing_ids == [listing.listing_id]


def test_a_term_that_is_over_ends_at_its_own_instant_in_both(draft: Draft) -> None:
    listing = a_listing()
    draft.end_listing(
        listing,
        kind=pb.ENDING_KIND_DELETED,
        cause=pb.ENDING_CAUSE_TERM_ENDED,
        at=listing.term_end_at,
    )
    [effect], [row] = draft.effects, draft.rows
    assert isinstance(row, rows.EndedListing)
    assert effect.listing_ended.end_time.ToDatetime(UTC) == row.ended_at == listing.term_end_at


def test_an_order_that_ends_outdates_what_shows_it(draft: Draft) -> None:
    listing_id = uuid4()
    order = an_order(listing_id)
    draft.end_order(order, cause=pb.ENDING_CAUSE_REVIEW)
    touched = draft.touched()
    assert touched.order_ids == {order.order_id}
    assert touched.listing_ids == {listing_id}
    assert touched.subject_ids == {order.subject_id}
    assert draft.effects[0].order_lifted.kind == pb.ENDING_KIND_LIFTED


def test_a_task_is_opened_in_both_and_told(draft: Draft) -> None:
    basis_id, obligation_id = uuid4(), uuid4()
    draft.open_task(
        pb.TASK_KIND_EARLY_DELETION,
        court_code=COURT,
        basis_id=basis_id,
        obligation_id=obligation_id,
    )
    [effect], [row], [task] = draft.effects, draft.rows, draft.opened_tasks
    assert effect.task_opened.task_id == str(task.task_id)
    assert row == rows.NewTask(
        task.task_id, pb.TASK_KIND_EARLY_DELETION, COURT, basis_id, obligation_id
    )
    assert draft.touched().listing_ids == {basis_id}


@pytest.mark.parametrize("upheld", [True, False])
def test_settling_a_lost_ending_closes_its_task(draft: Draft, *, upheld: bool) -> None:
    unsettled = UnsettledRecord(
        basis_id=uuid4(),
        measure=pb.MEASURE_ORDER,
        subject_id=uuid4(),
        court_code=COURT,
        task_id=uuid4(),
        void_from_start=False,
    )
    draft.settle(unsettled, upheld=upheld)
    settled, closed = draft.effects
    assert settled.ending_settled.upheld is upheld
    assert settled.ending_settled.HasField("end_time") is upheld
    assert closed.task_closed.task_id == str(unsettled.task_id)
    assert draft.rows == [
        rows.SettledEnding(unsettled.basis_id),
        rows.ClosedTask(unsettled.task_id),
    ]
