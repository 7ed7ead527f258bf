"""Days that go by between the check of a row and the president's signature."""

from datetime import timedelta

from chassis.clock import SystemClock
from document import DigestKey
from registry.importing.batch import refusals
from registry.importing.batch.deciding import Deciding, Entering, Refused, Verdict
from registry.importing.batch.excerpt import Excerpt
from registry.importing.papers.claims import Claim, claim_piece, read_claim
from registry.law.days import end_of_day
from tests.unit.registry.intake.whole import COURT_CODE, TODAY, WHOLE, judged

KEY = DigestKey(epoch=1, algorithm="blake2b-128", key_id="test", secret=bytes(32))


def claim(**changes: str) -> Claim:
    """The claim of a whole row, judged today."""
    row = judged({**WHOLE, **changes}).row
    assert row is not None
    return read_claim(1, claim_piece(row), (KEY,), TODAY)


def decided(one: Claim, *, days_later: int) -> Verdict:
    """What is decided so many days after the check, at the last moment of the day, with no record."""
    now = end_of_day(TODAY + timedelta(days=days_later))
    return Deciding(excerpt=Excerpt(), court_code=COURT_CODE, clock=SystemClock(), now=now).decide(
        one
    )


def test_a_row_is_entered_on_the_day_of_its_check() -> None:
    assert isinstance(decided(claim(), days_later=0), Entering)


def test_an_order_whose_review_came_before_the_signature_is_not_entered() -> None:
    one = claim(orderReviewOn=f"{TODAY + timedelta(days=3)}")
    assert isinstance(decided(one, days_later=2), Entering)
    verdict = decided(one, days_later=3)
    assert isinstance(verdict, Refused)
    assert verdict.refusal is refusals.REVIEW_PAST


def test_an_order_that_ended_before_the_signature_is_not_entered() -> None:
    one = claim(orderEndOn=f"{TODAY + timedelta(days=3)}", orderReviewOn="")
    assert isinstance(decided(one, days_later=2), Entering)
    verdict = decided(one, days_later=3)
    assert isinstance(verdict, Refused)
    assert verdict.refusal is refusals.PERIOD_PAST


def test_a_term_that_ended_before_the_signature_is_not_entered() -> None:
    verdict = decided(claim(), days_later=200)
    assert isinstance(verdict, Refused)
    assert verdict.refusal is refusals.TERM_PAST
