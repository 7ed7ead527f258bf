"""Listing again after a deletion."""

from datetime import date

from registry.law.relisting import relisting_is_decided_anew
from registry.law.violation import Violation

DELETED_ON = date(2026, 8, 31)


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
