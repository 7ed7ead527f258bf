"""Listing again after a deletion."""

from datetime import date

from registry.law.relisting import relisting_is_decided_anew, reordering_is_decided_anew
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


def test_the_width_of_a_digit_does_not_make_another_decision() -> None:
    assert relist("Ｊ - １", date(2026, 9, 1))


def test_a_lifted_order_is_never_brought_back() -> None:
    def reorder(number: str, decided_on: date) -> list[Violation]:
        return list(
            reordering_is_decided_anew(
                order_number=number,
                decided_on=decided_on,
                ended_order_number="X-1",
                ended_on=DELETED_ON,
            )
        )

    assert reorder("X-1", date(2026, 9, 1))
    assert reorder("X-2", date(2026, 8, 30))
    assert not reorder("X-2", DELETED_ON)
