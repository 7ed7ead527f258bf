"""What may be one debt is told; nothing else is."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from registry.importing.calls.doubles import Debt, likely_doubles

_ONE = Debt(
    listing_id=UUID(int=1),
    subject_id=UUID(int=10),
    obligation_id=UUID(int=20),
    decided_on=date(2025, 3, 1),
    principal_fen=100,
    basis_number="（2024）京0199民初77号",
)
_OTHER = replace(
    _ONE,
    listing_id=UUID(int=2),
    obligation_id=UUID(int=21),
    decided_on=date(2025, 4, 1),
    principal_fen=200,
    basis_number="（2024）京0199民初78号",
)


def _noted(*debts: Debt) -> dict[int, str]:
    return {listing.int: note.field for listing, note in likely_doubles(debts).items()}


def test_two_debts_of_one_debtor_are_no_double() -> None:
    assert _noted(_ONE, _OTHER) == {}


def test_the_same_judgment_is_told_on_both_however_it_is_written() -> None:
    twin = replace(_OTHER, basis_number="(2024) 京0199民初77号")
    assert _noted(_ONE, twin) == {1: "gistId", 2: "gistId"}
    assert "00000000-0000-0000-0000-000000000002" in likely_doubles([_ONE, twin])[UUID(int=1)].text


def test_the_same_sum_of_the_same_day_is_told_and_of_another_day_is_not() -> None:
    assert _noted(_ONE, replace(_OTHER, principal_fen=100)) == {}
    same = replace(_OTHER, principal_fen=100, decided_on=_ONE.decided_on)
    assert _noted(_ONE, same) == {1: "owedAmount", 2: "owedAmount"}
    acts = [replace(one, principal_fen=None) for one in (_ONE, same)]
    assert _noted(*acts) == {}


def test_another_person_and_another_listing_for_the_same_obligation_are_no_double() -> None:
    assert _noted(_ONE, replace(_ONE, listing_id=UUID(int=2), subject_id=UUID(int=11))) == {}
    assert _noted(_ONE, replace(_ONE, listing_id=UUID(int=2))) == {}
