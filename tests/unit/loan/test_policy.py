"""The loan policy: new credit only, and listings only."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from courtlist.loan.v1 import loan_service_pb2 as loan
from document import Document, DocumentKind
from loan.policy import NEW_CREDIT, Application, LoanPolicy
from restriction.model import CLEAR, Answer, Basis, Measure, Reason, undetermined
from restriction.policy import rule
from tests.fakes.restriction_doubles import listing

POLICY = LoanPolicy()
TODAY = date(2026, 6, 1)
DOCUMENT = Document(DocumentKind.RESIDENT_ID, "CHN", "0" * 18, date(1980, 1, 1))


def test_every_application_has_the_name_and_number_of_the_wire() -> None:
    wire: Any = loan.Application
    numbers = {name.removeprefix("APPLICATION_"): number for name, number in wire.items()}
    assert {one.name: one.value for one in Application} == numbers


@pytest.mark.parametrize("application", Application)
def test_nobody_is_looked_up_for_anything_but_new_credit(application: Application) -> None:
    before = POLICY.before_lookup(application, DOCUMENT, TODAY)
    if application.name.startswith("NEW_"):
        assert before is None
    else:
        assert before == undetermined(Reason.OUT_OF_REACH)


def test_listings_and_not_orders_are_told_and_ended_ones_too() -> None:
    assert POLICY.measure is Measure.LISTING
    assert POLICY.recalls_ended


@pytest.mark.parametrize("application", sorted(NEW_CREDIT))
@pytest.mark.parametrize(
    ("bases", "listed"),
    [
        ([], []),
        ([listing("l1")], ["l1"]),
        ([listing("l1"), listing("l2", ground=3)], ["l2", "l1"]),
    ],
)
def test_every_listing_in_force_is_told_whatever_new_credit_is_applied_for(
    application: Application, bases: Sequence[Basis], listed: list[str]
) -> None:
    verdict = rule(POLICY, application, bases)
    assert [bar.basis.basis_id for bar in verdict.bars] == listed
    assert verdict.answer is (Answer.RESTRICTED if listed else Answer.CLEAR)


def test_nobody_is_listed_on_an_unsettled_listing() -> None:
    unsettled = listing("l1", unsettled=True)
    assert rule(POLICY, Application.NEW_LOAN, [unsettled]) == undetermined(Reason.UNSETTLED)
    verdict = rule(POLICY, Application.NEW_LOAN, [unsettled, listing("l2")])
    assert [bar.basis.basis_id for bar in verdict.bars] == ["l2"]


def test_without_a_listing_nobody_is() -> None:
    assert POLICY.decide(Application.NEW_LOAN, []) == CLEAR


def test_the_record_says_what_was_applied_for() -> None:
    assert POLICY.label(Application.NEW_CREDIT_CARD) == "NEW_CREDIT_CARD"
