"""What becomes of a sound row when the record is asked."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.registry.v1 import obligation_pb2, subject_pb2
from registry.importing.batch import refusals
from registry.importing.batch.deciding import Entering, Refused, There
from registry.rows import EndedListing, EndedOrder, UnboundDocument
from tests.unit.registry.importing.batch.claiming import (
    CASE,
    DECIDED_ON,
    NOW,
    Record,
    claim,
    document,
)

_PAST = NOW - timedelta(seconds=1)


def test_a_row_of_which_nothing_is_known_brings_subject_obligation_and_documents() -> None:
    verdict = Record().deciding().decide(claim(document(1), document(2)))
    assert isinstance(verdict, Entering)
    assert verdict.is_new_subject
    assert verdict.is_new_obligation
    assert verdict.joins
    assert [index for index, _ in verdict.documents] == [0, 1]
    assert verdict.known_since is None


def test_the_next_row_finds_what_the_one_before_it_enters() -> None:
    deciding = Record().deciding()
    first = deciding.decide(claim())
    joint = deciding.decide(claim(document(1), decision_number="之二", row_number=2))
    again = deciding.decide(claim(row_number=3))
    other = deciding.decide(claim(case_number="另一案", decision_number="之三", row_number=4))
    assert isinstance(first, Entering)
    assert isinstance(joint, Entering)
    assert (joint.obligation_id, joint.is_new_obligation) == (first.obligation_id, False)
    assert again == There(claim(row_number=3), first.listing_id)
    assert isinstance(other, Entering)
    assert (other.subject_id, other.is_new_subject) == (first.subject_id, False)
    assert other.documents == ()


def test_a_further_document_of_a_known_subject_is_bound() -> None:
    record = Record()
    subject_id = record.subject(document(1))
    passport = document(1)
    verdict = record.deciding().decide(claim(passport))
    assert isinstance(verdict, Entering)
    assert (verdict.subject_id, verdict.documents, verdict.known_since) == (subject_id, (), 1)


def test_documents_of_two_subjects_are_refused() -> None:
    record = Record()
    record.subject(document(1))
    record.subject(document(2))
    verdict = record.deciding().decide(claim(document(1), document(2)))
    assert verdict == Refused(claim(document(1), document(2)), refusals.DOCUMENTS_DISAGREE)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "另一姓名"}, "IDENTITY_REFUSED"),
        ({"kind": subject_pb2.SUBJECT_KIND_ORGANISATION}, "IDENTITY_REFUSED"),
        ({"birth_date": date(1981, 1, 1)}, "AGE_UNKNOWN"),
        ({"decided_on": date(1990, 1, 1)}, "MINOR"),
        ({"order_decided_on": date(1990, 1, 1)}, "MINOR"),
    ],
)
def test_what_shows_that_the_documents_are_another_persons_is_refused(
    changes: dict[str, object], reason: str
) -> None:
    record = Record()
    record.subject()
    verdict = record.deciding().decide(claim(**changes))
    assert isinstance(verdict, Refused)
    assert verdict.refusal.reason == reason


def test_two_resident_numbers_of_one_person_are_refused() -> None:
    record = Record()
    record.subject(document(1))
    verdict = record.deciding().decide(claim(document(1), document(2)))
    assert isinstance(verdict, Refused)
    assert verdict.refusal.field == "cardNum"


@pytest.mark.parametrize(
    "cause",
    [
        None,
        pb.ENDING_CAUSE_PERFORMED,
        pb.ENDING_CAUSE_CREDITOR_REQUEST,
        pb.ENDING_CAUSE_WRONG_PERSON,
        pb.ENDING_CAUSE_TERM_ENDED,
    ],
)
@pytest.mark.parametrize(
    "same",
    [
        {},
        {"case_number": "另一案"},
        {"case_number": "另一案", "decision_number": "另一决定"},
    ],
    ids=["case", "decision", "obligation"],
)
def test_a_listing_that_stands_or_has_ended_is_there_already(
    cause: int | None, same: dict[str, str]
) -> None:
    record = Record()
    subject_id = record.subject()
    known = record.listing(
        subject_id,
        record.obligation(),
        ended_at=None if cause is None else _PAST,
        ended_cause=cause,
        **same,
    )
    verdict = record.deciding().decide(claim())
    assert verdict == There(claim(), known.record.listing_id)


def test_what_an_import_that_was_undone_had_brought_can_be_entered() -> None:
    record = Record()
    subject_id, obligation_id = record.subject(), record.obligation()
    undone = {"ended_at": _PAST, "ended_cause": pb.ENDING_CAUSE_IMPORT_UNDONE}
    record.listing(subject_id, obligation_id, **undone)
    record.order(subject_id, obligation_id, order_number=f"{CASE}限消令", **undone)
    assert isinstance(record.deciding().decide(claim()), Entering)


def test_whom_an_undone_import_left_behind_gives_the_documents_back() -> None:
    record = Record()
    shared, wrong = document(1), document(2)
    left = record.subject(shared, wrong, name="另一姓名")
    subject = record.excerpt.subjects[left]
    subject.is_void, subject.document_ids = True, [uuid4(), uuid4()]
    deciding = record.deciding()
    first = deciding.decide(claim(shared))
    assert isinstance(first, Entering)
    assert first.is_new_subject
    assert [row.document_id for row in first.ended_rows if isinstance(row, UnboundDocument)] == (
        subject.document_ids
    )
    assert len(first.endings) == len(subject.document_ids)
    # The other document is free as well, and is told of once.
    second = deciding.decide(claim(wrong, case_number="另一案", decision_number="二"))
    assert isinstance(second, Entering)
    assert second.is_new_subject
    assert not second.ended_rows


def test_a_row_that_is_refused_leaves_the_documents_where_they_are() -> None:
    record = Record()
    left = record.subject()
    record.excerpt.subjects[left].is_void = True
    record.obligation(performed=True)
    owners = dict(record.excerpt.owners)
    assert isinstance(record.deciding().decide(claim()), Refused)
    assert record.excerpt.owners == owners


def test_what_an_undone_import_left_of_a_debt_becomes_what_the_row_says() -> None:
    record = Record()
    obligation_id = record.obligation(sums_fen=frozenset((1,)), is_void=True)
    deciding = record.deciding()
    first = deciding.decide(claim())
    assert isinstance(first, Entering)
    assert (first.obligation_id, first.renews) == (obligation_id, True)
    # From now on it is this row's: who joins it owes the same sum.
    other = deciding.decide(claim(document(7), owed_fen=1))
    assert isinstance(other, Refused)
    joint = deciding.decide(claim(document(8)))
    assert isinstance(joint, Entering)
    assert not joint.renews


def test_a_lapsed_listing_of_an_older_decision_gives_way_and_its_task_is_closed() -> None:
    record = Record()
    subject_id, obligation_id = record.subject(), record.obligation()
    lapsed_at = datetime(2026, 1, 1, tzinfo=UTC)
    lapsed = record.listing(
        subject_id,
        obligation_id,
        case_number="另一案",
        decision_number="旧决定",
        term_end_at=lapsed_at,
    )
    task_id = subject_id
    record.excerpt.tasks[lapsed.record.listing_id] = [task_id]
    verdict = record.deciding().decide(claim())
    assert isinstance(verdict, Entering)
    kinds = [pb.Effect.FromString(one).WhichOneof("effect") for one in verdict.endings]
    assert kinds == ["task_closed", "listing_ended"]
    ended = verdict.ended_rows[1]
    assert isinstance(ended, EndedListing)
    assert (ended.ended_at, ended.cause) == (lapsed_at, pb.ENDING_CAUSE_TERM_ENDED)


def test_a_lapsed_listing_is_not_brought_back_by_its_own_decision() -> None:
    record = Record()
    subject_id = record.subject()
    lapsed = record.listing(subject_id, record.obligation(), term_end_at=_PAST)
    verdict = record.deciding().decide(claim())
    assert verdict == There(claim(), lapsed.record.listing_id)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"term_end_at": NOW}, refusals.TERM_PAST),
        ({"period_end_at": NOW}, refusals.PERIOD_PAST),
    ],
)
def test_what_has_ended_since_the_check_is_not_entered(
    changes: dict[str, object], refusal: refusals.Refusal
) -> None:
    assert Record().deciding().decide(claim(**changes)) == Refused(claim(**changes), refusal)


@pytest.mark.parametrize(
    ("obligation", "refusal"),
    [
        ({"court": "沪0188"}, refusals.OTHER_COURTS_CASE),
        ({"kind": obligation_pb2.OBLIGATION_KIND_ACT}, refusals.OTHER_OBLIGATION),
        ({"performed": True}, refusals.PERFORMED),
    ],
)
def test_an_obligation_that_cannot_bear_the_row_refuses_it(
    obligation: dict[str, Any], refusal: refusals.Refusal
) -> None:
    record = Record()
    record.obligation(**obligation)
    assert record.deciding().decide(claim()) == Refused(claim(), refusal)


def test_a_standing_listing_whose_ending_was_lost_waits_for_a_judge() -> None:
    record = Record()
    known = record.listing(record.subject(), record.obligation())
    record.excerpt.unsettled.add(known.record.listing_id)
    assert record.deciding().decide(claim()) == Refused(claim(), refusals.UNSETTLED)


def test_a_standing_order_whose_ending_was_lost_waits_for_a_judge() -> None:
    record = Record()
    known = record.order(record.subject(), record.obligation())
    record.excerpt.unsettled.add(known.record.order_id)
    assert record.deciding().decide(claim()) == Refused(claim(), refusals.UNSETTLED)


def test_an_order_of_this_court_that_stands_alone_is_replaced_and_anothers_is_left() -> None:
    record = Record()
    subject_id, obligation_id = record.subject(), record.obligation()
    own = record.order(subject_id, obligation_id)
    record.order(subject_id, obligation_id, court_code="沪0188")
    verdict = record.deciding().decide(claim())
    assert isinstance(verdict, Entering)
    [ended] = verdict.ended_rows
    assert isinstance(ended, EndedOrder)
    assert (ended.order_id, ended.cause) == (own.record.order_id, pb.ENDING_CAUSE_REPLACED)
    assert own.record.order_id in verdict.touched.order_ids


def test_an_order_with_a_pass_is_not_replaced_by_a_file() -> None:
    record = Record()
    known = record.order(record.subject(), record.obligation())
    record.excerpt.passed.add(known.record.order_id)
    assert record.deciding().decide(claim()) == Refused(claim(), refusals.ORDER_WITH_PASS)
    assert known.ended_at is None


def test_a_pass_from_another_courts_order_stays_with_that_order() -> None:
    record = Record()
    known = record.order(record.subject(), record.obligation(), court_code="沪0188")
    record.excerpt.passed.add(known.record.order_id)
    assert isinstance(record.deciding().decide(claim()), Entering)
    assert known.ended_at is None


def test_a_lifted_order_is_not_brought_back() -> None:
    record = Record()
    subject_id, obligation_id = record.subject(), record.obligation()
    record.order(
        subject_id, obligation_id, ended_at=_PAST, ended_cause=pb.ENDING_CAUSE_SECURITY_GIVEN
    )
    verdict = record.deciding().decide(claim())
    assert isinstance(verdict, Refused)
    assert (verdict.refusal.field, verdict.refusal.reason) == ("orderNumber", "UNLAWFUL")


def test_an_order_lifted_before_the_new_one_was_decided_does_not_forbid_it() -> None:
    record = Record()
    subject_id, obligation_id = record.subject(), record.obligation()
    record.order(
        subject_id,
        obligation_id,
        ended_at=datetime(DECIDED_ON.year, 1, 1, tzinfo=UTC),
        ended_cause=pb.ENDING_CAUSE_SECURITY_GIVEN,
    )
    assert isinstance(record.deciding().decide(claim()), Entering)
