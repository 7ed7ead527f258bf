"""How listings and orders end: the whole table, and who says so."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.law.endings import (
    ENDING_RULES,
    EndingCause,
    EndingKind,
    cause_is_within_review,
    cause_may_delete,
    cause_may_lift,
    cause_may_revoke,
    consequence_of_performance,
    creditor_asked_in_writing,
    ending_states_its_reasons,
    listing_ending_kind,
    no_assets_were_found,
    order_ending_kind,
    term_has_ended,
)
from registry.law.facts import Ground
from registry.law.violation import Reason
from tests.unit.registry.law import lawful

Cause = EndingCause
UNTERMED = Ground.ABLE_BUT_REFUSES
TERMED = [ground for ground in Ground if ground.has_term]
SEVEN_CASES = {
    Cause.PERFORMED,
    Cause.SETTLEMENT_PERFORMED,
    Cause.CREDITOR_REQUEST,
    Cause.NO_ASSETS_FOUND,
    Cause.ENFORCEMENT_STAYED,
    Cause.NOT_ENFORCED,
    Cause.ENFORCEMENT_ENDED,
}
REVOCATIONS = {Cause.WRONG_PERSON, Cause.WRONGLY_LISTED}
LEAVE_THE_ORDER = {Cause.CREDITOR_REQUEST, Cause.NO_ASSETS_FOUND}
LIFTS = (
    (SEVEN_CASES - LEAVE_THE_ORDER)
    | {Cause.SECURITY_GIVEN, Cause.CREDITOR_CONSENT, Cause.OFFICER_REPLACED, Cause.REVIEW}
    | {Cause.WRONG_PERSON}
)


def test_every_cause_has_a_rule_with_an_article() -> None:
    assert set(ENDING_RULES) == set(Cause)
    assert all(rule.article for rule in ENDING_RULES.values())


@pytest.mark.parametrize("cause", Cause)
def test_ground_1_is_deleted_by_the_seven_cases_and_by_nothing_else(cause: EndingCause) -> None:
    refused = list(cause_may_delete(cause, UNTERMED))
    assert bool(refused) is (cause not in SEVEN_CASES)


@pytest.mark.parametrize("ground", TERMED)
@pytest.mark.parametrize("cause", Cause)
def test_a_termed_listing_goes_by_early_deletion_or_its_term_and_by_none_of_the_seven_cases(
    cause: EndingCause, ground: Ground
) -> None:
    refused = list(cause_may_delete(cause, ground))
    assert bool(refused) is (cause not in {Cause.EARLY_DELETION, Cause.TERM_ENDED})
    assert all(violation.reason is Reason.ENDING_REFUSED for violation in refused)


@pytest.mark.parametrize("cause", Cause)
def test_only_what_was_wrong_is_revoked(cause: EndingCause) -> None:
    assert bool(list(cause_may_revoke(cause))) is (cause not in REVOCATIONS)
    expected = EndingKind.REVOKED if cause in REVOCATIONS else EndingKind.DELETED
    assert listing_ending_kind(cause) is expected


@pytest.mark.parametrize("cause", Cause)
def test_what_lifts_an_order_on_its_own(cause: EndingCause) -> None:
    assert bool(list(cause_may_lift(cause))) is (cause not in LIFTS)
    expected = EndingKind.REVOKED if cause in REVOCATIONS else EndingKind.LIFTED
    assert order_ending_kind(cause) is expected


def test_no_cause_ends_nothing() -> None:
    assert lawful.fields(cause_may_delete(None, UNTERMED)) == ["cause"]
    assert lawful.fields(cause_may_revoke(None)) == ["cause"]
    assert lawful.fields(cause_may_lift(None)) == ["cause"]


@pytest.mark.parametrize("cause", Cause)
def test_which_endings_take_the_order_with_them(cause: EndingCause) -> None:
    takes = (SEVEN_CASES - LEAVE_THE_ORDER) | REVOCATIONS
    assert ENDING_RULES[cause].takes_the_order is (cause in takes)


def test_performance_deletes_ground_1_at_once() -> None:
    consequence = consequence_of_performance(UNTERMED, in_grace=False)
    assert consequence.deletes
    assert not consequence.opens_early_deletion_task


@pytest.mark.parametrize("ground", TERMED)
def test_performance_puts_a_termed_listing_before_a_judge(ground: Ground) -> None:
    consequence = consequence_of_performance(ground, in_grace=False)
    assert not consequence.deletes
    assert consequence.opens_early_deletion_task


@pytest.mark.parametrize("ground", Ground)
def test_performance_within_the_grace_leaves_no_penalty_on_any_ground(ground: Ground) -> None:
    consequence = consequence_of_performance(ground, in_grace=True)
    assert consequence.deletes
    assert not consequence.opens_early_deletion_task


@pytest.mark.parametrize("cause", Cause)
def test_a_review_weighs_nothing_that_is_for_the_court_that_enforces(cause: EndingCause) -> None:
    weighed = {
        Cause.CREDITOR_REQUEST,
        Cause.EARLY_DELETION,
        Cause.SECURITY_GIVEN,
        Cause.CREDITOR_CONSENT,
        Cause.OFFICER_REPLACED,
    }
    assert bool(list(cause_is_within_review(cause, on_review=True))) is (cause in weighed)
    assert not list(cause_is_within_review(cause, on_review=False))
    assert not list(cause_is_within_review(None, on_review=True)), (
        "that no cause is named is told before"
    )


def test_an_ending_states_its_reasons() -> None:
    assert lawful.fields(ending_states_its_reasons(" ")) == ["reasons"]
    assert not list(ending_states_its_reasons("Ruling 7."))


def test_a_click_is_no_request_of_the_creditor() -> None:
    assert lawful.fields(creditor_asked_in_writing("")) == ["creditor_request_reference"]
    assert not list(creditor_asked_in_writing("letter, sheet 9"))


def test_a_term_ends_at_its_end_and_not_before() -> None:
    end = datetime(2028, 11, 10, 16, tzinfo=UTC)
    assert not list(term_has_ended(end, end))
    assert lawful.fields(term_has_ended(end, end - timedelta(microseconds=1))) == ["cause"]
    assert lawful.fields(term_has_ended(None, end)) == ["cause"]


@pytest.mark.parametrize("empty_queries", [2, 3])
def test_two_empty_queries_without_a_lead_find_no_assets(empty_queries: int) -> None:
    assert not list(no_assets_were_found(empty_queries=empty_queries, useful_lead_received=False))


def test_one_query_or_a_lead_is_not_enough() -> None:
    found = no_assets_were_found(empty_queries=1, useful_lead_received=True)
    assert lawful.fields(found) == ["empty_queries", "useful_lead_received"]
