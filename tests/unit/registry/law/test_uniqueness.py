"""One standing basis for one debt, one subject for one document."""

import pytest

from registry.law.uniqueness import (
    StandingListing,
    StandingOrder,
    documents_belong_to_one_subject,
    subject_is_listed_once,
    subject_is_ordered_once,
)
from registry.law.violation import Reason, Violation

LISTING = StandingListing(listing_id="l1", obligation_id="o1", case_number="（2099）京0199执1号")
ORDER = StandingOrder(order_id="x1", obligation_id="o1", court_code="京0199")


def enter(obligation_id: str, case_number: str) -> list[Violation]:
    return list(
        subject_is_listed_once(
            obligation_id=obligation_id, case_number=case_number, standing=[LISTING]
        )
    )


@pytest.mark.parametrize(
    ("obligation_id", "case_number", "field"),
    [
        ("o1", "（2099）京0199执1号", "obligation_id"),
        ("o1", "（2099）京0199执恢2号", "obligation_id"),
        ("o2", "（2099）京0199执1号", "case.number"),
    ],
)
def test_nobody_is_listed_twice_for_one_debt_or_in_one_case(
    obligation_id: str, case_number: str, field: str
) -> None:
    (violation,) = enter(obligation_id, case_number)
    assert (violation.reason, violation.field) == (Reason.ALREADY_ENTERED, field)
    assert violation.metadata == (("listing_id", "l1"),)


def test_another_debt_in_another_case_is_another_listing() -> None:
    assert not enter("o2", "（2099）京0199执2号")


@pytest.mark.parametrize(
    ("obligation_id", "court_code", "refused"),
    [("o1", "京0199", True), ("o2", "京0199", False), ("o1", "沪0199", False)],
)
def test_a_court_orders_once_for_one_debt(
    obligation_id: str,
    court_code: str,
    refused: bool,  # noqa: FBT001
) -> None:
    found = list(
        subject_is_ordered_once(
            obligation_id=obligation_id, court_code=court_code, standing=[ORDER]
        )
    )
    assert bool(found) is refused
    for violation in found:
        assert violation.reason is Reason.ALREADY_ORDERED
        assert violation.metadata == (("order_id", "x1"),)


def owners(owner_ids: list[str], subject_id: str | None = None) -> list[Violation]:
    return list(documents_belong_to_one_subject(owner_ids=owner_ids, subject_id=subject_id))


def test_unbound_documents_and_those_of_one_subject_are_free_to_use() -> None:
    assert not owners([])
    assert not owners(["s1", "s1"])
    assert not owners(["s1"], "s1")
    assert not owners([], "s1")


def test_documents_of_two_subjects_disagree() -> None:
    (violation,) = owners(["s1", "s2"])
    assert (violation.reason, violation.field) == (
        Reason.DOCUMENTS_DISAGREE,
        "subject.documents",
    )


def test_a_document_of_another_subject_is_taken_and_nothing_is_merged() -> None:
    (violation,) = owners(["s2"], "s1")
    assert (violation.reason, violation.field) == (Reason.DOCUMENT_TAKEN, "document")
    assert violation.metadata == (("subject_id", "s2"),)
