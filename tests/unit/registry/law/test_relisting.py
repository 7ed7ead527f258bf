"""Listing again after a deletion."""

from datetime import date

from registry.law.relisting import (
    application_is_not_barred,
    earliest_new_application,
    relisting_is_decided_anew,
)
from registry.law.violation import Reason, Violation

DELETED_ON = date(2026, 8, 31)


def test_a_creditor_who_asked_for_deletion_waits_six_months() -> None:
    # Six months from 31 August end with 28 February.
    assert earliest_new_application(DELETED_ON) == date(2027, 3, 1)
    (violation,) = application_is_not_barred(date(2027, 2, 28), DELETED_ON)
    assert violation.reason is Reason.UNLAWFUL
    assert "2027-03-01" in violation.next_step


def test_after_six_months_the_creditor_may_apply() -> None:
    assert not list(application_is_not_barred(date(2027, 3, 1), DELETED_ON))


def test_any_other_deletion_bars_no_application() -> None:
    assert not list(application_is_not_barred(DELETED_ON, None))


def relist(number: str, decided_on: date) -> list[Violation]:
    return list(
        relisting_is_decided_anew(
            decision_number=number,
            decided_on=decided_on,
            ended_decision_number="J-1",
            ended_on=DELETED_ON,
        )
    )


def test_a_deleted_entry_is_never_brought_back() -> None:
    assert relist("J-1", date(2026, 9, 1))
    assert relist("J-2", date(2026, 8, 30))
    assert not relist("J-2", DELETED_ON)
