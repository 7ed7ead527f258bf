"""Advice: every listing in force, and what has ended, as facts that a person weighs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from courtlist.ledger.v1 import change_pb2
from courtlist.restriction.v1 import advice_pb2, restriction_pb2
from restriction.model import (
    CLEAR,
    Answer,
    DecidedBy,
    Decision,
    Position,
    Reason,
    Verdict,
    undetermined,
)
from restriction.serving.advice import hint, legal_basis, listed
from restriction.serving.advice_message import advice_to
from tests.fakes.restriction_doubles import NOW, listing

# The last day of the term is 31 December 2027 in Asia/Shanghai.
TERM_END = datetime(2027, 12, 31, 16, tzinfo=UTC)


def _decision(**given: Any) -> Decision:
    return Decision(
        decided_by=DecidedBy.REGISTRY,
        as_of=Position("life-1", 9),
        as_of_at=NOW,
        decision_id="d1",
        **given,
    )


def _day(message: Any) -> date | None:
    return date(message.year, message.month, message.day) if message.year else None


def test_nobody_without_a_listing_is_listed() -> None:
    assert listed([]) == CLEAR


def test_every_listing_in_force_is_told_newest_first() -> None:
    bases = [
        listing("old"),
        listing("new", start_at=datetime(2026, 3, 1, tzinfo=UTC)),
        listing("older", start_at=datetime(2025, 3, 1, tzinfo=UTC)),
    ]
    verdict = listed(bases)
    assert verdict.answer is Answer.RESTRICTED
    # A bar is what an order makes; a listing bars nothing.
    assert verdict.reason is Reason.NONE
    assert [bar.basis.basis_id for bar in verdict.bars] == ["new", "old", "older"]
    assert verdict.allowed == ()


@pytest.mark.parametrize("ground", range(1, 7))
def test_the_legal_basis_names_the_ground_and_who_may_be_told(ground: int) -> None:
    assert legal_basis(listing(ground=ground)) == f"LP Art 1({ground}), Art 8"


def test_a_listing_whose_ground_is_not_known_here_is_told_without_it() -> None:
    assert legal_basis(replace(listing(), ground=None)) == "LP Art 8"


def test_an_entry_says_court_case_decision_ground_days_and_performance() -> None:
    held = replace(
        listing(ground=4, end_at=TERM_END, start_at=datetime(2026, 1, 1, 16, tzinfo=UTC)),
        performed_at=datetime(2026, 5, 31, 16, tzinfo=UTC),
    )
    advice = advice_to(_decision(verdict=listed([held])))
    assert advice.answer == advice_pb2.ADVICE_ANSWER_LISTED
    assert advice.reason == restriction_pb2.REASON_UNSPECIFIED
    assert advice.decided_by == restriction_pb2.DECIDED_BY_REGISTRY
    assert advice.as_of.position == 9
    assert advice.as_of_time.ToDatetime(tzinfo=UTC) == NOW
    assert advice.decision_id == "d1"
    (entry,) = advice.entries
    assert entry.listing_id == "l1"
    assert entry.court_name == "某区人民法院"
    assert entry.court_contact == "000-0000000"
    assert entry.case_number == "(2026)京0000执1号"
    assert entry.decision_number == "失l1"
    assert entry.ground == change_pb2.GROUND_BREAKS_REPORTING_DUTY
    assert entry.legal_basis == "LP Art 1(4), Art 8"
    assert _day(entry.listed_since) == date(2026, 1, 2)
    assert _day(entry.term_end) == date(2027, 12, 31)
    assert _day(entry.performed_in_full_on) == date(2026, 6, 1)
    assert not entry.HasField("ended_on")
    assert not entry.void_from_start


def test_what_is_not_so_is_left_out_of_an_entry() -> None:
    (entry,) = advice_to(_decision(verdict=listed([listing()]))).entries
    for name in ("term_end", "performed_in_full_on", "ended_on"):
        assert not entry.HasField(name)


def test_ended_entries_come_after_those_that_stand_and_say_when() -> None:
    ended = listing("l2", ended_at=NOW - timedelta(days=1))
    void = replace(listing("l3", ended_at=NOW - timedelta(days=2)), void_from_start=True)
    verdict = replace(listed([listing()]), recalled=(ended, void))
    standing, first, second = advice_to(_decision(verdict=verdict)).entries
    assert not standing.HasField("ended_on")
    assert (_day(first.ended_on), first.void_from_start) == (date(2026, 5, 31), False)
    assert (_day(second.ended_on), second.void_from_start) == (date(2026, 5, 30), True)


def test_only_an_ended_entry_leaves_somebody_not_listed() -> None:
    verdict = replace(CLEAR, recalled=(listing("l2", ended_at=NOW),))
    advice = advice_to(_decision(verdict=verdict))
    assert advice.answer == advice_pb2.ADVICE_ANSWER_NOT_LISTED
    assert len(advice.entries) == 1


@pytest.mark.parametrize("reason", [one for one in Reason if one])
def test_undetermined_says_why_and_has_no_entry(reason: Reason) -> None:
    advice = advice_to(_decision(verdict=undetermined(reason)))
    assert advice.answer == advice_pb2.ADVICE_ANSWER_UNDETERMINED
    assert advice.reason == reason.value
    assert not advice.entries


def test_an_answer_before_anything_was_heard_has_no_time() -> None:
    decision = replace(_decision(verdict=undetermined(Reason.STARTING)), as_of_at=None)
    assert not advice_to(decision).HasField("as_of_time")


@pytest.mark.parametrize(
    "verdict", [CLEAR, listed([listing()]), *(undetermined(reason) for reason in Reason)]
)
def test_a_hint_has_both_languages_and_never_bids_to_turn_anybody_away(verdict: Verdict) -> None:
    text = hint(verdict)
    assert "。" in text
    assert text.endswith(".")
    for word in ("deny", "denied", "refus", "reject", "bar", "ban", "拒", "禁", "不得贷", "不予"):
        assert word not in text.lower()


def test_the_hint_of_a_listing_leaves_the_decision_to_a_person() -> None:
    text = hint(listed([listing()]))
    assert "a person weighs it" in text
    assert "工作人员" in text


@pytest.mark.parametrize("reason", [Reason.OUT_OF_REACH, Reason.DOCUMENT_INVALID])
def test_what_asking_again_cannot_change_is_not_told_as_of_now(reason: Reason) -> None:
    text = hint(undetermined(reason))
    assert "now" not in text
    assert "现在" not in text
    assert "go on as if nobody had asked" in text
